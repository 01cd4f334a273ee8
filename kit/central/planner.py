"""The calendar of what is planned: stops, workshops of every kit, and what was asked of a kit; clashes are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from kit.central import bounds, clashes, planner_queries, queries
from kit.central.planner_queries import Within
from kit.clock import at, unix_ms
from kit.directory.equipment import queries as equipment
from kit.errors.kind import fr
from kit.ids import to_text
from kit.people.actions import Staff
from kit.people.node import Node
from kit.workshops.proposals import queries as proposals

VIEWS: Mapping[str, str] = {"mois": fr("Mois"), "semaine": fr("Semaine"), "agenda": fr("Agenda à imprimer")}
MOST = 3000
MOST_SHOWN = 200  # one by one; of more, the number of each day is told
MOST_KITS = 2000


class Entry(msgspec.Struct, frozen=True):
    """One thing of the calendar. `kind`: stop, workshop, or asked (a kit has not said yes yet); `clashes` in words.

    `hall` is what two things may not use at once: a room of a workshop, the address (else the name) of a stop.
    """

    kind: str
    key: bytes
    title: str
    where: str
    starts_at_ms: int
    ends_at_ms: int
    kit: str = ""
    led_by: str = ""
    equipment: str = ""
    is_cancelled: bool = False
    url: str = ""
    clashes: tuple[str, ...] = ()
    hall: str = ""
    stop_id: bytes = b""


class Asked(msgspec.Struct, frozen=True):
    """What is looked at: a view, a day in it, a kit (empty: all) and a tour (empty: all)."""

    view: str
    day: date
    kit: str = ""
    tour: str = ""


class Day(msgspec.Struct, frozen=True):
    """One day with its entries; `is_inside` is false for the days that fill a month's first and last week.

    `more`: workshops that are only counted, as there are too many of them in the view.
    """

    day: date
    entries: list[Entry]
    is_inside: bool
    is_today: bool
    more: int = 0


class Calendar(msgspec.Struct, frozen=True):
    """The days of a view; `before` and `after` are days of the views beside it. `is_crowded`: see `Day.more`."""

    asked: Asked
    days: list[Day]
    before: date
    after: date
    clash_count: int
    is_crowded: bool = False


def read_asked(node: Node, values: Mapping[str, str]) -> Asked:
    """What an address asks for; what makes no sense is today's month of everything."""
    view, zone = values.get("vue", ""), ZoneInfo(node.settings.timezone)
    try:
        day = date.fromisoformat(values.get("jour", "")[:10])
    except ValueError:
        day = at(node.clock.wall_ms()).astimezone(zone).date()
    day = min(max(day, date(1990, 1, 1)), date(2190, 1, 1))
    return Asked(view if view in VIEWS else "mois", day, values.get("valise", "")[:80], values.get("tournee", "")[:120])


def span_of(asked: Asked) -> tuple[date, date]:
    """The first day that is shown and the day after the last; weeks begin on Monday."""
    monday = asked.day - timedelta(days=asked.day.weekday())
    if asked.view == "semaine":
        return monday, monday + timedelta(days=7)
    first = asked.day.replace(day=1)
    following = _next_month(first)
    if asked.view == "agenda":
        return first, following
    return first - timedelta(days=first.weekday()), following + timedelta(days=-following.weekday() % 7)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def read_calendar(node: Node, asked: Asked, by: Staff) -> Calendar:
    """Everything between two days that this person sees, with its clashes."""
    first, end = span_of(asked)
    zone = ZoneInfo(node.settings.timezone)
    from_ms, until_ms = _ms(first, zone), _ms(end, zone)
    within = _within(node, asked, by)
    is_crowded = planner_queries.count_workshops(node.store, from_ms, until_ms, within) > MOST_SHOWN
    entries = clashes.find(list_entries(node, asked, by, from_ms, until_ms, with_workshops=not is_crowded))
    taken, owned = equipment.list_taken(node.store, first.isoformat(), end.isoformat())
    entries = clashes.find_taken(entries, taken, owned, zone)
    today = at(node.clock.wall_ms()).astimezone(zone).date()
    days = []
    for number in range((end - first).days):
        day = first + timedelta(days=number)
        begins, ends = _ms(day, zone), _ms(day + timedelta(days=1), zone)
        there = [one for one in entries if one.starts_at_ms < ends and one.ends_at_ms > begins]
        is_inside = asked.view == "semaine" or (day.year, day.month) == (asked.day.year, asked.day.month)
        more = planner_queries.count_workshops(node.store, begins, ends, within) if is_crowded else 0
        days.append(Day(day, there, is_inside, day == today, more))
    count = sum(1 for one in entries if one.clashes)
    return Calendar(asked, days, *_beside(asked, first, end), count, is_crowded)


def _beside(asked: Asked, first: date, end: date) -> tuple[date, date]:
    if asked.view == "semaine":
        return first - timedelta(days=7), end
    month = asked.day.replace(day=1)
    return (month - timedelta(days=1)).replace(day=1), _next_month(month)


def _ms(day: date, zone: ZoneInfo) -> int:
    return unix_ms(datetime.combine(day, time(), zone))


def list_entries(
    node: Node, asked: Asked, by: Staff, from_ms: int, until_ms: int, *, with_workshops: bool = True
) -> list[Entry]:
    """Stops, workshops and what was asked, in the order of their beginning; filtered as asked."""
    stops = [stop for stop in node.list_stops() if stop.starts_at_ms < until_ms and stop.ends_at_ms > from_ms]
    of_tour = _stops_of(node, asked)
    found = [
        Entry(
            "stop",
            one.stop_id,
            one.label,
            one.address or one.commune,
            one.starts_at_ms,
            one.ends_at_ms,
            hall=f"{one.address or one.label} {one.commune}",
        )
        for one in stops
        if not asked.kit and (of_tour is None or one.stop_id in of_tour)
    ]
    found += _workshops(node, _within(node, asked, by), from_ms, until_ms) if with_workshops else []
    found += [] if of_tour is not None else _asked(node, by, asked.kit, from_ms, until_ms)
    return sorted(found, key=lambda one: (one.starts_at_ms, one.kind != "stop", one.title))


def _stops_of(node: Node, asked: Asked) -> set[bytes] | None:
    return {stop.stop_id for stop in node.list_stops() if stop.tour == asked.tour} if asked.tour else None


def _within(node: Node, asked: Asked, by: Staff) -> Within:
    """The workshops that this person sees, of the kit and the tour that she asked for."""
    logs = bounds.find_logs(node, by)
    if asked.kit:
        of_kit = {log_no for log_no, name in queries.names_of_logs(node.store).items() if name == asked.kit}
        logs = of_kit if logs is None else of_kit & set(logs)
    return Within(logs, _stops_of(node, asked))


def _workshops(node: Node, within: Within, from_ms: int, until_ms: int) -> list[Entry]:
    names = queries.names_of_logs(node.store)
    return [
        Entry(
            "workshop", one.workshop_id, one.title, one.where, one.starts_at_ms, one.ends_at_ms,
            names.get(one.log_no, fr("ce serveur")), one.led_by, one.equipment, one.is_cancelled,
            f"/ateliers-recus/{to_text(one.workshop_id)}", hall=one.where, stop_id=one.stop_id,
        )
        for one in planner_queries.list_workshops(node.store, from_ms, until_ms, MOST, within)
    ]  # fmt: skip


def _asked(node: Node, by: Staff, kit: str, from_ms: int, until_ms: int) -> list[Entry]:
    known = {one.kit_id: one.nickname for one in queries.list_kits(node.store, MOST_KITS, 0, by.territories)}
    found = []
    for one in proposals.list_expected(node.store, from_ms, MOST):
        name = known.get(one.kit_id)
        if name is not None and kit in ("", name) and one.starts_at_ms < until_ms:
            ends = one.starts_at_ms + (one.plan.length_minutes or 60) * 60_000
            found.append(
                Entry(
                    "asked", one.proposal_id, one.title, one.where, one.starts_at_ms, ends, name,
                    one.plan.led_by or "", one.plan.equipment or "", url="/ateliers-recus/demandes", hall=one.where,
                    stop_id=one.plan.stop_id or b"",
                )
            )  # fmt: skip
    return found


def list_kits(node: Node, by: Staff) -> Sequence[str]:
    """The names of the kits this person sees."""
    return sorted({one.nickname for one in queries.list_kits(node.store, MOST_KITS, 0, by.territories)})
