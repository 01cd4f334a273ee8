"""Erasing somebody who asks for it, on the box: by the code of her ticket, or from her row of the roll."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import read_code, read_text
from kit.people import audit, identities
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.workshops import queries, rules, same_person
from kit.workshops.words import problem_words

blueprint = Blueprint("erasure", __name__)


@blueprint.get("/console/effacer")
@staff_only("roll")
def erase_page() -> str:
    """Asks for the code of a ticket."""
    return _page()


def _page(code: str = "", problem: str = "") -> str:
    erased = identities.count_erased(the_node())
    return render_template("workshops/erase.html", code=code, problem=problem, erased=erased)


@blueprint.post("/console/effacer")
@staff_only("roll")
def erase() -> Response | tuple[str, int]:
    """Erase what the holder of a ticket told us."""
    code = request.form.get("code", "")
    found = queries.find_signup_by_code(the_node().store, read_code(code))
    if found is None:
        return _page(code[:60], problem_words(Problem("workshops.no_ticket"))), 404
    return _erase(found.signup_id)


@blueprint.post("/console/ateliers/<workshop>/p/<mark>/effacer")
@staff_only("roll")
def erase_person(workshop: str, mark: str) -> Response:
    """Erase what one person of the roll told us."""
    store, raw = the_node().store, rules.read_mark(mark)
    found = queries.get_workshop(store, read_text(workshop))
    row = queries.find_person(store, found, raw) if raw else None
    if row is None:
        raise Problem("workshops.nobody")
    return _erase(row.person_id)


def _erase(subject: bytes) -> Response:
    audit.erase(the_node(), current_staff(), list(same_person.everybody(the_node().store, subject)))
    tell("ok", fr("C’est effacé ici, et le sera à la coordination au prochain envoi. Le nom ne reviendra pas."))
    return redirect("/console/effacer", 303)
