"""The ticket: a code of words that says nothing about who holds it, good to look at one's place and to give it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.ids import read_code, read_text
from kit.people.actions import Throttle
from kit.people.node import Node, the_node
from kit.web.addresses import written_root
from kit.web.qr import qr_svg
from kit.workshops import actions, another_date, forms, queries, series, series_actions, take_home, ticket_address
from kit.workshops.public_routes import FAR_MS, find_state
from kit.workshops.queries import Signup, Workshop
from kit.workshops.words import field_words, problem_words

blueprint = Blueprint("ticket", __name__)
_THROTTLE = "valise.ticket_throttle"


@blueprint.record_once
def slow_down_guessing(state: BlueprintSetupState) -> None:
    """One memory of wrong codes per application."""
    node: Node = state.app.extensions["valise.node"]
    state.app.extensions[_THROTTLE] = Throttle(node.clock.mono_ms)


@blueprint.get("/ateliers/mon-ticket")
def find_page() -> str:
    """Type a code to see a ticket again."""
    return render_template("workshops/find_ticket.html", code="", error=None)


@blueprint.post("/ateliers/mon-ticket")
def find() -> Response | tuple[str, int]:
    """Go to the ticket of a code, or say that there is none."""
    typed = request.form.get("code", "")
    try:
        return redirect(f"/ticket/{find_signup(typed).code}", 303)
    except Problem as problem:
        return _unknown(typed, problem, 422)


@blueprint.get("/ticket/<code>")
def ticket_page(code: str) -> str | tuple[str, int]:
    """The ticket itself."""
    try:
        signup = find_signup(code)
    except Problem as problem:
        return _unknown(code, problem, 404)
    return _ticket(signup)


@blueprint.post("/ticket/<code>/annuler")
def cancel(code: str) -> Response | tuple[str, int]:
    """Give the places of a ticket back, or (`place`, counted from 1) one of them."""
    try:
        signup = find_signup(code)
    except Problem as problem:
        return _unknown(code, problem, 404)
    party, place = queries.list_by_code(the_node().store, signup.code), request.form.get("place", "")
    chosen = [one for number, one in enumerate(party, 1) if place in ("", str(number))]
    try:
        actions.cancel_party(the_node(), chosen)
    except Problem as problem:
        if not problem.code.startswith("workshops."):
            raise
        return _ticket(signup, problem_words(problem)), problem.status
    return redirect(f"/ticket/{signup.code}", 303)


@blueprint.get("/ticket/<code>/changer")
def change_page(code: str) -> str | tuple[str, int]:
    """Another date, or her name and number again."""
    try:
        return _change_form(find_signup(code), {}, {})
    except Problem as problem:
        return _unknown(code, problem, 404)


@blueprint.post("/ticket/<code>/changer")
def change(code: str) -> Response | tuple[str, int]:
    """Move to the date that was chosen, or seal what she wrote again."""
    node, signup = the_node(), find_signup(code)
    party, target = list_movable(node, signup) or [signup], read_text(request.form.get("date", ""))
    try:
        people = forms.read_same_party(request.form, len(party))
        if target is None or target == party[0].workshop_id:
            series_actions.retell_party(node, party, people)
        else:
            series_actions.move_party(node, party, target, people)
    except FieldProblems as problem:
        return _change_form(signup, problem.values, field_words(problem)), problem.status
    except Problem as problem:
        return _change_form(signup, request.form, {"date": problem_words(problem)}), problem.status
    return redirect(f"/ticket/{signup.code}", 303)


def _change_form(signup: Signup, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    node = the_node()
    party = list_movable(node, signup) or [signup]
    now, current = node.clock.wall_ms(), queries.get_workshop(node.store, party[0].workshop_id)
    coming = [
        one for one in queries.list_between(node.store, now, FAR_MS, 60, 0) if one.workshop_id != current.workshop_id
    ]
    states = {one.workshop_id: find_state(node, one) for one in coming}
    free = [one for one in coming if states[one.workshop_id] in ("open", "waiting")]
    free.sort(key=lambda one: (one.title != current.title, one.starts_at_ms))
    full = {one.workshop_id for one in free if states[one.workshop_id] == "waiting" or one.places_left < len(party)}
    given = {"values": values, "errors": errors, "dates": free[:20], "full": full, "people": len(party)}
    return render_template("workshops/change_ticket.html", signup=signup, workshop=current, **given)


def find_signup(typed: str) -> Signup:
    """The sign-up of a code. Raises Problem `workshops.no_ticket`, or `people.slow_down` after wrong ones in a row."""
    throttle: Throttle = current_app.extensions[_THROTTLE]
    who = request.remote_addr or ""
    throttle.check(who)
    code = read_code(typed)
    found = queries.find_signup_by_code(the_node().store, code) if code else None
    if found is None:
        throttle.failed(who)
        raise Problem("workshops.no_ticket")
    throttle.passed(who)
    return found


def _ticket(signup: Signup, refused: str | None = None) -> str:
    node = the_node()
    url = f"{written_root(node.settings)}/ticket/{signup.code}"
    places = [_place(node, one, number) for number, one in enumerate(queries.list_by_code(node.store, signup.code), 1)]
    held, instead = another_date.split_party([one["signup"] for one in places])
    shown = next((one for one in places if one["signup"] in held), places[0])
    again = _is_to_do_again(node, shown["workshop"])
    start = shown["workshop"].starts_at_ms if shown["workshop"] else 0
    address = ticket_address.ticket_address(url.rpartition("/ticket/")[0], signup.code, node.settings.node_name, start)
    more: dict[str, Any] = {"refused": refused, "again": again, "is_movable": len(list_movable(node, signup)) > 0}
    more["is_stop_off"] = is_stop_off(node, shown["workshop"])
    more |= {"qr": qr_svg(address, "QR"), "url": url, "held": held, "instead": instead}
    return render_template("workshops/ticket.html", **shown, places=places, **more)


def is_stop_off(node: Node, workshop: Workshop | None) -> bool:
    """True when the stop of a workshop was cancelled and nobody has cancelled the workshop itself yet."""
    stop = node.find_stop(workshop.stop_id) if workshop is not None and workshop.stop_id else None
    return stop is not None and stop.is_cancelled


def list_movable(node: Node, signup: Signup) -> list[Signup]:
    """Everybody on a ticket who may change date together: all at one workshop, none of them only asked for yet."""
    party, _ = another_date.split_party(queries.list_by_code(node.store, signup.code))
    is_one_date = len({one.workshop_id for one in party}) == 1
    return party if is_one_date and all(one.is_ours and one.state != "asked" for one in party) else []


def _is_to_do_again(node: Node, workshop: Workshop | None) -> bool:
    """True once it has begun (or is closed, whatever the hour) and there is something to take home, or to come to."""
    if workshop is None or workshop.is_cancelled:
        return False
    has_begun = workshop.is_closed or node.clock.wall_ms() >= workshop.starts_at_ms
    return has_begun and bool(workshop.supports or take_home.find_next_date(node, workshop))


def _place(node: Node, signup: Signup, number: int) -> dict[str, Any]:
    """One place of a ticket, as its page shows it."""
    workshop = queries.find_workshop(node.store, signup.workshop_id)
    merged = queries.find_workshop(node.store, workshop.merged_into) if workshop and workshop.merged_into else None
    return {
        "signup": signup,
        "number": number,
        "workshop": workshop,
        "merged": merged,
        "rank": queries.find_rank(node.store, signup),
        "slot_ms": series.slot_start_ms(workshop, signup.slot) if workshop and signup.slot >= 0 else None,
    }


def _unknown(typed: str, problem: Problem, status: int) -> tuple[str, int]:
    words = problem_words(problem)
    status = problem.status if problem.code == "people.slow_down" else status
    return render_template("workshops/find_ticket.html", code=typed[:60], error=words), status
