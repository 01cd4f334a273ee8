"""Works taken away or seen otherwise: one self-contained page, and the pages of a PDF as pictures."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, render_template

from kit.errors import Problem
from kit.library import queries
from kit.library.blobs import blob_path
from kit.library.queries import FileView, ItemView
from kit.library.rules import KEPT_AS_PAGE, PDF_TYPE
from kit.library.serving import send_made, visible_file, visible_item
from kit.library.words import split_words
from kit.people.node import the_node

blueprint = Blueprint("keep", __name__)


@blueprint.get("/bibliotheque/<text_id>/garder.html")
def keep_page(text_id: str) -> Response:
    """The work as one page that needs no other app, to keep."""
    from kit.library.reading.keep import make_kept_page

    item = visible_item(text_id)
    files = queries.list_files(the_node().store, item.item_id)
    if not files or files[0].media_type not in KEPT_AS_PAGE:
        raise Problem("library.no_chapters")
    page = make_kept_page(item, files[0].media_type, _path(files[0]), _cache())
    response = send_made(item, page, "text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(item.title)}"'
    return response


@blueprint.get("/bibliotheque/<text_id>/pages/<int:number>")
def pdf_page(text_id: str, number: int) -> str:
    """One page of a PDF as a picture, for phones that show no PDF."""
    from kit.library.reading.pdf import count_pages

    item, found = _pdf(text_id)
    total = count_pages(_path(found))
    if not 1 <= number <= total:
        raise Problem("library.not_found")
    return render_template("library/pdf_page.html", item=item, number=number, total=total, nav=[])


@blueprint.get("/bibliotheque/<text_id>/pages/<int:number>.webp")
def pdf_picture(text_id: str, number: int) -> Response:
    """The picture of a page."""
    from kit.library.reading.pdf import draw_page

    item, found = _pdf(text_id)
    return send_made(item, draw_page(_path(found), number, _cache()), "image/webp")


def _pdf(text_id: str) -> tuple[ItemView, FileView]:
    item, found = visible_file(text_id, 1)
    if found.media_type != PDF_TYPE:
        raise Problem("library.not_found")
    return item, found


def _path(found: FileView) -> Path:
    path = blob_path(the_node().data, found.sha256)
    if not path.is_file():
        raise Problem("library.not_found")
    return path


def _cache() -> Path:
    return the_node().data / "cache"


def file_name(title: str) -> str:
    """What a kept page is called on the phone: the words of its title, in plain letters."""
    name = "-".join(split_words(title))[:60]
    return f"{name.encode('ascii', 'ignore').decode().strip('-') or 'document'}.html"
