"""The team's pages of letters, on a kit and at the central: read, say what became of them, tell everybody, the book."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.feedback import pages, places
from kit.feedback.letters import actions, book, forms, queries, reading
from kit.feedback.letters.queries import Letter
from kit.feedback.masking import mask
from kit.ids import new_id, read_text, to_text
from kit.people.access import current_staff, find_current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, tell, to_page

blueprint = Blueprint("letter_desk", __name__, url_prefix="/console/courrier")
PER_PAGE = 20
PURPOSES = {"grievance": fr("Doléances"), "question": fr("Questions")}
STATUSES = {"received": fr("Reçue"), "passed_on": fr("Transmise"), "answered": fr("Réponse donnée")}


@blueprint.context_processor
def phrases() -> dict[str, object]:
    """The words of this room, for its templates."""
    staff = find_current_staff()
    may_tell = staff is not None and staff.opens("feedback", False)
    return {
        "PURPOSES": PURPOSES, "STATUSES": STATUSES, "is_central": the_node().settings.is_central, "may_tell": may_tell,
    }  # fmt: skip


@blueprint.get("")
@staff_only("feedback", bounded=True)
def list_page() -> str:
    """Grievances or questions, those that wait for an answer first to be chosen."""
    node = the_node()
    purpose = request.args.get("sorte", "grievance")
    status, lieu = request.args.get("etat", ""), request.args.get("lieu", "")
    (stop_ids, _), logs = places.read_asked(node, lieu), node.logs_of(current_staff().territories)
    page = to_page(
        queries.count_letters(node.store, purpose, status, stop_ids, logs), asked_page(), PER_PAGE,
        lambda limit, offset: reading.open_letters(
            node, current_staff(), queries.list_letters(node.store, purpose, status, limit, offset, stop_ids, logs)
        ),
    )  # fmt: skip
    counts = {
        (one, state): queries.count_letters(node.store, one, state, stop_ids, logs)
        for one in PURPOSES for state in ("", *STATUSES)
    }  # fmt: skip
    choices = places.to_choices(places.list_places(node))
    return render_template(
        "feedback/letters/desk.html", page=page, purpose=purpose, status=status, counts=counts, lieu=lieu,
        choices=choices,
    )  # fmt: skip


@blueprint.get("/<letter_id>")
@staff_only("feedback", bounded=True)
def letter_page(letter_id: str) -> str:
    """One letter, and what became of it."""
    return _letter(letter_id)


def _get_letter(letter_id: str) -> Letter:
    """A letter that whoever asks may read. Raises Problem `letters.not_found` or `people.other_territory`."""
    found = queries.get_letter(the_node().store, read_text(letter_id))
    logs = the_node().logs_of(current_staff().territories)
    if logs is not None and found.log_no not in logs:
        raise Problem("people.other_territory")
    return found


def _letter(letter_id: str, errors: Mapping[str, str] | None = None, values: Mapping[str, str] | None = None) -> str:
    node, staff = the_node(), current_staff()
    letter = _get_letter(letter_id)
    opened = reading.open_letters(node, staff, [letter])[0]
    return render_template(
        "feedback/letters/letter.html",
        opened=opened, moves=reading.open_moves(node, staff, letter), errors=errors or {}, values=values or {},
        masked=mask(opened.written),
    )  # fmt: skip


@blueprint.post("/<letter_id>")
@staff_only("feedback", bounded=True)
def move_letter(letter_id: str) -> Response | tuple[str, int]:
    """Say what became of it: whoever holds the code reads it."""
    letter = _get_letter(letter_id)
    try:
        status, text = forms.read_move(request.form)
    except FieldProblems as problem:
        return _letter(letter_id, pages.field_words(problem), request.form), problem.status
    actions.move_letter(the_node(), letter.letter_id, status, text)
    tell("ok", fr("C’est noté. La réponse se lit avec le code, dans les valises, après le prochain envoi."))
    return redirect(f"/console/courrier/{letter_id}", 303)


@blueprint.get("/cahier")
@staff_only("feedback", bounded=True)
def book_page() -> str:
    """The book of a territory's grievances, to print: without contacts, and with what tells who wrote masked."""
    made = book.make_book(the_node(), current_staff(), request.args)
    choices = places.to_choices(places.list_places(the_node()))
    return render_template("feedback/letters/book.html", book=made, choices=choices, asked=request.args)


# -- told to everybody ------------------------------------------------------------------------------------------------


@blueprint.get("/pour-tous")
@staff_only("feedback")
def told_page() -> str:
    """What is told to everybody, and a form for more; `de` names the question that is answered."""
    return _told(request.args)


def _told(values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    listed = queries.list_told(the_node().store)
    told_id = read_text(values.get("id", ""))
    known = next((one for one in listed if one.told_id == told_id), None)
    if known and "title" not in values:
        shown = "1" if known.is_shown else "0"
        values = {"id": values["id"], "kind": known.kind, "title": known.title, "text": known.text, "shown": shown}
    return render_template(
        "feedback/letters/tell.html", listed=listed, values=values, errors=errors or {},
        told_id=values.get("id") or to_text(new_id()),
    )  # fmt: skip


@blueprint.post("/pour-tous")
@staff_only("feedback")
def tell_everybody() -> Response | tuple[str, int]:
    """Write or change what everybody reads."""
    try:
        told_id = read_text(request.form.get("id", "")) or new_id()
        actions.tell_everybody(the_node(), told_id, forms.read_told(request.form))
    except FieldProblems as problem:
        return _told(request.form, pages.field_words(problem)), problem.status
    except Problem as problem:
        tell("bad", pages.problem_words(problem))
        return redirect("/console/courrier/pour-tous", 303)
    tell(
        "ok",
        fr("C’est publié sur la page « Réponses ».") if request.form.get("shown", "1") == "1" else fr("C’est caché."),
    )
    return redirect("/console/courrier/pour-tous", 303)
