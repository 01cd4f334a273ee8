"""Reading on the box: chapters of a book, steps of a sheet, pages of a text, all plain pages without JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from markupsafe import Markup

from kit.errors import Problem
from kit.library import queries
from kit.library.blobs import blob_path
from kit.library.queries import FileView, ItemView
from kit.library.routes_listening import written_page
from kit.library.rules import EPUB_TYPE, PDF_TYPE, READ_AS_TEXT, SHEET_TYPE, SITE_TYPES, ZIM_TYPES, is_media
from kit.library.search import has_text
from kit.library.serving import send_made, visible_item
from kit.people.node import the_node
from kit.web.security import BOOK_CSP

if TYPE_CHECKING:
    from kit.library.reading.book import Book
    from kit.library.reading.sheet import Sheet

blueprint = Blueprint("reading", __name__)

# A drawing's own styles are in it; it is shown through <img>, and sandboxed when opened alone.
DRAWING_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Comfort(msgspec.Struct, frozen=True):
    """How a reader likes to read; carried by the address, since the box keeps nothing about readers."""

    is_large: bool
    is_night: bool

    def query(self, *, large: bool | None = None, night: bool | None = None) -> str:
        """The end of an address that carries these wishes, or others."""
        is_large = self.is_large if large is None else large
        is_night = self.is_night if night is None else night
        parts = [name for name, is_on in (("taille=grand", is_large), ("nuit=1", is_night)) if is_on]
        return "?" + "&".join(parts) if parts else ""


def asked_comfort() -> Comfort:
    """The wishes in this request's address."""
    return Comfort(request.args.get("taille") == "grand", request.args.get("nuit") == "1")


def _first_file(item: ItemView) -> FileView:
    files = queries.list_files(the_node().store, item.item_id)
    if not files:
        raise Problem("library.not_found")
    return files[0]


def _path(found: FileView) -> Path:
    path = blob_path(the_node().data, found.sha256)
    if not path.is_file():
        raise Problem("library.not_found")
    return path


def _book(item: ItemView) -> Book:
    from kit.library.reading.book import open_book

    found = _first_file(item)
    if found.media_type != EPUB_TYPE:
        raise Problem("library.no_chapters")
    return open_book(_path(found))


def _sheet(item: ItemView) -> Sheet:
    from kit.library.reading.sheet import open_sheet

    found = _first_file(item)
    if found.media_type != SHEET_TYPE:
        raise Problem("library.no_chapters")
    return open_sheet(_path(found))


@blueprint.get("/bibliotheque/<text_id>/lire")
def contents(text_id: str) -> str | tuple[str, int] | Response:
    """The table of contents of a book; the first page of anything else that is read here."""
    item = visible_item(text_id)
    if _first_file(item).media_type != EPUB_TYPE:
        return page(text_id, 1)
    from kit.library.reading.book import fragment_id

    book = _book(item)
    return render_template(
        "library/contents.html",
        item=item,
        book=book,
        fragment_id=fragment_id,
        comfort=asked_comfort(),
        nav=[],
        has_text=has_text(the_node().store, item.item_id),
    )


@blueprint.get("/bibliotheque/<text_id>/projeter")
def project(text_id: str) -> str:
    """A sheet on the wall, one step a screen, all of them in one page. Raises Problem `library.no_chapters`."""
    item = visible_item(text_id)
    return render_template("library/project.html", item=item, sheet=_sheet(item))


@blueprint.get("/bibliotheque/<text_id>/lire/<int:number>")
def page(text_id: str, number: int) -> str | tuple[str, int] | Response:
    """One chapter, one step, one page of text, or the page of a site by the number of its title."""
    item = visible_item(text_id)
    found = _first_file(item)
    if found.media_type == SHEET_TYPE:
        return _step(item, number)
    if found.media_type in SITE_TYPES:
        return _titled(item, found, number)
    if found.media_type == PDF_TYPE:
        return redirect(f"{item.url}/pages/{number}")  # type: ignore[return-value]
    if found.media_type in READ_AS_TEXT:
        return _text(item, found, number)
    if is_media(found.media_type):
        return written_page(item, number)
    return _chapter(item, number)


def _titled(item: ItemView, found: FileView, number: int) -> Response:
    """To the page of a site whose title was found."""
    from kit.library.reading import zim, zipped

    path_of = zim.path_of if found.media_type in ZIM_TYPES else zipped.path_of
    return redirect(f"{item.url}/site/{quote(path_of(_path(found), number))}")  # type: ignore[return-value]


def _chapter(item: ItemView, number: int) -> str | tuple[str, int]:
    from kit.library.reading.book import read_leaf

    comfort, book = asked_comfort(), _book(item)
    try:
        leaf, status = read_leaf(book, number, item.url, comfort.query()), 200
    except Problem as problem:
        if problem.code != "library.cannot_read":
            raise
        leaf, status = None, problem.status
    shown = render_template(
        "library/chapter.html", item=item, leaf=leaf, body=Markup(leaf.html if leaf else ""),  # noqa: S704 - nh3's own
        title=book.title_of(number), number=number, total=len(book.chapters), comfort=comfort,
        direction=leaf.direction if leaf else "", nav=[],
    )  # fmt: skip
    return shown, status


def _step(item: ItemView, number: int) -> str:
    sheet = _sheet(item)
    return render_template(
        "library/step.html",
        item=item,
        sheet=sheet,
        step=sheet.step(number),
        number=number,
        total=len(sheet.steps),
        nav=[],
    )


def _text(item: ItemView, found: FileView, number: int) -> str:
    from kit.library.reading.text import read_text_page

    shown = read_text_page(_path(found), found.media_type, number, item.title)
    return render_template(
        "library/text.html", item=item, body=Markup(shown.html), number=number, total=shown.total,  # noqa: S704 - nh3's own
        comfort=asked_comfort(), nav=[],
    )  # fmt: skip


@blueprint.get("/bibliotheque/<text_id>/imprimer")
def print_sheet(text_id: str) -> str:
    """A whole sheet on one page, for paper."""
    item = visible_item(text_id)
    paper = request.args.get("papier", "a4")
    paper = paper if paper in ("a4", "a5") else "a4"
    return render_template("library/print.html", item=item, sheet=_sheet(item), paper=paper, nav=[])


@blueprint.get("/bibliotheque/<text_id>/livre/<path:inside>")
def part(text_id: str, inside: str) -> Response:
    """A picture or style sheet of a book, or a picture of a sheet: only what its own list names."""
    from kit.library.reading.book import read_part

    item = visible_item(text_id)
    if _first_file(item).media_type == SHEET_TYPE:
        return _send_part(item, *_sheet(item).picture(inside))
    return _send_part(item, *read_part(_book(item), inside))


def _send_part(item: ItemView, kind: str, raw: bytes) -> Response:
    if kind == "text/css":
        return _send_styles(item, raw.decode("utf-8", "replace"))
    return send_made(item, raw, kind, DRAWING_CSP if kind == "image/svg+xml" else BOOK_CSP)


def _send_styles(item: ItemView, text: str) -> Response:
    from kit.library.reading.styles import filter_styles

    filtered = filter_styles(text, at_night=request.args.get("nuit") == "1")
    return send_made(item, filtered.encode(), "text/css")


@blueprint.get("/bibliotheque/<text_id>/lire/<int:number>/style.css")
def inner_styles(text_id: str, number: int) -> Response:
    """The styles written inside a chapter, confined like the others."""
    from kit.library.reading.book import read_inner_styles

    item = visible_item(text_id)
    return _send_styles(item, read_inner_styles(_book(item), number))


@blueprint.get("/bibliotheque/<text_id>/dessin/<int:number>/<int:place>.svg")
def drawing(text_id: str, number: int, place: int) -> Response:
    """A drawing of a chapter, made harmless."""
    from kit.library.reading.book import read_drawing

    item = visible_item(text_id)
    return send_made(item, read_drawing(_book(item), number, place), "image/svg+xml", DRAWING_CSP)
