"""« Présences »: one screen, one thumb. Each tick is one fact, so that several phones may tick at once."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell, wants_json
from kit.web.security import form_nonce
from kit.workshops import actions, forms, paper, queries, roll, rules, suggestions, vocabulary
from kit.workshops.queries import Workshop
from kit.workshops.vouchers.forms import euros
from kit.workshops.vouchers.queries import list_taken
from kit.workshops.words import field_words, problem_words

blueprint = Blueprint("roll", __name__, url_prefix="/console/ateliers/<workshop>")


def _get(workshop: str) -> Workshop:
    return queries.get_workshop(the_node().store, read_text(workshop))


def _back(workshop: str, mark: str = "") -> Response:
    return redirect(f"/console/ateliers/{workshop}/presences" + (f"#{mark}" if mark else ""), 303)


# -- the screen ---------------------------------------------------------------------------------------------------


@blueprint.get("/presences")
@staff_only("roll")
def roll_page(workshop: str) -> str:
    """The roll."""
    return _page(_get(workshop))


def _page(workshop: Workshop, **more: object) -> str:
    opened = roll.open_roll(the_node(), current_staff(), workshop)
    given = {"vouchers": list_taken(the_node().store, workshop), "euros": euros}
    return render_template("workshops/roll.html", workshop=workshop, roll=opened, **given, **more)


@blueprint.post("/presences")
@staff_only("roll")
def tick(workshop: str) -> Response:
    """Tick (`came`) or untick (`undo`) the person whose row has this mark; back to her row, or the counts as JSON."""
    undone, came = request.form.get("undo", ""), request.form.get("came", "")
    mark = rules.read_mark(undone or came)
    if mark is None:
        raise Problem("workshops.nobody")
    try:
        _tick(_get(workshop), mark, bool(came))
    except Problem as problem:
        if wants_json():
            raise
        tell("bad", problem_words(problem))
    return _counts(_get(workshop)) if wants_json() else _back(workshop, undone or came)


def _tick(found: Workshop, mark: bytes, came: bool) -> None:
    if came:
        actions.note_came(the_node(), found.workshop_id, mark)
    elif actions.undo_came(the_node(), found.workshop_id, mark).how == "anonymous" and not wants_json():
        tell("ok", fr("Une personne sans nom est retirée."))


def _counts(workshop: Workshop) -> Response:
    counts = {"came": workshop.came, "taken": workshop.taken, "places": workshop.places, "waiting": workshop.waiting}
    return jsonify(counts)


@blueprint.post("/ticket")
@staff_only("roll")
def tick_ticket(workshop: str) -> Response | tuple[str, int]:
    """Tick by the code of a ticket."""
    found, typed = _get(workshop), request.form.get("code", "")
    try:
        is_noted = actions.is_ticket_noted(the_node(), found.workshop_id, typed)
        ticked = actions.note_ticket(the_node(), found.workshop_id, typed)
    except Problem as problem:
        if not problem.code.startswith("workshops."):
            raise
        return _page(found, code=typed[:60], errors={"code": problem_words(problem)}), problem.status
    if is_noted:
        tell("info", fr("Ce ticket était déjà coché : rien n’a changé."))
        return _back(workshop, rules.to_mark(ticked[0]))
    tell(
        "ok",
        fr("Présence notée.")
        if len(ticked) == 1
        else fr("%(ticked)s présences notées : tout le ticket.") % {"ticked": len(ticked)},
    )
    return _back(workshop, rules.to_mark(ticked[0]))


# -- people without sign-up ---------------------------------------------------------------------------------------


@blueprint.get("/presences/ajouter")
@staff_only("roll")
def add_page(workshop: str) -> str:
    """Somebody without sign-up: with a name, or (`sans-nom=1`) without."""
    return _add_form(_get(workshop), "sans-nom" in request.args)


@blueprint.post("/presences/ajouter")
@staff_only("roll")
def add_walk_in(workshop: str) -> Response | tuple[str, int]:
    """Add somebody by name."""
    found, new_id = _get(workshop), form_nonce()
    try:
        person, profile = forms.read_person(request.form, asks_phone=False), forms.read_profile(request.form)
    except FieldProblems as problem:
        return _add_form(found, False, values=problem.values, errors=field_words(problem)), problem.status
    expected = suggestions.list_expected(the_node(), current_staff(), found, person.name)
    if expected and request.form.get("sure") != "1":
        return _add_form(found, False, values=request.form, expected=expected), 200
    try:
        actions.add_walk_in(the_node(), found.workshop_id, new_id, person, profile)
    except Problem as problem:
        tell("bad", problem_words(problem))
    return _back(workshop, rules.to_mark(new_id))


@blueprint.post("/presences/sans-nom")
@staff_only("roll")
def add_anonymous(workshop: str) -> Response | tuple[str, int]:
    """One more person without a name."""
    found, new_id = _get(workshop), form_nonce()
    try:
        profile, count = forms.read_profile(request.form), forms.read_more_people(request.form)
    except FieldProblems as problem:
        return _add_form(found, True, values=problem.values, errors=field_words(problem)), problem.status
    try:
        actions.add_anonymous(the_node(), found.workshop_id, new_id, profile, count)
    except Problem as problem:
        tell("bad", problem_words(problem))
    return _back(workshop, rules.to_mark(new_id))


def _add_form(workshop: Workshop, is_anonymous: bool, **more: object) -> str:
    lists = {name: list(vocabulary.labels(name).items()) for name in ("gender", "age_band", "status")}
    return render_template("workshops/add.html", workshop=workshop, is_anonymous=is_anonymous, lists=lists, **more)


# -- one person, and paper ----------------------------------------------------------------------------------------


@blueprint.get("/inscrits")
@staff_only("roll")
def signups_page(workshop: str) -> str:
    """Who signed up, with the numbers to call if something changes."""
    found = _get(workshop)
    opened = roll.open_roll(the_node(), current_staff(), found)
    lines = [line for line in [*opened.signed_up, *opened.waiting] if line.row.signup_state != "cancelled"]
    given = {"lines": lines, "has_names": opened.has_names, "now_ms": the_node().clock.wall_ms()}
    return render_template("workshops/signups.html", workshop=found, **given)


@blueprint.post("/p/<mark>/annuler")
@staff_only("roll")
def cancel_for(workshop: str, mark: str) -> Response:
    """Give a place back for somebody who asks."""
    found, raw = _get(workshop), rules.read_mark(mark)
    row = queries.find_person(the_node().store, found, raw) if raw else None
    signup = queries.find_signup(the_node().store, row.person_id) if row else None
    if signup is None:
        raise Problem("workshops.nobody")
    try:
        actions.cancel_signup(the_node(), signup, by_staff=True)
    except Problem as problem:
        tell("bad", problem_words(problem))
        return _back(workshop)
    tell("ok", fr("L’inscription est annulée. S’il y a une liste d’attente, la première personne a la place."))
    return _back(workshop)


@blueprint.get("/feuille")
@staff_only("roll")
def sheet_page(workshop: str) -> str:
    """The sheet to sign, in the order of the screen; `sans-noms=1` prints ticket codes only."""
    found = _get(workshop)
    opened = roll.open_roll(the_node(), current_staff(), found)
    return render_template(
        "workshops/sheet.html",
        workshop=found,
        roll=opened,
        with_names="sans-noms" not in request.args,
        halves=paper.half_days(found, the_node().settings.timezone),
    )
