"""Welcome, search over everything, the console's first page, settings, and the pages that explain."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.front import queries
from kit.front.hours import hours, read_hour
from kit.people.access import staff_only
from kit.people.node import the_node

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
def welcome() -> str:
    """The first page anybody sees."""
    node = the_node()
    stop = node.current_stop()
    return render_template(
        "front/welcome.html",
        stop_name=stop.label if stop else "",
        welcome=queries.read_welcome(node),
        asks_hour=node.clock.is_behind,
    )


@blueprint.post("/heure")
def suggest_hour() -> Response:
    """A visitor's phone says what time it is: kept as a suggestion, never applied."""
    said = read_hour(request.form.get("ms", ""))
    if said is not None:
        hours().suggest(said)
    return redirect("/", 303)  # type: ignore[return-value]


@blueprint.get("/recherche")
def search() -> str:
    """One search over works, workshops and places."""
    text = request.args.get("q", "").strip()[:200]
    found = queries.search_everything(the_node(), text) if text else None
    return render_template("front/search.html", text=text, found=found)


@blueprint.get("/vos-donnees")
def your_data() -> str:
    """What is noted about people, and what is not."""
    return render_template("front/your_data.html")


@blueprint.get("/accessibilite")
def accessibility() -> str:
    """How far the pages are accessible, honestly."""
    return render_template("front/accessibility.html")


@blueprint.get("/console")
@staff_only("console")
def today() -> str:
    """The mediator's day at a glance."""
    return render_template("front/today.html", today=queries.read_today(the_node()))


@blueprint.get("/console/style")
@staff_only("console")
def style_guide() -> str:
    """Every component in every state."""
    return render_template("shared/style_guide.html")


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Old browsers ask here."""
    return redirect("/static/favicon.svg")  # type: ignore[return-value]
