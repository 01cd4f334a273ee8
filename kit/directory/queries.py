"""Every read of places and stops."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.directory import vocabulary
from kit.directory.opening_hours import say_hours
from kit.directory.rules import FIELDS, show_phone, to_match
from kit.errors import Problem
from kit.store import Row, Store

NEAR_MS = 12 * 3_600_000
MOST_STOPS = 500
# Ours too when it was written in an earlier epoch of this box: the same key signs both.
_IS_OURS = "l.public_key IS (SELECT public_key FROM log WHERE is_own = 1) AS is_ours"

# -- places -------------------------------------------------------------------------------------------------------


class PlaceLine(msgspec.Struct, frozen=True):
    """One place on a list. `services` are in plain words."""

    place_id: bytes
    name: str
    commune: str
    code_postal: str
    services: tuple[str, ...]


class Place(msgspec.Struct, frozen=True):
    """One place, ready to show. Every list is in plain words, empty when nothing is said.

    `hours` are lines of plain French, or None when the source's own way of writing (`raw_hours`) must be shown.
    """

    place_id: bytes
    home: bytes
    is_ours: bool
    version: int
    fields: dict[str, str]

    @property
    def name(self) -> str:
        """Its name."""
        return self.fields["nom"]

    @property
    def hours(self) -> list[str] | None:
        """Its opening hours in plain French, when they are simple."""
        return say_hours(self.fields["horaires"])

    @property
    def phone(self) -> str:
        """Its number as people write it."""
        return show_phone(self.fields["telephone"])

    def say(self, field: str) -> list[str]:
        """The values of a field in plain words."""
        return [vocabulary.say(field, one) for one in self.values(field)]

    def values(self, field: str) -> list[str]:
        """The values of a field as they were given."""
        return [one for one in self.fields[field].split("|") if one]


class DirectoryState(msgspec.Struct, frozen=True):
    """What the directory holds: how many places, the oldest and newest date of the data, and some of its sources."""

    count: int
    oldest: str
    newest: str
    sources: tuple[str, ...]


def describe_directory(store: Store) -> DirectoryState:
    """How much there is, how old it is, where it comes from."""
    row = store.row("SELECT count(*) AS count, min(nullif(date_maj, '')) AS oldest, max(date_maj) AS newest FROM place")
    sources = store.rows("SELECT DISTINCT source FROM place WHERE source <> '' ORDER BY source LIMIT 5")
    if row is None or not row["count"]:
        return DirectoryState(0, "", "", ())
    return DirectoryState(row["count"], row["oldest"] or "", row["newest"] or "", tuple(one[0] for one in sources))


def _chosen(words: str, service: str) -> tuple[str, list[str]]:
    """The condition for what somebody looks for, and its parameters; it cannot fail whatever was typed."""
    conditions, params = [], []
    match = to_match(words)
    if match:
        conditions.append("p.search_row IN (SELECT rowid FROM place_search WHERE place_search MATCH ?)")
        params.append(match)
    elif words.strip():
        conditions.append("0")
    if service:
        conditions.append("p.place_id IN (SELECT place_id FROM place_service WHERE service = ?)")
        params.append(service)
    return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), params


def count_places(store: Store, words: str = "", service: str = "") -> int:
    """How many places hold these words (accents forgiven) and give this service (exact string)."""
    where, params = _chosen(words, service)
    return int(store.value(f"SELECT count(*) FROM place p {where}", *params))


def list_places(store: Store, words: str, service: str, limit: int, offset: int) -> list[PlaceLine]:
    """Places by name; see `count_places`."""
    where, params = _chosen(words, service)
    rows = store.rows(
        "SELECT p.place_id, p.nom, p.commune, p.code_postal, p.services FROM place p "
        f"{where} ORDER BY p.sort_name, p.place_id LIMIT ? OFFSET ?",
        *params, limit, offset,
    )  # fmt: skip
    return [_line(row) for row in rows]


def _line(row: Row) -> PlaceLine:
    services = tuple(vocabulary.say("services", one) for one in row["services"].split("|") if one)
    return PlaceLine(row["place_id"], row["nom"], row["commune"], row["code_postal"], services)


def get_place(store: Store, place_id: bytes | None) -> Place:
    """One place. Raises Problem `directory.no_place`."""
    found = find_places(store, [place_id] if place_id else [])
    if not found:
        raise Problem("directory.no_place")
    return next(iter(found.values()))


def find_places(store: Store, place_ids: Sequence[bytes]) -> dict[bytes, Place]:
    """Those of the places that are known."""
    marks = ",".join("?" for _ in place_ids)
    rows = store.rows(
        f"SELECT p.*, l.log_id AS home, {_IS_OURS} FROM place p JOIN log l USING (log_no) "
        f"WHERE p.place_id IN ({marks})",
        *place_ids,
    )
    return {
        row["place_id"]: Place(
            row["place_id"],
            row["home"],
            bool(row["is_ours"]),
            row["version"],
            {name: row[name] for name in FIELDS},
        )
        for row in rows
    }


# -- stops --------------------------------------------------------------------------------------------------------


class Stop(msgspec.Struct, frozen=True):
    """One halt of the tour, ready to show; `tour` is the tour's label."""

    stop_id: bytes
    home: bytes
    is_ours: bool
    label: str
    commune: str
    code_insee: str
    address: str
    starts_at_ms: int
    ends_at_ms: int
    tour: str
    is_cancelled: bool
    is_closed: bool
    version: int


_STOP = f"SELECT s.*, l.log_id AS home, {_IS_OURS} FROM stop s JOIN log l USING (log_no)"


def _stop(row: Row) -> Stop:
    named = {name: row[name] for name in Stop.__struct_fields__}
    return Stop(**named | {name: bool(named[name]) for name in ("is_ours", "is_cancelled", "is_closed")})


def find_current_stop(store: Store, wall_ms: int) -> Stop | None:
    """The stop of now, or the nearest within half a day: teams arrive early and clocks are not sure; or None."""
    row = store.row(
        f"{_STOP} WHERE NOT s.is_cancelled AND NOT s.is_closed AND s.starts_at_ms <= ? AND s.ends_at_ms >= ? "
        "ORDER BY max(s.starts_at_ms - ?, ? - s.ends_at_ms, 0), s.starts_at_ms DESC, s.stop_id LIMIT 1",
        wall_ms + NEAR_MS, wall_ms - NEAR_MS, wall_ms, wall_ms,
    )  # fmt: skip
    return _stop(row) if row is not None else None


def find_next_stop(store: Store, wall_ms: int) -> Stop | None:
    """Where the suitcase is now or will be next, or None."""
    row = store.row(
        f"{_STOP} WHERE NOT s.is_cancelled AND NOT s.is_closed AND s.ends_at_ms >= ? "
        "ORDER BY s.starts_at_ms, s.stop_id LIMIT 1",
        wall_ms,
    )
    return _stop(row) if row is not None else None


def list_stops(store: Store) -> list[Stop]:
    """Every stop that was not cancelled, newest first."""
    rows = store.rows(f"{_STOP} WHERE NOT s.is_cancelled ORDER BY s.starts_at_ms DESC, s.stop_id LIMIT ?", MOST_STOPS)
    return [_stop(row) for row in rows]


def count_stops(store: Store) -> int:
    """How many stops are known."""
    return int(store.value("SELECT count(*) FROM stop"))


def page_of_stops(store: Store, limit: int, offset: int) -> list[Stop]:
    """Every stop, cancelled ones too, newest first."""
    rows = store.rows(f"{_STOP} ORDER BY s.starts_at_ms DESC, s.stop_id LIMIT ? OFFSET ?", limit, offset)
    return [_stop(row) for row in rows]


def find_stop(store: Store, stop_id: bytes | None) -> Stop | None:
    """One stop, or None."""
    row = store.row(f"{_STOP} WHERE s.stop_id = ?", stop_id)
    return _stop(row) if row is not None else None


def get_stop(store: Store, stop_id: bytes | None) -> Stop:
    """One stop. Raises Problem `directory.no_stop`."""
    found = find_stop(store, stop_id)
    if found is None:
        raise Problem("directory.no_stop")
    return found
