"""Sites on the box (ZIM, or pages in a zip): pages without scripts, pictures; and the search inside any one work."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from markupsafe import Markup

from kit.errors import Problem
from kit.library import queries
from kit.library import search as finding
from kit.library.blobs import blob_path
from kit.library.queries import ItemView
from kit.library.routes_keep import file_name
from kit.library.routes_reading import DRAWING_CSP, asked_comfort
from kit.library.rules import EPUB_TYPE, PDF_TYPE, SHEET_TYPE, SITE_TYPE, SITE_TYPES, ZIM_TYPES
from kit.library.serving import send_made, visible_file, visible_item
from kit.people.node import the_node
from kit.web.security import BOOK_CSP

blueprint = Blueprint("site", __name__)
MOST_FOUND = 60
PLACE_WORDS = {EPUB_TYPE: "Chapitre", SHEET_TYPE: "Étape", SITE_TYPE: "Page", PDF_TYPE: "Page"}


def _site(text_id: str) -> tuple[ItemView, Path, ModuleType]:
    """A site, its file, and what reads it."""
    from kit.library.reading import zim, zipped

    item, found = visible_file(text_id, 1)
    path = blob_path(the_node().data, found.sha256)
    if found.media_type not in SITE_TYPES or not path.is_file():
        raise Problem("library.not_found")
    return item, path, zim if found.media_type in ZIM_TYPES else zipped


@blueprint.get("/bibliotheque/<text_id>/site")
def first_page(text_id: str) -> Response:
    """To the first page of the site."""
    item, path, reader = _site(text_id)
    return redirect(f"{item.url}/site/{quote(reader.main_path(path))}")  # type: ignore[return-value]


@blueprint.get("/bibliotheque/<text_id>/site/<path:inside>")
def page(text_id: str, inside: str) -> str | Response:
    """A page of the site, or one of its pictures."""
    item, path, reader = _site(text_id)
    try:
        shown = reader.read_page(path, inside, f"{item.url}/site")
    except Problem as problem:
        if problem.code != "library.not_found":
            raise
        kind, raw = reader.read_picture(path, inside)
        return send_made(item, raw, kind, DRAWING_CSP if kind == "image/svg+xml" else BOOK_CSP)
    return render_template(
        "library/site.html", item=item, shown=shown, body=Markup(shown.html), comfort=asked_comfort(), nav=[],  # noqa: S704 - nh3's own
        has_list=hasattr(reader, "list_pages"),
    )  # fmt: skip


@blueprint.get("/bibliotheque/<text_id>/garder/<path:inside>")
def keep_page(text_id: str, inside: str) -> Response:
    """One page of the site that needs no other app, to keep."""
    from kit.library.reading.keep import make_kept_site_page

    item, path, reader = _site(text_id)
    made = make_kept_site_page(item, reader, path, inside, the_node().data / "cache")
    response = send_made(item, made, "text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(inside)}"'
    return response


@blueprint.get("/bibliotheque/<text_id>/pages-du-site")
def pages(text_id: str) -> str:
    """All the pages of a site in a zip."""
    item, path, reader = _site(text_id)
    if not hasattr(reader, "list_pages"):
        raise Problem("library.not_found")
    return render_template("library/site_pages.html", item=item, lines=reader.list_pages(path), nav=[])


@blueprint.get("/bibliotheque/<text_id>/chercher")
def search(text_id: str) -> str:
    """What the site's own search finds; in any other work, where its text holds the words."""
    item, text = visible_item(text_id), request.args.get("q", "").strip()[:200]
    files = queries.list_files(the_node().store, item.item_id)
    media_type = files[0].media_type if files else ""
    if media_type in ZIM_TYPES:
        _, path, reader = _site(text_id)
        lines = reader.search_site(path, text) if text else []
        return render_template("library/site_found.html", item=item, text=text, lines=lines, nav=[])
    found = finding.find_inside(the_node().store, item.item_id, text, MOST_FOUND)
    if not finding.has_text(the_node().store, item.item_id):
        raise Problem("library.no_chapters")
    return render_template(
        "library/inside_found.html", item=item, text=text, found=found, place_word=PLACE_WORDS.get(media_type, ""),
        is_capped=len(found) >= MOST_FOUND, nav=[],
    )  # fmt: skip
