"""Inviting somebody by a link, and what the person invited sees."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people import actions, invitations, queries, rules
from kit.people.access import current_staff, staff_only, the_throttle
from kit.people.forms import read_member
from kit.people.node import the_node
from kit.web.addresses import written_root
from kit.web.pages import tell
from kit.web.qr import qr_svg

blueprint = Blueprint("invitations", __name__)
INVITE = "/equipe/inviter"


@blueprint.get(INVITE)
@staff_only("team")
def invite_page() -> str:
    """The form of a new link."""
    return _invite_page()


def _invite_page(link: str = "", name: str = "", problem: Problem | None = None) -> str:
    is_fields = isinstance(problem, FieldProblems)
    return render_template(
        "people/invite.html", link=link, name=name, problem=None if is_fields else problem,
        errors=problem.fields if isinstance(problem, FieldProblems) else {}, values=request.form,
        roles=[(role, rules.ROLE_WORDS[role]) for role in rules.roles_of(True)],
        territories=queries.list_kit_territories(the_node().store), chosen=request.form.getlist("territoire"),
        hours=invitations.LAST_HOURS, code=qr_svg(link, fr("Le lien en QR code")) if link else "",
    )  # fmt: skip


@blueprint.post(INVITE)
@staff_only("team")
def invite() -> str | tuple[str, int]:
    """Make a link and show it once."""
    node, known = the_node(), queries.list_kit_territories(the_node().store)
    try:
        new = read_member(request.form, rules.roles_of(True), request.form.getlist("territoire"), known)
        code = invitations.invite(node, current_staff(), new)
    except Problem as problem:
        return _invite_page(problem=problem), problem.status
    url = written_root(node.settings)
    return _invite_page(f"{url}/invitation/{code}", new.name)


@blueprint.post(f"{INVITE}/<mark>/retirer")
@staff_only("team")
def withdraw(mark: str) -> Response:
    """The link opens nothing any more."""
    invitations.withdraw(the_node(), current_staff(), read_text(mark) or b"")
    tell("ok", fr("Ce lien ne sert plus à rien."))
    return redirect("/equipe", 303)  # type: ignore[return-value]


@blueprint.get("/invitation/<code>")
def invited(code: str) -> str:
    """What one is invited to. Looking uses nothing up."""
    _check_pace()
    return render_template("people/invitation.html", invitation=_look(code), words=rules.ROLE_WORDS, told="")


def _pace() -> tuple[actions.Throttle, str]:
    return the_throttle(), f"invitation {request.remote_addr}"


def _check_pace() -> None:
    throttle, who = _pace()
    throttle.check(who)


def _look(code: str) -> invitations.Invitation:
    try:
        return invitations.look(the_node(), code)
    except Problem:
        throttle, who = _pace()
        throttle.failed(who)
        raise


@blueprint.post("/invitation/<code>")
def join(code: str) -> str | tuple[str, int]:
    """Join the team: the phrase is shown once."""
    _check_pace()
    invitation, page = _look(code), "people/invitation.html"
    try:
        told = invitations.accept(the_node(), code, request.form.get("phrase", "")[:400])
    except Problem as problem:
        if problem.code not in ("people.weak_passphrase", "people.name_taken"):
            raise
        shown = render_template(page, invitation=invitation, words=rules.ROLE_WORDS, told="", problem=problem)
        return shown, problem.status
    return render_template(page, invitation=invitation, words=rules.ROLE_WORDS, told=told)
