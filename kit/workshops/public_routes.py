"""What visitors see of workshops: the list, one workshop, asking for a place. No cookie, no account."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.ids import read_text
from kit.people.node import Node, the_node
from kit.web.language import say
from kit.web.pages import asked_page, to_page
from kit.web.security import form_nonce
from kit.workshops import actions, forms, language_queries, queries, rules, series, vocabulary
from kit.workshops.queries import Workshop
from kit.workshops.words import field_words, problem_words

blueprint = Blueprint("public", __name__)
PER_PAGE = 50
FAR_MS = 2**53
MOST_IN_LANGUAGE = 500


@blueprint.get("/ateliers")
def list_page() -> str:
    """Today first, then the days after; in one language when asked (`dans`)."""
    node, language = the_node(), request.args.get("dans", "")
    start, end = rules.day_bounds(node.clock.wall_ms(), node.settings.timezone)
    if language in vocabulary.LANGUAGES:
        found = language_queries.list_in_language(node.store, language, start, MOST_IN_LANGUAGE)
        today, after = [x for x in found if x.starts_at_ms < end], [x for x in found if x.starts_at_ms >= end]
        later = to_page(len(after), asked_page(), PER_PAGE, lambda limit, offset: after[offset : offset + limit])
    else:
        language, today = "", queries.list_today(node.store, start, end)
        later = to_page(
            queries.count_between(node.store, end, FAR_MS), asked_page(), PER_PAGE,
            lambda limit, offset: queries.list_between(node.store, end, FAR_MS, limit, offset),
        )  # fmt: skip
    return render_template(
        "workshops/list.html", today=_with_states(node, today), later=later, days=_by_day(node, later.rows),
        language=language, languages=_languages(node, start),
    )  # fmt: skip


def _languages(node: Node, start_ms: int) -> list[tuple[str, str]]:
    """The languages to choose among, as (code, words)."""
    return [
        (code, say(vocabulary.LANGUAGES.get(code, code)))
        for code in language_queries.list_languages(node.store, start_ms)
    ]


def _with_states(node: Node, workshops: list[Workshop]) -> list[tuple[Workshop, str]]:
    return [(one, find_state(node, one)) for one in workshops]


def _by_day(node: Node, workshops: list[Workshop]) -> list[tuple[int, list[tuple[Workshop, str]]]]:
    """Workshops (in order) under the first moment of each of their days."""
    days: dict[int, list[tuple[Workshop, str]]] = {}
    for one in workshops:
        day, _ = rules.day_bounds(one.starts_at_ms, node.settings.timezone)
        days.setdefault(day, []).append((one, find_state(node, one)))
    return list(days.items())


def find_state(node: Node, workshop: Workshop) -> str:
    """What somebody who asks now would get: open, waiting, full, cancelled, closed, over, or elsewhere."""
    if not workshop.is_ours:
        return "elsewhere"
    return rules.find_state(workshop.standing(node.clock.wall_ms(), not node.is_hour_sure))


def looks_over(node: Node, workshop: Workshop) -> bool:
    """True when it ended long ago by the hour the box shows, sure or not: something to say, never to refuse for."""
    return rules.is_over(workshop.ends_at_ms, node.clock.wall_ms(), node.clock.is_behind)


@blueprint.get("/ateliers/<workshop>")
def workshop_page(workshop: str) -> str:
    """One workshop and the two fields to ask for a place."""
    return _page(queries.get_workshop(the_node().store, read_text(workshop)))


@blueprint.post("/ateliers/<workshop>")
def sign_up(workshop: str) -> Response | tuple[str, int]:
    """Ask for a place, and go to the ticket."""
    node = the_node()
    found = queries.get_workshop(node.store, read_text(workshop))
    try:
        party, asking = forms.read_party(request.form, request.form.getlist("access"))
        signup = actions.sign_up_party(node, found.workshop_id, form_nonce(), party, asking)[0]
    except FieldProblems as problem:
        return _page(found, values=problem.values, errors=field_words(problem)), problem.status
    except Problem as problem:
        if not problem.code.startswith("workshops."):
            raise
        again = queries.get_workshop(node.store, found.workshop_id)
        return _page(again, values=request.form, refused=problem_words(problem)), problem.status
    return redirect(f"/ticket/{signup.code}", 303)


@blueprint.get("/ateliers/accord")
def consent_page() -> str:
    """Every text that people were ever shown before they signed up, with its number."""
    return render_template("workshops/consent.html", texts=vocabulary.consents())


def _page(workshop: Workshop, **more: object) -> str:
    state = find_state(the_node(), workshop)
    late = looks_over(the_node(), workshop)
    return render_template("workshops/workshop.html", **page_words(workshop), state=state, looks_over=late, **more)


def page_words(workshop: Workshop) -> dict[str, object]:
    """What the form of a sign-up shows: free slots, the other dates, choices about the place, the text to accept."""
    store = the_node().store
    slots = [(slot, series.slot_start_ms(workshop, slot)) for slot in series.list_free_slots(store, workshop)]
    return {
        "workshop": workshop,
        "slots": slots,
        "dates": [one for one in series.list_dates(store, workshop.series_id) if not one.is_cancelled],
        "access": list(vocabulary.labels("access").items()),
        "chosen": set(request.form.getlist("access")),
        "consent": vocabulary.consent(),
    }
