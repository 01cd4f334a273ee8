"""Signing in and out, on the kit's console and at the central."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import Problem
from kit.people import actions, queries
from kit.people.access import COOKIE, find_current_staff, the_throttle
from kit.people.node import the_node
from kit.web.language import say

CODE_PAGE = "/connexion/code"
SHELVES = "/console/bibliotheque"  # where a central's librarian begins
blueprint = Blueprint("people", __name__)


@blueprint.get("/connexion")
def sign_in_page() -> str:
    """The passphrase is asked here."""
    return _page(request.args.get("suite", ""))


@blueprint.post("/connexion")
def sign_in() -> Response | tuple[str, int]:
    """Check the passphrase; give the phone its cookie."""
    node, wanted = the_node(), request.form.get("suite", "")
    throttle = the_throttle()
    try:
        cookie = actions.sign_in(
            node,
            throttle,
            request.remote_addr or "",
            request.form.get("passphrase", ""),
            request.form.get("name", ""),
        )
    except Problem as problem:
        if problem.code not in ("people.wrong_passphrase", "people.slow_down"):
            raise
        return _page(wanted, problem), problem.status
    response = entrance(cookie, wanted)
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="Strict", secure=request.is_secure)
    return response


def entrance(cookie: str, wanted: str) -> Response:
    """Where a phone goes on with this cookie: to the page it wanted, or to its second factor."""
    node = the_node()
    if actions.find_owing(node, cookie) is not None:
        return redirect(f"{CODE_PAGE}?{urlencode({'suite': wanted})}")  # type: ignore[return-value]
    staff = actions.find_signed_in(node, cookie)
    is_at_shelves = node.settings.is_central and staff is not None and not staff.may("central")
    return redirect(SHELVES if is_at_shelves and not wanted else safe_path(wanted))  # type: ignore[return-value]


@blueprint.post("/deconnexion")
def sign_out() -> Response:
    """Forget this phone."""
    staff = find_current_staff()
    if staff is not None:
        actions.sign_out(the_node(), staff)
    response = redirect("/")
    response.delete_cookie(COOKIE)
    return response  # type: ignore[return-value]


def _page(wanted: str, problem: Problem | None = None) -> str:
    team = queries.list_staff(the_node().store)
    words = say(problem.words) % problem.details if problem and problem.details else problem and say(problem.words)
    return render_template("people/sign_in.html", wanted=wanted, team=team, error=words)


def safe_path(wanted: str) -> str:
    """A path of ours to go on to after signing in; the start of the staff's pages for anything else."""
    start = "/" if the_node().settings.is_central else "/console"
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and "\n" not in wanted
    return wanted if is_ours else start
