"""Old phones: pages ask nothing that they do not know, and nobody is told apart by the name of a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

STATIC = Path(__file__).parents[2] / "kit" / "web" / "static"
THEIRS = {"leaflet.js", "leaflet.css"}  # written for the same browsers, checked by those who make it
SCRIPTS = sorted(one for one in STATIC.glob("*.js") if one.name not in THEIRS)
STYLES = sorted(one for one in STATIC.glob("*.css") if one.name not in THEIRS)
# After ES5 (2009): arrows, let and const, templates, optional chaining, modules, classes, waiting.
NEW_SCRIPT = re.compile(
    r"=>|\b(?:let|const)\s+\w|`|\?\.|\?\?|^\s*(?:import|export)\b|\bclass\s+\w+\s*{|\b(?:async|await)\s", re.M
)
NEW_STYLE = (":has(", "color-mix(", "@layer", "@container", "@import", ":is(", ":where(", "&")
OLDEST = (
    "Mozilla/5.0 (Linux; U; Android 2.3.6; fr-fr; GT-S5360) AppleWebKit/533.1 Version/4.0 Mobile Safari/533.1",
    "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/4.5.33867/35.3956; U; fr) Presto/2.8.119 Version/11.10",
    "Lynx/2.8.9rel.1 libwww-FM/2.14",
    "",
)  # fmt: skip


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_written_for_old_phones(path: Path) -> None:
    found = NEW_SCRIPT.search(without_comments(path.read_text("utf-8")))
    assert not found, found


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_are_written_for_old_phones(path: Path) -> None:
    text = without_comments(path.read_text("utf-8"))
    assert [word for word in NEW_STYLE if word in text] == []
    assert "orientation:" not in text, "a phone may be held either way"
    assert not re.search(r"transition|animation|@keyframes|scroll-behavior", text), "nothing moves by itself"


@pytest.mark.parametrize("agent", OLDEST)
def test_nobody_is_told_apart_by_a_browser_s_name(visitor: FlaskClient, agent: str) -> None:
    for address in ("/", "/bibliotheque", "/ateliers", "/avis", "/annuaire"):
        page = visitor.get(address, headers={"User-Agent": agent})
        assert page.status_code == 200 and 'type="module"' not in page.text
        assert re.sub(r'value="[^"]*"', "", page.text) == re.sub(r'value="[^"]*"', "", visitor.get(address).text)
