"""Pages of words that everybody reads alike: rendered once for what they say, and kept while they say it.

The first page is asked for by every phone that joins; drawing it from its template is most of what it costs. Kept for
visitors only, by a plain address, and never with a form inside: a form's token is each reader's own.
"""

from __future__ import annotations

from collections.abc import Hashable

from flask import current_app, g, render_template, request

from kit.web.language import COOKIE, chosen
from kit.web.navigation import SHARED, SIMPLE, is_shared, is_simple
from kit.web.pages import static_url
from kit.web.security import FIELD

MOST_PAGES = 64
_CHOICES = {COOKIE, SIMPLE, SHARED}  # what a page may depend on, and is kept by
_KEPT = "valise.kept_pages"
_FILES = ("style.css", "icons.svg", "app.js", "favicon.svg")
_Pages = dict[tuple[Hashable, ...], str]


def render_kept(template: str, **values: Hashable) -> str:
    """The page of a template, as it was when these values were last asked for. `values` are all that it may show."""
    if g.get("staff") is not None or request.query_string or request.cookies.keys() - _CHOICES:
        return render_template(template, **values)
    pages: _Pages = current_app.extensions.setdefault(_KEPT, {})
    key = (request.path, template, chosen(), is_simple(), is_shared(), *map(static_url, _FILES), *values.values())
    page = pages.get(key)
    if page is None:
        page = render_template(template, **values)
        if f'name="{FIELD}"' not in page:
            if len(pages) >= MOST_PAGES:
                pages.clear()
            pages[key] = page
    return page
