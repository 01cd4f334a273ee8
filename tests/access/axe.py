"""axe-core, in the page that a browser shows: what it finds wrong, in one line a rule."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

_SOURCE = Path(sys.prefix) / "npm" / "node_modules" / "axe-core" / "axe.min.js"
# Every rule that is on by itself (WCAG A and AA, good practice), and the size of targets (WCAG 2.2, 2.5.8).
# Nothing is loaded again to be looked at (`preload`): tests/web/test_old_browsers.py reads the styles themselves.
_RUN = """async (only) => {
  const options = {resultTypes: ['violations'], preload: false, rules: {'target-size': {enabled: true}}};
  if (only) options.runOnly = {type: 'rule', values: only};
  const told = await axe.run(document, options);
  return told.violations.map(({id, impact, nodes}) => `${id} (${impact}), ${nodes.length} times: ` +
    nodes.slice(0, 3).map((one) => `${one.target.join(' ')} ${one.html.slice(0, 120)}`).join(' | '));
}"""
COLOURS = ("color-contrast", "link-in-text-block")  # all that a theme can change


@cache
def _source() -> str:
    assert _SOURCE.is_file(), "scripts/test installs axe-core"
    return _SOURCE.read_text("utf-8")


def find_wrong(page: Page, *only: str) -> list[str]:
    """What axe finds in this page: by all its rules, or `only` those. A bar at the foot is taken where it rests."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_source())
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    found: list[str] = page.evaluate(_RUN, list(only) or None)
    return found
