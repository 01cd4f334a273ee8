"""The page of shelves as last rendered: asked for by everybody all day, while works change a few times a season.

A number in the database moves with every change of a work (migration 0351), so that each process knows by one small
read whether what it keeps is still true.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app
from markupsafe import Markup

from kit.store import Store

MOST_PAGES = 64
_KEPT = "library.kept_shelves"
_Pages = dict[tuple[object, ...], Markup]


def read_change(store: Store) -> int:
    """How often works changed on this node."""
    return int(store.value("SELECT number FROM shelf_change"))


def show_kept(store: Store, key: tuple[object, ...], render: Callable[[], str]) -> Markup:
    """What `render` gave for this key (language, page...) since works last changed; rendered now when there is none."""
    number = read_change(store)  # before rendering: a change meanwhile makes this page old at once
    kept_at, pages = current_app.extensions.get(_KEPT, (-1, {}))
    if kept_at != number or len(pages) >= MOST_PAGES:
        pages = _Pages()
        current_app.extensions[_KEPT] = (number, pages)
    if key not in pages:
        pages[key] = Markup(render())  # noqa: S704 - a template of ours, escaped by Jinja
    found: Markup = pages[key]
    return found
