"""Search over everything, the console's first page, and every component in every state."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kit.front import queries
from kit.people.access import staff_only
from kit.people.node import the_node

blueprint = Blueprint("front", __name__)


@blueprint.get("/recherche")
def search() -> str:
    """One search over works, workshops and places."""
    text = request.args.get("q", "").strip()[:200]
    found = queries.search_everything(the_node(), text) if text else None
    return render_template("front/search.html", text=text, found=found)


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
