"""The console's page of what the home side asks: the mediator says yes or no to what clashes with something."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, tell, to_page
from kit.workshops.proposals import actions, queries
from kit.workshops.words import problem_words

blueprint = Blueprint("proposals", __name__, url_prefix="/console/ateliers/demandes")
PER_PAGE = 50


@blueprint.get("")
@staff_only("plan")
def proposals_page() -> str:
    """Everything asked from home, what waits for an answer first."""
    store = the_node().store
    page = to_page(
        queries.count_proposals(store),
        asked_page(),
        PER_PAGE,
        lambda limit, skip: queries.list_proposals(store, limit, skip),
    )
    return render_template("workshops/proposals/list.html", page=page)


@blueprint.post("/<proposal>")
@staff_only("plan")
def settle(proposal: str) -> Response:
    """Yes (`reponse=oui`) or no; home hears of it at the next sending."""
    is_accepted = request.form.get("reponse") == "oui"
    try:
        actions.settle(the_node(), read_text(proposal), is_accepted)
        tell(
            "ok",
            fr("C’est fait. La coordination le verra au prochain envoi.") if is_accepted else fr("C’est noté : non."),
        )
    except Problem as problem:
        if not problem.code.startswith(("workshops.", "people.")):
            raise
        tell("bad", problem_words(problem))
    return redirect("/console/ateliers/demandes", 303)
