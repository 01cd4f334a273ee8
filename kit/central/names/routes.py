"""The administrator's page of the https names: how they are given, and how each kit's is."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.central.names import queries, terms
from kit.central.names.terms import Terms
from kit.central.names.work import try_out
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, tell, to_page

blueprint = Blueprint("names", __name__)
PAGE = "/equipe/adresses-https"
PER_PAGE = 50
STATES = {
    queries.WAITING: (fr("demandé"), "warn"),
    queries.READY: (fr("bon"), "ok"),
    queries.TO_REVOKE: (fr("à retirer"), "warn"),
    queries.REVOKED: (fr("retiré"), "bad"),
}


@blueprint.get(PAGE)
@staff_only("team")
def names_page() -> str:
    """What is set, never its secrets, and the name of every kit."""
    return _page(terms.find(the_node()))


def _page(set_to: Terms | None, problem: Problem | None = None) -> str:
    node = the_node()
    fields = problem if isinstance(problem, FieldProblems) else None
    page = to_page(
        queries.count(node.store), asked_page(), PER_PAGE,
        lambda limit, skip: queries.list_page(node.store, limit, skip),
    )  # fmt: skip
    return render_template(
        "central/names.html", set_to=set_to, page=page, states=STATES, algorithms=terms.ALGORITHMS, words=_words,
        values=fields.values if fields else _values(set_to), errors=fields.fields if fields else {},
        problem=None if fields else problem, now=node.clock.wall_ms(), page_url=lambda number: f"{PAGE}?page={number}",
    )  # fmt: skip


def _values(set_to: Terms | None) -> dict[str, str]:
    """The form as it was filled; the secret never comes back."""
    known = set_to or Terms("")
    return {
        "domaine": known.domain, "annuaire": known.directory, "contact": known.contact, "serveur": known.server,
        "cle": known.key_name, "algorithme": known.algorithm, "attente": str(known.wait_seconds),
        "conditions": "1" if set_to else "",
    }  # fmt: skip


def _words(code: str, detail: str) -> str:
    """What a kept problem says."""
    return str(Problem(code, reason=detail, domain=detail))


@blueprint.post(PAGE)
@staff_only("team")
def change() -> Response | str | tuple[str, int]:
    """Keep what was typed, then try it: what the DNS server or the authority refuses is told at once."""
    node = the_node()
    try:
        wanted = terms.read(node, request.form)
    except FieldProblems as problem:
        return _page(terms.find(node), problem), problem.status
    terms.change(node, current_staff(), wanted)
    try:
        try_out(node, wanted)
    except Problem as problem:
        return _page(wanted, problem), problem.status
    tell("ok", fr("C’est noté, et essayé : le DNS s’écrit, et l’autorité répond."))
    return redirect(PAGE, 303)  # type: ignore[return-value]


@blueprint.post(f"{PAGE}/arreter")
@staff_only("team")
def stop() -> Response:
    """Give no names any more."""
    terms.stop(the_node(), current_staff())
    tell("ok", fr("Plus aucune adresse https n’est demandée. Les valises passent par http."))
    return redirect(PAGE, 303)  # type: ignore[return-value]
