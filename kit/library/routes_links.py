"""Links to keep for later: written by the team, shown as a QR code and in letters, since nothing outside opens here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.library import queries
from kit.library.blobs import aside_name, blob_path
from kit.library.forms import read_link_form
from kit.library.licences import all_licences
from kit.library.queries import FileView, ItemView
from kit.library.rules import LINK_ONLY, LINK_TYPE
from kit.library.serving import send_made, visible_item
from kit.library.shelves.actions import check_may_change
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.web.qr import qr_svg

blueprint = Blueprint("links", __name__)


def led_to(item: ItemView, files: list[FileView]) -> dict[str, object]:
    """What the page of a link needs: its address and its QR code; nothing for other works."""
    if not files or files[0].media_type != LINK_TYPE:
        return {}
    from kit.library.formats.link import read_link

    path = blob_path(the_node().data, files[0].sha256)
    if not path.is_file():
        raise Problem("library.not_found")
    address = read_link(path)[0]
    return {"address": address, "code": qr_svg(address, address)}


@blueprint.get("/bibliotheque/<text_id>/lien.html")
def kept(text_id: str) -> Response:
    """A link as one page to keep: at home, the address opens with a touch."""
    item = visible_item(text_id)
    led = led_to(item, queries.list_files(the_node().store, item.item_id))
    if not led:
        raise Problem("library.not_found")
    response = send_made(item, render_template("library/link_kept.html", item=item, **led).encode(), "text/html")
    response.headers["Content-Disposition"] = 'attachment; filename="lien.html"'
    return response


@blueprint.get("/console/bibliotheque/lien")
@staff_only("library")
def write() -> str:
    """A new link."""
    return _page({"licence": LINK_ONLY}, {})


def _page(values: Mapping[str, str], errors: Mapping[str, Problem]) -> str:
    licences = [(one.licence_id, f"{one.short} · {one.name}") for one in all_licences().values()]
    return render_template("library/link_new.html", values=values, errors=errors, licences=licences)


@blueprint.post("/console/bibliotheque/lien")
@staff_only("library")
def add() -> Response | tuple[str, int]:
    """Put a link on the shelves."""
    from kit.library.actions import add_work
    from kit.library.formats.link import write_link

    node = the_node()
    try:
        address, said = read_link_form(request.form)
    except FieldProblems as problem:
        return _page(problem.values, problem.fields), problem.status
    check_may_change(node, current_staff(), [said["shelf"]])
    aside = Path(node.data) / "tmp" / f"{aside_name()}.url"
    try:
        aside.write_text(write_link(address, said), "utf-8")
        item, is_new = add_work(node, aside, "lien.url")
    finally:
        aside.unlink(missing_ok=True)
    tell("ok" if is_new else "info", fr("« %(title)s » est sur les étagères.") % {"title": item.title})
    return redirect(item.url, 303)  # type: ignore[return-value]
