"""Everything people said, territory by territory: opinions, grievances, questions, and works they offered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec

from kit.central import barometer, gift_queries, gifts
from kit.central import barometer_queries as queries
from kit.central.barometer import Step
from kit.errors.kind import fr
from kit.feedback import places
from kit.people.node import Node, StopView

LEVELS: Mapping[str, str] = {"department": fr("Département"), "commune": fr("Commune"), "tour": fr("Tournée")}
_NOWHERE = (places.NOWHERE, fr("Hors tournée"))
_WAITING = ("waiting",)


class Line(msgspec.Struct):
    """One territory. `opinions` is None when none was counted there; pairs are (how many, how many wait)."""

    value: str
    label: str
    opinions: Step | None = None
    grievances: tuple[int, int] = (0, 0)
    questions: tuple[int, int] = (0, 0)
    gifts: tuple[int, int] = (0, 0)

    @property
    def is_waiting(self) -> bool:
        """True when somebody waits for an answer there."""
        return bool(self.grievances[1] or self.questions[1] or self.gifts[1])


def list_lines(node: Node, level: str, logs: Collection[int] | None = None) -> list[Line]:
    """Every territory of one level where something was said; where people wait longest for an answer comes first.

    `logs`: what came in these logs only (None: in any).
    """
    stops = {stop.stop_id: stop for stop in node.list_stops()}
    lines: dict[str, Line] = {}

    def line_of(stop_id: bytes) -> Line:
        value, label = _place_of(stops.get(stop_id), level)
        return lines.setdefault(value, Line(value, label))

    _add_letters(node, line_of, logs)
    for row in gift_queries.list_gifts(node.store, -1, 0, logs):
        line = line_of(gifts.find_stop(row["offered_ms"], list(stops.values())))
        line.gifts = _more(line.gifts, 1, int(row["state"] in _WAITING))
    for place, step in barometer.by_place(node, level, logs):
        value, label = (place.value, place.label) if place else _NOWHERE
        lines.setdefault(value, Line(value, label)).opinions = step
    return sorted(lines.values(), key=lambda one: (one.value == _NOWHERE[0], not one.is_waiting, one.label.casefold()))


def _place_of(stop: StopView | None, level: str) -> tuple[str, str]:
    found = places.place_of(stop, level)
    return found if found[0] else _NOWHERE


def _add_letters(node: Node, line_of: Callable[[bytes], Line], logs: Collection[int] | None) -> None:
    for post in queries.count_letters(node.store):
        if logs is not None and post.log_no not in logs:
            continue
        line = line_of(post.stop_id)
        if post.purpose == "question":
            line.questions = _more(line.questions, post.count, post.waiting)
        else:
            line.grievances = _more(line.grievances, post.count, post.waiting)


def _more(pair: tuple[int, int], count: int, waiting: int) -> tuple[int, int]:
    return pair[0] + count, pair[1] + waiting
