"""Numbers of a permanence for everybody: whose turn it is, on a screen or a phone, and numbers to hand out on paper."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from kit.ids import read_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.workshops import permanence_queries, queries

blueprint = Blueprint("numbers", __name__)
ON_PAPER = 24
REFRESH_SECONDS = 15


@blueprint.get("/ateliers/<workshop>/numeros")
def turn_page(workshop: str) -> Response:
    """The numbers being received and how many wait, never a name; with `ecran=1`, for a wall, it asks again."""
    found = queries.get_workshop(the_node().store, read_text(workshop))
    visits = permanence_queries.list_visits(the_node().store, found)
    numbers = {state: [one.number for one in visits if one.state == state] for state in ("called", "waiting")}
    is_wall = request.args.get("ecran") == "1"
    answer = make_response(render_template("workshops/numbers.html", workshop=found, is_wall=is_wall, **numbers))
    if is_wall:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/console/ateliers/<workshop>/numeros")
@staff_only("roll")
def paper_page(workshop: str) -> str:
    """Numbers to cut and hand out, from `de` on."""
    found = queries.get_workshop(the_node().store, read_text(workshop))
    asked = request.args.get("de", "1")
    first = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 1000 else 1
    return render_template("workshops/paper/numbers.html", workshop=found, first=first, last=first + ON_PAPER - 1)
