"""« Permanence »: numbers, turns, the report of each visit, devices in open access. One screen, big buttons."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.web.security import form_nonce
from kit.workshops import (
    forms,
    permanence_actions,
    permanence_queries,
    queries,
    roll,
    rules,
    series,
    vocabulary,
)
from kit.workshops.queries import Workshop
from kit.workshops.words import field_words, problem_words

blueprint = Blueprint("permanence", __name__, url_prefix="/console/ateliers/<workshop>/permanence")
LISTS = ("gender", "age_band", "status", "autonomy", "redirect", "equipment")


def _get(workshop: str) -> Workshop:
    return queries.get_workshop(the_node().store, read_text(workshop))


@blueprint.get("")
@staff_only("roll")
def queue_page(workshop: str) -> str:
    """Who is expected, who waits, whose turn it is, which devices are out."""
    node, found = the_node(), _get(workshop)
    visits = permanence_queries.list_visits(node.store, found)
    known = {visit.visit_id for visit in visits}
    opened = roll.open_roll(node, current_staff(), found)
    expected = [one for one in opened.signed_up if one.row.signup_state == "placed" and one.row.person_id not in known]
    return render_template(
        "workshops/permanence.html",
        workshop=found,
        visits=visits,
        expected=sorted(expected, key=lambda line: line.row.slot),
        start_of=lambda slot: series.slot_start_ms(found, slot),
        uses=permanence_queries.list_uses(node.store, found),
    )


@blueprint.post("")
@staff_only("roll")
def act(workshop: str) -> Response:
    """Give a number (to `mark`, or to nobody known), call a visit, or note that somebody left."""
    found = _get(workshop)
    try:
        tell("ok", _act(found))
    except Problem as problem:
        tell("bad", problem_words(problem))
    return redirect(f"/console/ateliers/{workshop}/permanence", 303)


def _act(found: Workshop) -> str:
    node, asked = the_node(), request.form
    if visit_id := read_text(asked.get("call", "")):
        return fr("C’est le tour du numéro %(number)s.") % {"number": permanence_actions.call(node, visit_id).number}
    if visit_id := read_text(asked.get("left", "")):
        return fr("Le numéro %(number)s est parti.") % {"number": permanence_actions.leave(node, visit_id).number}
    mark = rules.read_mark(asked.get("mark", ""))
    return fr("Numéro %(number)s.") % {
        "number": permanence_actions.arrive(node, found.workshop_id, form_nonce(), mark).number
    }


@blueprint.get("/visite/<visit>")
@staff_only("roll")
def visit_page(workshop: str, visit: str) -> str | Response:
    """The report of one visit; once closed, it is corrected among the reports."""
    found = permanence_queries.get_visit(the_node().store, read_text(visit))
    if found.state == "closed":
        return redirect(f"/console/comptes-rendus/{visit}", 303)
    values = {name: str(getattr(found, name) or "") for name in (*LISTS, "minutes")}
    chosen = {*found.themes.split(), *found.procedures.split(), *found.equipment.split()}
    return _form(_get(workshop), found, values, chosen)


@blueprint.post("/visite/<visit>")
@staff_only("roll")
def close_visit(workshop: str, visit: str) -> Response | tuple[str, int]:
    """Note the report: the visit is over."""
    node = the_node()
    found = permanence_queries.get_visit(node.store, read_text(visit))
    try:
        permanence_actions.close(node, found.visit_id, forms.read_visit(request.form))
    except FieldProblems as problem:
        chosen = {*request.form.getlist("theme"), *request.form.getlist("equipment")}
        return _form(_get(workshop), found, request.form, chosen, field_words(problem)), problem.status
    tell("ok", fr("Visite %(number)s terminée : son compte rendu est noté.") % {"number": found.number})
    return redirect(f"/console/ateliers/{workshop}/permanence", 303)


def _form(
    workshop: Workshop,
    visit: permanence_queries.Visit,
    values: Mapping[str, str] | MultiDict[str, str],
    chosen: set[str],
    errors: Mapping[str, str] | None = None,
) -> str:
    lists = {name: list(vocabulary.labels(name).items()) for name in LISTS}
    given = {"values": values, "chosen": chosen, "errors": errors or {}, "themes": vocabulary.themes_by_group()}
    return render_template("workshops/visit.html", workshop=workshop, visit=visit, lists=lists, **given)


@blueprint.post("/prets")
@staff_only("roll")
def lend(workshop: str) -> Response:
    """A device goes out, or (`back`) comes back."""
    node, found = the_node(), _get(workshop)
    try:
        if use_id := read_text(request.form.get("back", "")):
            permanence_actions.take_back(node, found.workshop_id, use_id)
        else:
            permanence_actions.lend(node, found.workshop_id, form_nonce(), forms.read_device(request.form))
    except Problem as problem:
        words = field_words(problem)["device"] if isinstance(problem, FieldProblems) else problem_words(problem)
        tell("bad", words)
    return redirect(f"/console/ateliers/{workshop}/permanence#prets", 303)
