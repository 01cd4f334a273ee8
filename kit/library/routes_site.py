"""ZIM sites on the box: pages without scripts, pictures, and their own search."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request
from markupsafe import Markup

from kit.errors import Problem
from kit.library.blobs import blob_path
from kit.library.queries import ItemView
from kit.library.routes_reading import DRAWING_CSP, asked_comfort
from kit.library.rules import ZIM_TYPES
from kit.library.serving import send_made, visible_file, visible_item
from kit.people.node import the_node
from kit.web.security import BOOK_CSP

blueprint = Blueprint("site", __name__)


def _site(text_id: str) -> tuple[ItemView, Path]:
    item, found = visible_file(text_id, 1)
    path = blob_path(the_node().data, found.sha256)
    if found.media_type not in ZIM_TYPES or not path.is_file():
        raise Problem("library.not_found")
    return item, path


@blueprint.get("/bibliotheque/<text_id>/site")
def first_page(text_id: str) -> Response:
    """To the first page of the site."""
    from urllib.parse import quote

    from kit.library.reading.zim import main_path

    item, path = _site(text_id)
    return redirect(f"{item.url}/site/{quote(main_path(path))}")  # type: ignore[return-value]


@blueprint.get("/bibliotheque/<text_id>/site/<path:inside>")
def page(text_id: str, inside: str) -> str | Response:
    """A page of the site, or one of its pictures."""
    from kit.library.reading.zim import read_page, read_picture

    item, path = _site(text_id)
    try:
        shown = read_page(path, inside, f"{item.url}/site")
    except Problem as problem:
        if problem.code != "library.not_found":
            raise
        kind, raw = read_picture(path, inside)
        return send_made(item, raw, kind, DRAWING_CSP if kind == "image/svg+xml" else BOOK_CSP)
    return render_template(
        "library/site.html", item=item, shown=shown, body=Markup(shown.html), comfort=asked_comfort(), nav=[],  # noqa: S704 - nh3's own
    )  # fmt: skip


@blueprint.get("/bibliotheque/<text_id>/chercher")
def search(text_id: str) -> str:
    """What the site's own search finds."""
    from kit.library.reading.zim import search_site

    visible_item(text_id)
    item, path = _site(text_id)
    text = request.args.get("q", "").strip()[:200]
    lines = search_site(path, text) if text else []
    return render_template("library/site_found.html", item=item, text=text, lines=lines, nav=[])
