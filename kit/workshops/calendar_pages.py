"""The tour and its calendars, the same on a kit and at the central: what to keep is in the address."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import msgspec
from flask import Response, request

from kit.errors.kind import keep_plain
from kit.ids import read_text
from kit.people.node import Node, StopView
from kit.web.addresses import written_root
from kit.web.keeping import keep
from kit.web.language import chosen, say
from kit.workshops import calendars, queries, rules, vocabulary
from kit.workshops.calendars import Pages
from kit.workshops.queries import Workshop

KEPT_DAYS = 30
MOST = 2000
_DAY_MS = 86_400_000


def pages_of(node: Node, path: str) -> Pages:
    """Where this node shows workshops under `path`, as the calendar of a phone will ask for it."""
    return Pages(written_root(node.settings), path, node.settings.timezone)


def list_to_come(node: Node) -> tuple[list[StopView], list[Workshop]]:
    """Stops that are not over, and workshops from this morning on."""
    today, _ = rules.day_bounds(node.clock.wall_ms(), node.settings.timezone)
    stops = [stop for stop in node.list_stops() if stop.ends_at_ms >= today and not stop.is_closed]
    return stops, queries.list_between(node.store, today, 2**53, MOST, 0)


def send_feed(node: Node, asked: Mapping[str, str], path: str) -> Response:
    """All that is to come (and the last month); of one stop (`halte`), tour (`tournee`) or theme (`theme`).

    Phones ask all day, and a date costs 0.4 ms: a feed is made once a day and each time a workshop or a stop changed
    (then only what changed is written anew), and a phone that has it is answered 304 (RFC 9110, 15.4.5).
    """
    today, _ = rules.day_bounds(node.clock.wall_ms(), node.settings.timezone)
    begin, pages = max(0, today - KEPT_DAYS * _DAY_MS), pages_of(node, path)
    wanted = tuple(asked.get(name, "").strip()[:200] for name in ("halte", "tournee", "theme"))
    number = queries.read_agenda_change(node.store)
    key = (begin, chosen(), pages, wanted)
    tag = _tag(node, number, key)
    if request.if_none_match.contains(tag):
        return _unchanged(tag)
    return _answer(keep("agenda", number, key, lambda: _write_feed(node, begin, wanted, pages)), tag)


def _write_feed(node: Node, begin: int, wanted: tuple[str, ...], pages: Pages) -> bytes:
    stops = [stop for stop in node.list_stops() if stop.ends_at_ms >= begin]
    workshops = queries.list_between(node.store, begin, 2**53, MOST, 0)
    name, stops, workshops = _choose(wanted, stops, workshops)
    return calendars.write_calendar(name, workshops, stops, node.clock.wall_ms(), pages)


def _choose(
    asked: tuple[str, ...], stops: list[StopView], workshops: list[Workshop]
) -> tuple[str, list[StopView], list[Workshop]]:
    halt, tour, theme = asked
    name = say("La Valise : ateliers")
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


def send_one(node: Node, workshop: str, path: str) -> Response:
    """One workshop, for the phone's own calendar. Raises Problem `workshops.not_found`."""
    found = queries.get_workshop(node.store, read_text(workshop))
    pages = pages_of(node, path)
    tag = _tag(node, queries.read_agenda_change(node.store), (found.workshop_id, pages))
    if request.if_none_match.contains(tag):
        return _unchanged(tag)
    return _answer(calendars.write_calendar(found.title, [found], [], node.clock.wall_ms(), pages), tag)


def send_event(node: Node, workshop: str, path: str) -> Response:
    """One workshop as schema.org's Event. Raises Problem `workshops.not_found`."""
    found = queries.get_workshop(node.store, read_text(workshop))
    told = calendars.to_event(found, node.find_stop(found.stop_id), pages_of(node, path))
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/ld+json")


def _answer(written: bytes, tag: str) -> Response:
    answer = Response(written, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="valise.ics"'
    answer.set_etag(tag)
    return answer


def _unchanged(tag: str) -> Response:
    answer = Response(status=304)
    answer.set_etag(tag)
    return answer


def _tag(node: Node, number: int, key: tuple[object, ...]) -> str:
    """What a feed says, in short: what was asked for, and how often workshops and stops changed in this very log."""
    said = msgspec.msgpack.encode((node.journal.log_id, number, key), enc_hook=keep_plain)
    return hashlib.blake2b(said, digest_size=12).hexdigest()
