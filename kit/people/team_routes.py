"""Pages of the team, on a kit and at the central: phrases, who is on it, printed codes, a new key, recovery."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people import (
    account_routes,
    actions,
    audit,
    audit_routes,
    invitation_queries,
    invitation_routes,
    queries,
    recovery,
    rules,
    second_factor_routes,
    sign_in_routes,
    team,
)
from kit.people.access import COOKIE, current_staff, staff_only, the_throttle
from kit.people.forms import read_member
from kit.people.node import the_node
from kit.web.pages import tell

blueprint = Blueprint("team", __name__)
for part in (account_routes, audit_routes, invitation_routes, second_factor_routes, sign_in_routes):
    blueprint.register_blueprint(part.blueprint)


@blueprint.get("/equipe")
@staff_only("team")
def team_page() -> str:
    """Who is on the team, and what can be done."""
    return _page()


def _page(told: list[tuple[str, str]] | None = None, problem: Problem | None = None) -> str:
    node = the_node()
    return render_template(
        "people/team.html", team=queries.list_staff(node.store), told=told or [], problem=problem,
        fields=problem.fields if isinstance(problem, FieldProblems) else {},
        roles=[(role, rules.ROLE_WORDS[role]) for role in rules.roles_of(node.settings.is_central)],
        words=rules.ROLE_WORDS, pairs=queries.count_pairs(node.store), me=current_staff(),
        is_central=node.settings.is_central, can_hand_over=team.can_hand_over(node),
        territories=queries.list_kit_territories(node.store),
        invited=invitation_queries.list_open(node.store, node.clock.wall_ms()),
    )  # fmt: skip


@blueprint.post("/equipe")
@staff_only("team")
def add() -> str | tuple[str, int]:
    """Somebody new; her phrase is shown once."""
    node = the_node()
    try:
        new = read_member(request.form, rules.roles_of(node.settings.is_central))
        words = actions.add_staff(node, current_staff(), new.name, new.role)
    except Problem as problem:
        return _page(problem=_named(problem)), problem.status
    return _page([(fr("Phrase secrète de %(name)s") % {"name": new.name}, words)])


def _named(problem: Problem) -> Problem:
    return Problem("people.name_taken") if problem.code == "store.conflict" else problem


@blueprint.post("/equipe/<person>/phrase")
@staff_only("team")
def reset(person: str) -> str:
    """A new phrase for somebody; shown once."""
    words = team.reset_phrase(the_node(), current_staff(), read_text(person) or b"")
    return _page([(fr("Sa nouvelle phrase secrète"), words)])


@blueprint.post("/equipe/<person>/retirer")
@staff_only("team")
def remove(person: str) -> Response:
    """Take somebody off the team."""
    try:
        team.remove_member(the_node(), current_staff(), read_text(person) or b"")
        tell("ok", fr("Cette personne n’est plus de l’équipe. Si elle connaît une autre phrase, changez la clé."))
    except Problem as problem:
        tell("bad", str(problem))
    return redirect("/equipe", 303)  # type: ignore[return-value]


@blueprint.post("/equipe/cle")
@staff_only("team")
def renew() -> str | tuple[str, int]:
    """A new key for the team; everybody's new phrase is shown once."""
    if request.form.get("oui") != "1":
        return _page(problem=Problem("people.say_yes")), 422
    made = team.renew_vault(the_node(), current_staff())
    told = [(fr("Phrase secrète de %(name)s") % {"name": name}, words) for name, words in made.phrases.items()]
    return _page([*told, *([(fr("Nouveau code de secours"), made.recovery_code)] if made.recovery_code else [])])


@blueprint.post("/equipe/avant")
@staff_only("team")
def hand_over() -> str | tuple[str, int] | Response:
    """Give the coordination the key used before this kit was enrolled."""
    throttle = the_throttle()
    who = f"avant {request.remote_addr}"
    throttle.check(who)
    try:
        team.hand_over_key(the_node(), request.form.get("code", "")[:400])
        audit.note(the_node(), current_staff(), "key.handed_over")
    except Problem as problem:
        throttle.failed(who)
        return _page(problem=problem), problem.status
    tell("ok", fr("La clé part avec le prochain envoi, fermée pour la coordination. Elle n’est plus ici."))
    return redirect("/equipe", 303)  # type: ignore[return-value]


@blueprint.post("/equipe/secours")
@staff_only("team")
def make_code() -> str:
    """A printed code for whoever asks; it opens only together with somebody else's."""
    return _page([(fr("Votre code de secours"), recovery.make_code(the_node(), current_staff()))])


# -- one's own phrase ---------------------------------------------------------------------------------------------


@blueprint.get("/equipe/ma-phrase")
@staff_only("self")
def own_page() -> str:
    """Change one's phrase."""
    return render_template("people/own_phrase.html", told="", problem=None)


@blueprint.post("/equipe/ma-phrase")
@staff_only("self")
def change_own() -> Response | tuple[str, int]:
    """The old phrase, then a new one: typed, or made by the box."""
    throttle = the_throttle()
    who, told = f"phrase {request.remote_addr}", ""
    throttle.check(who)
    try:
        wanted = request.form.get("nouvelle", "")[:400]
        told = team.change_own(the_node(), current_staff(), request.form.get("actuelle", "")[:400], wanted)
    except Problem as problem:
        if problem.code == "people.wrong_passphrase":
            throttle.failed(who)
        return render_template("people/own_phrase.html", told="", problem=problem), problem.status
    response = current_app.make_response(render_template("people/own_phrase.html", told=told, problem=None))
    response.delete_cookie(COOKIE)
    return response


# -- recovery -----------------------------------------------------------------------------------------------------


@blueprint.get("/secours")
def recovery_page() -> str:
    """Two people with their printed codes."""
    return _recovery()


def _recovery(told: str = "", name: str = "", problem: Problem | None = None) -> str:
    holders = [(row["name"], row["name"]) for row in queries.list_holders(the_node().store)]
    return render_template("people/recovery.html", holders=holders, told=told, name=name, problem=problem)


@blueprint.post("/secours")
def recover() -> str | tuple[str, int]:
    """Both codes at once: a new phrase for the first person, shown once."""
    throttle = the_throttle()
    who = f"secours {request.remote_addr}"
    throttle.check(who)
    names = (request.form.get("nom1", ""), request.form.get("nom2", ""))
    codes = (request.form.get("code1", "")[:400], request.form.get("code2", "")[:400])
    try:
        words = recovery.recover(the_node(), names, codes)
    except Problem as problem:
        if problem.code != "people.wrong_recovery":
            raise
        throttle.failed(who)
        return _recovery(problem=problem), problem.status
    return _recovery(words, names[0])
