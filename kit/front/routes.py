"""Search over everything, the console's first page, and every component in every state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from kit.directory.vocabulary import say as words_of
from kit.directory.vocabulary import service_codes
from kit.errors.kind import fr
from kit.front import all_pages, queries
from kit.front.searching import ROOMS, Asked, search_everything
from kit.library.kept_lists import find_guides, list_choices
from kit.library.licences import all_licences
from kit.library.queries import Choice
from kit.library.rules import ACCESS_WORDS, KIND_WORDS, LANGUAGE_WORDS, LEVEL_WORDS
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.all_pages import show
from kit.web.language import say
from kit.web.navigation import ALL_PAGES

blueprint = Blueprint("front", __name__)


def _licence_words() -> Mapping[str, str]:
    return {one.licence_id: one.short for one in all_licences().values()}


# Word of the address, field of a choice, what it is called, its values (« dans » is the room that is looked in).
FILTERS: tuple[tuple[str, str, str, Callable[[], Mapping[str, str]]], ...] = (
    ("sorte", "kind", fr("Sorte"), lambda: KIND_WORDS),
    ("langue_du_document", "language", fr("Langue du document"), lambda: LANGUAGE_WORDS),
    ("niveau", "level", fr("Niveau"), lambda: LEVEL_WORDS),
    ("aide", "access", fr("Pour mieux suivre"), lambda: ACCESS_WORDS),
    ("licence", "licence", fr("Licence"), _licence_words),
)


@blueprint.get("/recherche")
def search() -> str:
    """One search over works, workshops and places, or in one of these rooms."""
    asked = read_asked(request.args)
    found = search_everything(the_node(), asked) if asked.text else None
    return render_template(
        "front/search.html", text=asked.text, asked=asked, found=found, service_code=request.args.get("service", ""),
        filters=list_filters() if asked.room == "oeuvres" else [], more=urlencode(_told(asked.works)),
        services=[("", say("Tout")), *((code, say(words_of("services", x))) for code, x in service_codes().items())],
    )  # fmt: skip


def read_asked(values: Mapping[str, str]) -> Asked:
    """What is looked for, as the address says."""
    room = values.get("dans", "")
    works = {field: values[word] for word, field, _, known in FILTERS if values.get(word) in known()}
    return Asked(
        values.get("q", "").strip()[:200], room if room in ROOMS else "",
        Choice(**works, is_reusable=values.get("libre") == "1"),
        values.get("quand", "")[:20], service_codes().get(values.get("service", ""), ""),
    )  # fmt: skip


def list_filters() -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """What works are chosen by: the word of the address, the field, what it is called, and the options there are."""
    held = list_choices(the_node().store)
    return [
        (word, field, say(title), [("", say("Toutes" if field in ("kind", "language", "licence") else "Tous")),
                                   *((code, say(known().get(code, code))) for code in held[field])])
        for word, field, title, known in FILTERS if held[field]
    ]  # fmt: skip


def _told(works: Choice) -> dict[str, str]:
    """The same choice as the library's own addresses say it."""
    said = {"dans" if word == "langue_du_document" else word: getattr(works, field) for word, field, _, _ in FILTERS}
    return {name: value for name, value in {**said, "libre": "1" if works.is_reusable else ""}.items() if value}


@blueprint.get("/console")
@staff_only("console")
def today() -> str:
    """The mediator's day at a glance."""
    node = the_node()
    return render_template("front/today.html", today=queries.read_today(node), most_phones=node.settings.wifi_most)


@blueprint.get(ALL_PAGES)
@staff_only("console")
def every_page() -> str:
    """Every page of the team that whoever asks may open."""
    return show(all_pages.GROUPS, current_staff(), find_guides(the_node().store))


@blueprint.get("/console/style")
@staff_only("console")
def style_guide() -> str:
    """Every component in every state."""
    return render_template("shared/style_guide.html")
