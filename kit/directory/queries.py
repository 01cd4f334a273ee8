"""Every read of places and stops."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.directory import vocabulary
from kit.directory.opening_hours import say_hours
from kit.directory.rules import FIELDS, show_phone, to_match
from kit.directory.stop_queries import (
    IS_OURS,
    Stop,
    count_stops,
    find_current_stop,
    find_next_stop,
    find_stop,
    get_stop,
    list_stops,
    page_of_stops,
)
from kit.errors import Problem
from kit.store import Row, Store

__all__ = [
    "DirectoryState", "Place", "PlaceLine", "Stop", "count_places", "count_stops", "describe_directory",
    "find_current_stop", "find_next_stop", "find_places", "find_stop", "get_place", "get_stop", "list_places",
    "list_stops", "page_of_stops",
]  # fmt: skip


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
        conditions.append("1 = 0")
    if service:
        conditions.append("p.place_id IN (SELECT place_id FROM place_service WHERE service = ?)")
        params.append(service)
    return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), params


def count_places(store: Store, words: str = "", service: str = "") -> int:
    """How many places hold these words (accents forgiven) and give this service (exact string)."""
    where, params = _chosen(words, service)
    return int(store.value(f"SELECT count(*) FROM place p {where}", *params))


def list_words_near(store: Store, word: str) -> list[str]:
    """Words of the directory with the first letter and about the length of a plain word that it does not know."""
    sql = (
        "SELECT DISTINCT term FROM place_word WHERE term >= ? AND term < ? AND col IN ('name', 'place', 'services') "
        "AND length(term) BETWEEN ? AND ? LIMIT 2000"
    )
    first, size = word[:1], len(word)
    return [row[0] for row in store.rows(sql, first, chr(ord(first) + 1), size - 2, size + 2)]


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
        f"SELECT p.*, l.log_id AS home, {IS_OURS} FROM place p JOIN log l USING (log_no) WHERE p.place_id IN ({marks})",
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
