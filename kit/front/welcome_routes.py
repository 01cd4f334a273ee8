"""The first page anybody sees, and the pages that explain: the room that every start opens."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from kit.front.hours import hours, read_hour
from kit.front.welcome import read_welcome
from kit.people.node import the_node
from kit.web.kept import render_kept

blueprint = Blueprint("welcome", __name__)


@blueprint.get("/")
def welcome() -> str:
    """The first page anybody sees."""
    node = the_node()
    stop = node.current_stop()
    return render_kept(
        "front/welcome.html",
        stop_name=stop.label if stop else "",
        welcome=read_welcome(node),
        asks_hour=node.clock.is_behind,
    )


@blueprint.post("/heure")
def suggest_hour() -> Response:
    """A visitor's phone says what time it is: kept as a suggestion, never applied."""
    said = read_hour(request.form.get("ms", ""))
    if said is not None:
        hours().suggest(said)
    return redirect("/", 303)  # type: ignore[return-value]


@blueprint.get("/vos-donnees")
def your_data() -> str:
    """What is noted about people, and what is not."""
    return render_kept("front/your_data.html")


@blueprint.get("/accessibilite")
def accessibility() -> str:
    """How far the pages are accessible, honestly."""
    from kit.web import judged

    return render_kept("front/accessibility.html", judged=judged)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Old browsers ask here."""
    return redirect("/static/favicon.svg")  # type: ignore[return-value]
