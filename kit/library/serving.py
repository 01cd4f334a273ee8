"""Which works a request may see, and files sent so that nothing in them acts with the box's rights."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from flask import Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from kit.errors import Problem
from kit.ids import read_text
from kit.library import queries
from kit.library.blobs import blob_path, is_away, outside
from kit.library.queries import FileView, ItemView
from kit.library.rules import SHOWN_IN_PLACE
from kit.people.access import find_current_staff
from kit.people.node import the_node
from kit.web.security import BOOK_CSP

FOR_EVER = "public, max-age=31536000, immutable"
# A PDF runs in the browser's own reader, which a sandbox would close.
PDF_CSP = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def visible_item(text_id: str) -> ItemView:
    """The work of an address, if this reader may see it. Raises Problem `library.not_found`.

    A work held back is seen only by staff who sort the library.
    """
    item_id = read_text(text_id)
    item = queries.find_item(the_node().store, item_id) if item_id else None
    if item is None or not item.is_here or not (item.is_public or _may_sort()):
        raise Problem("library.not_found")
    return item


def _may_sort() -> bool:
    staff = find_current_staff()
    return staff is not None and staff.may("library")


def visible_file(text_id: str, number: int) -> tuple[ItemView, FileView]:
    """A file of a work this reader may see. Raises Problem `library.not_found`."""
    item = visible_item(text_id)
    if is_away(the_node().data):
        from kit.library.disk import look_again  # a disk that is back may stand at another place

        look_again(the_node())
    for found in queries.list_files(the_node().store, item.item_id):
        if found.number == number:
            return item, found
    raise Problem("library.not_found")


def send_work(item: ItemView, found: FileView, *, in_place: bool) -> Response:
    """A file in pieces from the disk, with Range, its own ETag and its own name; shown in place only if harmless."""
    is_shown = in_place and found.media_type in SHOWN_IN_PLACE
    response = _send(found.sha256, found.media_type, None if is_shown else found.name)
    response.headers["Content-Security-Policy"] = PDF_CSP if found.media_type == "application/pdf" else BOOK_CSP
    response.headers["Cache-Control"] = "no-cache" if item.is_public else "no-store"
    return response


def send_blob(item: ItemView, sha256: bytes | None, media_type: str) -> Response:
    """A picture of ours (a cover), kept by the phone for ever. Raises Problem `library.not_found`."""
    if sha256 is None:
        raise Problem("library.not_found")
    response = _send(sha256, media_type, None)
    response.headers["Content-Security-Policy"] = BOOK_CSP
    is_current = request.args.get("v") == sha256.hex()[:8]
    kept = FOR_EVER if is_current else "no-cache"
    response.headers["Cache-Control"] = kept if item.is_public else "no-store"
    return response


def send_made(item: ItemView, raw: bytes, media_type: str, policy: str = BOOK_CSP) -> Response:
    """Something of a book, made harmless: a picture, a drawing, a style sheet."""
    response = Response(raw, mimetype=media_type)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "public, max-age=86400" if item.is_public else "no-store"
    response.add_etag()
    response.make_conditional(request)
    return response


def _send(sha256: bytes, media_type: str, name: str | None) -> Response:
    path = blob_path(the_node().data, sha256)
    if not path.is_file():
        raise Problem("library.not_found")
    if "," in request.headers.get("Range", ""):
        del request.environ["HTTP_RANGE"]  # several ranges at once: the whole is sent instead (RFC 9110, section 14.2)
    if front := _front_of(path):
        return _hand_over(f"{front.rstrip('/')}/{path.parent.name}/{path.name}", media_type, name)
    try:
        return send_file(
            path, mimetype=media_type, as_attachment=name is not None, download_name=name, etag=sha256.hex(),
            conditional=True,
        )  # fmt: skip
    except RequestedRangeNotSatisfiable:
        # RFC 9110, section 15.5.17
        refused = Response(status=416)
        refused.headers["Content-Range"] = f"bytes */{path.stat().st_size}"
        return refused


def _front_of(path: Path) -> str:
    """The address by which the server in front sends this file; empty: we send it ourselves."""
    settings, beside = the_node().settings, outside(the_node().data)
    if path.parent.parent != beside:
        return settings.front_files
    address, _, folder = settings.front_disk.partition("=")
    return address if folder and beside.readlink() == Path(folder) else ""


def _hand_over(address: str, media_type: str, name: str | None) -> Response:
    """An answer without a body: the front server in front of us sends the file of that address, with Range and ETag."""
    response = Response(mimetype=media_type)
    response.headers["X-Accel-Redirect"] = address
    if name is not None:
        plain = "".join(sign if (sign.isascii() and sign.isalnum()) or sign in "._-" else "_" for sign in name)
        exact = quote(name, safe="")
        response.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{exact}"
    return response
