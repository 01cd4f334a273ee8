"""Where things were given, in steps one may choose from: tours, departments, communes of the known stops."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.errors.kind import fr
from kit.feedback import rules
from kit.people.node import Node, StopView

NOWHERE = "sans"
_LEVELS = ("tour", "department", "commune")


class Place(msgspec.Struct, frozen=True):
    """One territory: its value in an address, its words, its stops, and the tours that lie in it altogether."""

    value: str
    label: str
    level: str
    stop_ids: frozenset[bytes]
    tour_ids: frozenset[bytes] = frozenset()


def list_places(node: Node) -> list[Place]:
    """Every territory that has a stop: tours, then departments, then communes, each by its words."""
    found: dict[tuple[str, str, str], set[bytes]] = {}
    inside: dict[tuple[str, str], set[str]] = {}
    for stop in node.list_stops():
        for level in _LEVELS:
            key = _key(level, stop)
            if key:
                found.setdefault(key, set()).add(stop.stop_id)
            inside.setdefault((stop.tour, level), set()).add(key[1] if key else "")
    whole: dict[str, set[bytes]] = {}
    for (tour, _), values in inside.items():
        if tour and len(values) == 1:  # what was pooled over such a tour was given in this territory
            whole.setdefault(next(iter(values)), set()).add(rules.tour_id(tour))
    made = [
        Place(value, label, level, frozenset(stop_ids), frozenset(whole.get(value, ())))
        for (level, value, label), stop_ids in found.items()
    ]
    return sorted(made, key=lambda one: (_LEVELS.index(one.level), one.label.casefold(), one.value))


def find_place(node: Node, value: str) -> Place | None:
    """The territory of that value, or None (« everywhere », or one that is not known)."""
    return next((one for one in list_places(node) if one.value == value), None) if value else None


def scope_labels(node: Node) -> dict[bytes, str]:
    """Words for every stop, and for every tour that what was pooled is told under."""
    labels: dict[bytes, str] = {}
    for stop in node.list_stops():
        labels[stop.stop_id] = stop.label
        if stop.tour:
            labels[rules.tour_id(stop.tour)] = stop.tour
    return labels


def read_asked(node: Node, value: str) -> tuple[list[bytes] | None, str]:
    """The stops of a territory as an address names it, and its words. None: everywhere; b"" is outside any stop."""
    if value == NOWHERE:
        return [b""], fr("Hors tournée")
    found = find_place(node, value)
    if found is None:
        return ([], fr("Lieu inconnu")) if value else (None, fr("Partout"))
    return sorted(found.stop_ids), found.label


def to_choices(places: Sequence[Place]) -> list[tuple[str, str]]:
    """As (value, words) to choose from."""
    return [("", fr("Partout")), *((one.value, one.label) for one in places), (NOWHERE, fr("Hors tournée"))]


def place_of(stop: StopView | None, level: str) -> tuple[str, str]:
    """(value, words) of the territory of a stop at one level; empty when it has none."""
    key = _key(level, stop) if stop is not None else None
    return (key[1], key[2]) if key else ("", "")


def department_of(code_insee: str) -> str:
    """The department of a commune's INSEE code, or nothing.

    | code  | department |
    |-------|------------|
    | 06127 | 06         |
    | 2A004 | 2A         |
    | 97411 | 974        |
    |       |            |
    """
    return code_insee[: 3 if code_insee[:2] in ("97", "98") else 2] if len(code_insee) == 5 else ""


def _key(level: str, stop: StopView) -> tuple[str, str, str] | None:
    department = department_of(stop.code_insee)
    if level == "tour":
        return (
            (level, f"t.{rules.tour_id(stop.tour).hex()[:12]}", fr("Tournée %(tour)s") % {"tour": stop.tour})
            if stop.tour
            else None
        )
    if level == "department":
        return (
            (level, f"d.{department}", fr("Département %(department)s") % {"department": department})
            if department
            else None
        )
    if not stop.commune:
        return None
    return level, f"c.{stop.code_insee or stop.commune.casefold()}", stop.commune
