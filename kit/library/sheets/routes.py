"""« Ce n'est plus pareil » (public), and what the team looks at: these answers, and what is hard in each sheet."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.library import queries as library
from kit.library.blobs import blob_path
from kit.library.queries import Choice, ItemView
from kit.library.rules import SHEET_TYPE
from kit.library.serving import visible_item
from kit.library.sheets import facts, queries
from kit.library.sheets.rules import DEVICE_WORDS, WHAT_WORDS, warn_about
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.fields import Fields
from kit.web.pages import tell
from kit.web.security import form_nonce

blueprint = Blueprint("sheets", __name__)
MOST_SHOWN = 200


def _step(text_id: str, number: int) -> ItemView:
    from kit.library.reading.sheet import open_sheet

    item = visible_item(text_id)
    files = library.list_files(the_node().store, item.item_id)
    if not files or files[0].media_type != SHEET_TYPE:
        raise Problem("library.not_found")
    open_sheet(blob_path(the_node().data, files[0].sha256)).step(number)
    return item


@blueprint.get("/bibliotheque/<text_id>/plus-pareil/<int:number>")
def differs_page(text_id: str, number: int) -> str:
    """The three questions about one step."""
    return _page(_step(text_id, number), number, {})


@blueprint.post("/bibliotheque/<text_id>/plus-pareil/<int:number>")
def differs(text_id: str, number: int) -> str | tuple[str, int]:
    """Note what is different; sent twice it counts once."""
    item, node = _step(text_id, number), the_node()
    fields = Fields(request.form)
    body = facts.SheetDiffers(
        item.item_id, number, fields.choice("what", WHAT_WORDS), fields.choice("device", DEVICE_WORDS)
    )
    try:
        fields.check()
    except FieldProblems as problem:
        return _page(item, number, problem.fields), problem.status
    with node.journal.write():
        if not queries.has_report(node.store, form_nonce()):
            node.journal.append(facts.DIFFERS, form_nonce(), body)
    return render_template("library/sheets/noted.html", item=item, number=number, nav=[])


def _page(item: ItemView, number: int, errors: dict[str, Problem]) -> str:
    return render_template(
        "library/sheets/differs.html", item=item, number=number, errors=errors, what=list(WHAT_WORDS.items()),
        devices=list(DEVICE_WORDS.items()), values=request.form,
    )  # fmt: skip


@blueprint.get("/console/fiches")
@staff_only("library")
def desk() -> str:
    """What people said, and what is hard to follow in each sheet."""
    store = the_node().store
    items = library.list_items(store, Choice(kind="sheet"), MOST_SHOWN, 0)
    sheets = [(item, _warnings(item)) for item in items]
    return render_template(
        "library/sheets/desk.html", reports=queries.list_waiting(store, MOST_SHOWN), sheets=sheets,
        what=WHAT_WORDS, devices=DEVICE_WORDS,
    )  # fmt: skip


def _warnings(item: ItemView) -> list[tuple[int, str]]:
    from kit.library.reading.sheet import open_sheet

    files = library.list_files(the_node().store, item.item_id)
    try:
        steps = open_sheet(blob_path(the_node().data, files[0].sha256)).steps if files else ()
    except (Problem, OSError):
        return [(0, fr("Cette fiche ne s’ouvre pas."))]
    return [(n, words) for n, step in enumerate(steps, 1) for words in warn_about(step.action, step.image, step.help)]


@blueprint.post("/console/fiches/vu/<report>")
@staff_only("library")
def seen(report: str) -> Response:
    """The team has looked at one answer."""
    node, report_id = the_node(), read_text(report) or b""
    with node.journal.write():
        home = queries.find_home(node.store, report_id)
        if home is None:
            raise Problem("library.not_found")
        node.journal.append(facts.SEEN, report_id, facts.DifferenceSeen(), home=home)
    tell("ok", fr("C’est noté."))
    return redirect("/console/fiches", 303)  # type: ignore[return-value]
