"""The ticket: a code of words that says nothing about who holds it, good to look at one's place and to give it back."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from kit.errors import Problem
from kit.ids import read_code
from kit.people.actions import Throttle
from kit.people.node import Node, the_node
from kit.workshops import actions, queries
from kit.workshops.qr import qr_svg
from kit.workshops.queries import Signup
from kit.workshops.words import problem_words

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
    """Give the place back."""
    try:
        signup = find_signup(code)
    except Problem as problem:
        return _unknown(code, problem, 404)
    try:
        actions.cancel_signup(the_node(), signup)
    except Problem as problem:
        if not problem.code.startswith("workshops."):
            raise
        return _ticket(signup, problem_words(problem)), problem.status
    return redirect(f"/ticket/{signup.code}", 303)


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
    url = f"{(node.settings.public_url or request.host_url).rstrip('/')}/ticket/{signup.code}"
    return render_template(
        "workshops/ticket.html",
        signup=signup,
        workshop=queries.find_workshop(node.store, signup.workshop_id),
        rank=queries.find_rank(node.store, signup),
        qr=qr_svg(url, "QR"),
        url=url,
        refused=refused,
    )


def _unknown(typed: str, problem: Problem, status: int) -> tuple[str, int]:
    words = problem_words(problem)
    status = problem.status if problem.code == "people.slow_down" else status
    return render_template("workshops/find_ticket.html", code=typed[:60], error=words), status
