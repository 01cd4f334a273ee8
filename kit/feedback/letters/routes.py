"""Public pages of letters: what became of one, read with its code, and what is told to everybody."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kit.errors import Problem
from kit.feedback import pages
from kit.feedback.letters import actions, queries, reading
from kit.people.node import the_node

blueprint = Blueprint("letters", __name__)


@blueprint.get("/suivi")
def code_page() -> str:
    """Where one types the six words."""
    return render_template("feedback/letters/code.html", typed="", refused="")


@blueprint.post("/suivi")
def read_page() -> Response | tuple[str, int]:
    """What became of a letter."""
    typed = request.form.get("code", "")[:200]
    try:
        pages.pace("codes").take(request.remote_addr or "")
        found = reading.read_with_code(the_node(), typed)
        if "retirer" in request.form:
            actions.take_back(the_node(), found.keys)
    except Problem as problem:
        refused = pages.problem_words(problem)
        return render_template("feedback/letters/code.html", typed=typed, refused=refused), problem.status
    gone = "retirer" in request.form
    answer = Response(render_template("feedback/letters/followed.html", found=found, typed=typed, gone=gone))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/reponses")
def told_page() -> str:
    """Answers to questions, and what changed thanks to opinions."""
    store = the_node().store
    return render_template(
        "feedback/letters/told.html",
        answers=queries.list_told(store, "answer", shown_only=True),
        changes=queries.list_told(store, "change", shown_only=True),
    )
