"""Search over everything, the console's first page, and every component in every state."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request

from kit.directory.vocabulary import say as words_of
from kit.directory.vocabulary import service_codes
from kit.front import queries
from kit.front.searching import ROOMS, Asked, search_everything
from kit.library.rules import KIND_WORDS
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.language import say

blueprint = Blueprint("front", __name__)


@blueprint.get("/recherche")
def search() -> str:
    """One search over works, workshops and places, or in one of these rooms."""
    asked = read_asked(request.args)
    found = search_everything(the_node(), asked) if asked.text else None
    return render_template(
        "front/search.html", text=asked.text, asked=asked, found=found, service_code=request.args.get("service", ""),
        kinds=[("", say("Toutes")), *((code, say(words)) for code, words in KIND_WORDS.items())],
        services=[("", say("Tout")), *((code, words_of("services", one)) for code, one in service_codes().items())],
    )  # fmt: skip


def read_asked(values: Mapping[str, str]) -> Asked:
    """What is looked for, as the address says."""
    room = values.get("dans", "")
    return Asked(
        values.get("q", "").strip()[:200], room if room in ROOMS else "", values.get("sorte", "")[:20],
        values.get("quand", "")[:20], service_codes().get(values.get("service", ""), ""),
    )  # fmt: skip


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
