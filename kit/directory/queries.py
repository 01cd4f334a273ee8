"""Every read of places and stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from kit.directory import find_queries, vocabulary
from kit.directory.finding import Search, bits, service_words
from kit.directory.maps import KM_PER_DEGREE
from kit.directory.opening_hours import say_hours
from kit.directory.rules import FIELDS, show_phone
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
    "find_current_stop", "find_next_stop", "find_places", "find_stop", "get_place", "get_stop",
    "list_places", "list_stops", "page_of_stops", "to_lines",
]  # fmt: skip


class PlaceLine(msgspec.Struct, frozen=True):
    """One place on a list. `services` are in plain words. `checked_on`: the day of its newest check (2026-01-31), or
    of what its source says. `km`: how far it is, None when nobody asked or knows."""

    place_id: bytes
    name: str
    commune: str
    code_postal: str
    services: tuple[str, ...]
    checked_on: str = ""
    km: float | None = None


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

    def hours_in(self, say: Callable[[str], str]) -> list[str] | None:
        """The same in another language: `say` gives its words for the French ones."""
        return say_hours(self.fields["horaires"], say)

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
    row = store.row(
        "SELECT (SELECT count(*) FROM place_find) AS count, (SELECT max(date_maj) FROM place) AS newest, "
        "(SELECT min(date_maj) FROM place WHERE date_maj > '') AS oldest"
    )
    if row is None or not row["count"]:
        return DirectoryState(0, "", "", ())
    return DirectoryState(row["count"], row["oldest"] or "", row["newest"] or "", _some_sources(store, 5))


def _some_sources(store: Store, most: int) -> tuple[str, ...]:
    """The first sources by name, each found by one step in their index: thousands of places name the same few."""
    rows = store.rows(
        "WITH RECURSIVE one (name, number) AS (SELECT min(source), 1 FROM place WHERE source > '' UNION ALL "
        "SELECT (SELECT min(source) FROM place WHERE source > one.name), number + 1 FROM one "
        "WHERE name IS NOT NULL AND number < ?) SELECT name FROM one WHERE name IS NOT NULL",
        most,
    )
    return tuple(row["name"] for row in rows)


def _search(words: str, service: str) -> Search:
    return Search(words, marks=bits().get(("services", service), 0))


def count_places(store: Store, words: str = "", service: str = "") -> int:
    """How many places hold these words (accents forgiven) and give this service (exact string)."""
    return find_queries.count(store, _search(words, service))


def list_words_near(store: Store, word: str) -> list[str]:
    """Words of the directory with the first letter and about the length of a plain word that it does not know."""
    sql = (
        "SELECT DISTINCT term FROM place_term WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? LIMIT 2000"
    )
    first, size = word[:1], len(word)
    known = [row[0] for row in store.rows(sql, first, chr(ord(first) + 1), size - 2, size + 2)]
    return known + [one for one in service_words() if one[:1] == first and abs(len(one) - size) <= 2]


def list_places(store: Store, words: str, service: str, limit: int, offset: int) -> list[PlaceLine]:
    """Places by name; see `count_places`."""
    return to_lines(find_queries.page(store, _search(words, service), limit, offset))


def to_lines(rows: Sequence[Row]) -> list[PlaceLine]:
    """Places found, as lines to show."""
    return [_line(row) for row in rows]


def _line(row: Row) -> PlaceLine:
    services = tuple(vocabulary.say("services", one) for one in row["services"].split("|") if one)
    far = row["far"]
    return PlaceLine(
        row["place_id"], row["nom"], row["commune"], row["code_postal"], services, row["checked_on"],
        None if far is None else far**0.5 * KM_PER_DEGREE,
    )  # fmt: skip


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
