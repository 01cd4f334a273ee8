"""The tour for everybody: a page of stops that prints as a plain list, and calendars to keep."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request

from kit.ids import read_text
from kit.people.node import Node, StopView, the_node
from kit.web.language import say
from kit.workshops import calendars, queries, rules, vocabulary
from kit.workshops.queries import Workshop

blueprint = Blueprint("calendar", __name__)
KEPT_DAYS = 30
MOST = 2000
_DAY_MS = 86_400_000


@blueprint.get("/tournee")
def tour_page() -> str:
    """Where the suitcase stops, when, and what happens there."""
    node = the_node()
    stops, workshops = _to_come(node)
    by_stop: dict[bytes, list[Workshop]] = {}
    for one in workshops:
        by_stop.setdefault(one.stop_id, []).append(one)
    themes = {one.theme: one.theme_label for one in workshops if one.theme and not one.is_cancelled}
    return render_template("workshops/tour.html", tours=calendars.tours_of(stops), by_stop=by_stop, themes=themes)


def _to_come(node: Node) -> tuple[list[StopView], list[Workshop]]:
    """Stops that are not over, and workshops from this morning on."""
    today, _ = rules.day_bounds(node.clock.wall_ms(), node.settings.timezone)
    stops = [stop for stop in node.list_stops() if stop.ends_at_ms >= today and not stop.is_closed]
    return stops, queries.list_between(node.store, today, 2**53, MOST, 0)


@blueprint.get("/agenda.ics")
def calendar() -> Response:
    """All that is to come (and the last month); of one stop (`halte`), tour (`tournee`) or theme (`theme`)."""
    node = the_node()
    begin = node.clock.wall_ms() - KEPT_DAYS * _DAY_MS
    stops = [stop for stop in node.list_stops() if stop.ends_at_ms >= begin]
    workshops = queries.list_between(node.store, max(0, begin), 2**53, MOST, 0)
    name, stops, workshops = _choose(stops, workshops)
    return _answer(name, workshops, stops)


def _choose(stops: list[StopView], workshops: list[Workshop]) -> tuple[str, list[StopView], list[Workshop]]:
    halt, tour, theme = (request.args.get(name, "").strip()[:200] for name in ("halte", "tournee", "theme"))
    name = say("La Valise : ateliers")
    if halt or tour:
        wanted = read_text(halt)
        stops = [stop for stop in stops if (stop.stop_id == wanted if halt else stop.tour == tour)]
        at_stops = {stop.stop_id for stop in stops}
        workshops = [one for one in workshops if one.stop_id in at_stops]
        name = stops[0].label if halt and stops else tour or name
    if theme:
        stops, workshops = [], [one for one in workshops if one.theme == theme]
        name = vocabulary.label("theme", theme)
    return name, stops, workshops


@blueprint.get("/ateliers/<workshop>/agenda.ics")
def add_to_calendar(workshop: str) -> Response:
    """One workshop, for the phone's own calendar."""
    found = queries.get_workshop(the_node().store, read_text(workshop))
    return _answer(found.title, [found], [])


@blueprint.get("/ateliers/<workshop>/evenement.json")
def event(workshop: str) -> Response:
    """One workshop as schema.org's Event."""
    found = queries.get_workshop(the_node().store, read_text(workshop))
    return Response(calendars.write_event(found, _url()), content_type="application/ld+json")


def _answer(name: str, workshops: Sequence[Workshop], stops: Sequence[StopView]) -> Response:
    written = calendars.write_calendar(name, workshops, stops, the_node().clock.wall_ms(), _url())
    answer = Response(written, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="valise.ics"'
    return answer


def _url() -> str:
    return (the_node().settings.public_url or request.url_root).rstrip("/")
