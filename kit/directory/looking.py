"""What an address of the directory asks for, as a search: words, activity, audience, access, day, distance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from kit.directory import errands, finding, maps, vocabulary
from kit.directory.finding import Search
from kit.directory.opening_hours import DAYS_WORDS
from kit.directory.stop_queries import find_next_stop
from kit.people.node import Node

NOW = "maintenant"
WORDS_SIGNS = 100
NAMES = ("q", "service", "pour", "acces", "jour", "pres", "km")


class Asked(msgspec.Struct, frozen=True):
    """A search and the form it came from. `doubt`: what could not be done as asked (`where`, `hour`), or empty."""

    values: Mapping[str, str]
    search: Search
    stale_before: str
    doubt: str = ""

    @property
    def is_narrowed(self) -> bool:
        """True when anything was asked at all."""
        return any(self.values.values())

    @property
    def is_fine(self) -> bool:
        """True when one of the choices that stay folded was made."""
        return any(self.values[name] for name in ("pour", "acces", "jour", "pres", "km"))


def read_asked(node: Node, given: Mapping[str, str]) -> Asked:
    """What an address asks; whatever it says of nothing known is left out."""
    values = {name: given.get(name, "").strip()[:WORDS_SIGNS] for name in NAMES}
    now = node.local_now()
    _clean(values)
    around, doubt = _find_around(node, values)
    open_at = None
    if values["jour"] == NOW and node.is_hour_sure:
        open_at = (now.weekday(), now.hour * 60 + now.minute)
    elif values["jour"] == NOW:
        values["jour"], doubt = DAYS_WORDS[now.weekday()], doubt or "hour"
    marks = finding.read_marks(values["service"], values["pour"], values["acces"], values["jour"])
    stale_before = stale_day(now)
    search = Search(values["q"], marks, 0, around, float(values["km"] or 0), open_at, stale_before)
    return Asked(values, search, stale_before, doubt)


def stale_day(now: datetime) -> str:
    """What was checked before that day (2026-01-31) is old."""
    return (now.date() - timedelta(days=finding.STALE_DAYS)).isoformat()


def _clean(values: dict[str, str]) -> None:
    known = {
        "service": vocabulary.service_codes(), "pour": finding.publics(), "acces": finding.ways(),
        "jour": (*DAYS_WORDS, NOW), "km": [str(km) for km in finding.KM_CHOICES],
    }  # fmt: skip
    for name, choices in known.items():
        values[name] = values[name] if values[name] in choices else ""


def _find_around(node: Node, values: Mapping[str, str]) -> tuple[tuple[float, float] | None, str]:
    """Where the distance is counted from: the commune that was typed, or where the suitcase stands."""
    if not values["pres"] and not values["km"]:
        return None, ""
    if values["pres"]:
        postcode = values["pres"].replace(" ", "")
        is_code = postcode.isdigit()
        found = None if is_code else maps.find_commune("", values["pres"])
        found = found or errands.find_middle(node.store, "", values["pres"], postcode if is_code else "")
    else:
        found = errands.find_origin(node.store, find_next_stop(node.store, node.clock.wall_ms()))
    return found, "" if found else "where"
