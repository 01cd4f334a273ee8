"""The console's pages of vouchers: one tap at the door, the statement, the kinds."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from kit.errors import Problem
from kit.ids import read_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.web.security import form_nonce
from kit.workshops import queries as workshops
from kit.workshops.vouchers import actions, pages
from kit.workshops.words import problem_words

blueprint = Blueprint("vouchers", __name__, url_prefix="/console")
BASE = "/console/bons"


@blueprint.post("/ateliers/<workshop>/bons")
@staff_only("roll")
def count(workshop: str) -> Response:
    """One voucher more (`take`) or less (`back`) of the kind named."""
    found = workshops.get_workshop(the_node().store, read_text(workshop))
    try:
        if kind_id := read_text(request.form.get("back", "")):
            actions.give_back(the_node(), found.workshop_id, kind_id)
        else:
            kind_id = read_text(request.form.get("take", "")) or b""
            actions.take(the_node(), found.workshop_id, form_nonce(), kind_id)
    except Problem as problem:
        tell("bad", problem_words(problem))
    return redirect(f"/console/ateliers/{workshop}/presences#bons", 303)


@blueprint.get("/bons")
@staff_only("plan")
def statement_page() -> str:
    """What was taken, to print for the organisation."""
    return pages.show_statement(the_node(), request.args, BASE)


@blueprint.get("/bons/export.xlsx")
@staff_only("plan")
def statement_file() -> Response:
    """The same as a spreadsheet."""
    return pages.send_statement(the_node(), request.args)


@blueprint.post("/bons")
@staff_only("plan")
def note_kind() -> Response | tuple[str, int]:
    """Write a kind of voucher."""
    return pages.note_kind(the_node(), BASE)
