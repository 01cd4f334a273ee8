"""The door’s other pages: how long somebody stayed, who she is, counts without names, requests unanswered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.fields import read_version
from kit.web.pages import tell
from kit.web.security import form_nonce
from kit.workshops import door_actions, door_queries, forms, queries, roll, rules, suggestions, vocabulary
from kit.workshops.queries import Workshop
from kit.workshops.words import field_words, problem_words

blueprint = Blueprint("door", __name__)
ONE = "/console/ateliers/<workshop>"


def _get(workshop: str) -> Workshop:
    return queries.get_workshop(the_node().store, read_text(workshop))


# -- one person ---------------------------------------------------------------------------------------------------


@blueprint.get(f"{ONE}/p/<mark>")
@staff_only("roll")
def person_page(workshop: str, mark: str) -> str:
    """One person: her number to call, her stay, her ticket, giving her place back."""
    return _person(_get(workshop), mark)


@blueprint.post(f"{ONE}/p/<mark>/sejour")
@staff_only("roll")
def note_stay(workshop: str, mark: str) -> Response:
    """Late, left early, half-days."""
    found = _get(workshop)
    try:
        door_actions.note_stay(the_node(), found.workshop_id, _raw(mark), forms.read_stay(request.form))
        tell("ok", fr("C’est noté."))
    except Problem as problem:
        tell("bad", problem_words(problem))
    return redirect(f"/console/ateliers/{workshop}/presences#{mark}", 303)


@blueprint.post(f"{ONE}/p/<mark>/fiche")
@staff_only("roll")
def note_details(workshop: str, mark: str) -> Response | tuple[str, int]:
    """Name, number, year and commune, sealed again; a reusable card."""
    found, node = _get(workshop), the_node()
    try:
        details = forms.read_details(request.form, node.clock.now().year)
        door_actions.note_details(node, found.workshop_id, _raw(mark), details)
    except FieldProblems as problem:
        return _person(found, mark, problem.values, field_words(problem)), problem.status
    except Problem as problem:
        tell("bad", problem_words(problem))
        return redirect(f"/console/ateliers/{workshop}/presences", 303)
    tell("ok", fr("C’est noté, sous enveloppe fermée."))
    return redirect(f"/console/ateliers/{workshop}/p/{mark}", 303)


def _raw(mark: str) -> bytes:
    raw = rules.read_mark(mark)
    if raw is None:
        raise Problem("workshops.nobody")
    return raw


def _person(workshop: Workshop, mark: str, values: Mapping[str, str] | None = None, errors: Any = None) -> str:
    node, staff = the_node(), current_staff()
    row = queries.find_person(node.store, workshop, _raw(mark))
    if row is None:
        raise Problem("workshops.nobody")
    line = roll.open_person(node, staff, workshop, row)
    stop = node.current_stop()
    known = {"name": line.name, "phone": line.phone, "year": str(line.year or ""), "card": row.card}
    return render_template(
        "workshops/person.html",
        workshop=workshop,
        line=line,
        values=values or known | {"commune": line.commune or (stop.commune if stop else "")},
        errors=errors or {},
        stay=door_actions.as_stay(row),
        alike=suggestions.list_alike(node, staff, workshop, line),
        visits=door_queries.count_card(node.store, row.card, workshop.workshop_id),
    )


# -- people without a name ----------------------------------------------------------------------------------------


@blueprint.get(f"{ONE}/presences/compter")
@staff_only("roll")
def margins_page(workshop: str) -> str:
    """How many of the people without a name are women, young, retired...: counts, never people."""
    found = _get(workshop)
    _, counts = door_queries.read_margins(the_node().store, found)
    values = {f"{family}-{code}": str(n) for family, codes in counts.items() for code, n in codes.items()}
    return _margins(found, values)


@blueprint.post(f"{ONE}/presences/compter")
@staff_only("roll")
def count_margins(workshop: str) -> Response | tuple[str, int]:
    """Note the counts; each family's sum is at most the number of people without a name."""
    node, found = the_node(), _get(workshop)
    try:
        counts = forms.read_margins(request.form, door_queries.count_to_tell(node.store, found))
        door_actions.count_margins(node, found.workshop_id, read_version(request.form), counts)
    except FieldProblems as problem:
        return _margins(found, problem.values, errors=field_words(problem)), problem.status
    except Problem as problem:
        return _margins(found, request.form, refused=problem_words(problem)), problem.status
    tell("ok", fr("Le compte est noté."))
    return redirect(f"/console/ateliers/{workshop}/presences", 303)


def _margins(workshop: Workshop, values: Mapping[str, str], **more: object) -> str:
    store = the_node().store
    version, counts = door_queries.read_margins(store, workshop)
    totals = door_queries.count_to_tell(store, workshop)
    told = {name: list(vocabulary.labels(name).items()) for name in totals}
    given = {"totals": totals, "version": version, "is_too_much": door_queries.is_too_much(counts, totals)}
    lists = {name: [pair for pair in pairs if pair[0] != vocabulary.NOT_SAID] for name, pairs in told.items()}
    return render_template("workshops/margins.html", workshop=workshop, values=values, lists=lists, **given, **more)


# -- a request without an answer ----------------------------------------------------------------------------------


@blueprint.get("/console/ateliers/sans-reponse")
@staff_only("roll")
def unanswered_page() -> str:
    """Somebody asked for what could not be given: theme, commune, reason. `atelier` says where."""
    stop = the_node().current_stop()
    return _unanswered({"commune": stop.commune if stop else "", "workshop": request.args.get("atelier", "")}, {})


@blueprint.post("/console/ateliers/sans-reponse")
@staff_only("roll")
def note_unanswered() -> Response | tuple[str, int]:
    """Note it."""
    node = the_node()
    found = queries.find_workshop(node.store, read_text(request.form.get("workshop", "")) or b"")
    try:
        told = forms.read_unanswered(request.form)
    except FieldProblems as problem:
        return _unanswered(problem.values, field_words(problem)), problem.status
    door_actions.note_unanswered(node, form_nonce(), found.workshop_id if found else b"", told)
    tell("ok", fr("La demande est notée. Elle ira dans le bilan."))
    rest = f"/{to_text(found.workshop_id)}/presences" if found else ""
    return redirect(f"/console/ateliers{rest}", 303)


def _unanswered(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    reasons = list(vocabulary.labels("reason").items())
    themes = vocabulary.themes_by_group()
    return render_template("workshops/unanswered.html", values=values, errors=errors, reasons=reasons, themes=themes)
