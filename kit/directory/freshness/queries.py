"""Every read about how fresh places are. A day is text: 2026-01-31; empty: never."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.directory.rules import to_match
from kit.store import Row, Store


class Checked(msgspec.Struct, frozen=True):
    """A place on the list of what is to be checked; `checked_on` is the newest of its checks and of its source."""

    place_id: bytes
    name: str
    commune: str
    address: str
    phone: str
    mails: str
    checked_on: str
    asked_on: str
    asked_how: str


class Check(msgspec.Struct, frozen=True):
    """When a place was last checked, how and by whom; and when it was last asked."""

    day: str = ""
    how: str = ""
    by: str = ""
    asked_on: str = ""
    asked_how: str = ""


_LINE = (
    "SELECT p.place_id, p.nom, p.commune, p.adresse, p.telephone, p.courriels, f.checked_on, "
    "coalesce(c.asked_on, '') AS asked_on, coalesce(c.asked_how, '') AS asked_how FROM place_find f "
    "JOIN place p USING (log_no, place_id) LEFT JOIN place_check c USING (log_no, place_id)"
)


def find_check(store: Store, place_id: bytes) -> Check:
    """What is known of the checks of a place."""
    row = store.row("SELECT * FROM place_check WHERE place_id = ?", place_id)
    if row is None:
        return Check()
    return Check(row["checked_on"], row["checked_how"], row["checked_by"], row["asked_on"], row["asked_how"])


def count_old(store: Store, before: str, words: str = "") -> int:
    """How many places nobody checked since a day."""
    where, params = _old(before, words)
    return int(store.value(f"SELECT count(*) FROM place_find f WHERE {where}", *params))


def list_old(store: Store, before: str, words: str, limit: int, offset: int) -> list[Checked]:
    """Places nobody checked since a day, the oldest first."""
    where, params = _old(before, words)
    order = "ORDER BY f.checked_on, f.sort_name, f.place_id LIMIT ? OFFSET ?"
    return [_line(row) for row in store.rows(f"{_LINE} WHERE {where} {order}", *params, limit, offset)]


def _old(before: str, words: str) -> tuple[str, list[object]]:
    match = to_match(words)
    if not match:
        return "f.checked_on < ?", [before]
    found = "f.search_row IN (SELECT rowid FROM place_search WHERE place_search MATCH ?)"
    return f"f.checked_on < ? AND {found}", [before, match]


def count_fresh(store: Store, since: str) -> int:
    """How many places were checked since a day."""
    return int(store.value("SELECT count(*) FROM place_find WHERE checked_on >= ?", since))


def list_asked(store: Store, day: str, how: str) -> list[Checked]:
    """The places that were asked on that day in that way (letter, mail), by name."""
    sql = f"{_LINE} WHERE c.asked_on = ? AND c.asked_how = ? ORDER BY f.sort_name, f.place_id"
    return [_line(row) for row in store.rows(sql, day, how)]


def list_waiting(store: Store, since: str) -> list[tuple[bytes, str]]:
    """The places asked since a day, with the day: those whose code may still be used."""
    rows = store.rows("SELECT place_id, asked_on FROM place_check WHERE asked_on >= ? ORDER BY place_id", since)
    return [(row["place_id"], row["asked_on"]) for row in rows]


def list_days_asked(store: Store, limit: int) -> list[tuple[str, str, int, int]]:
    """Past rounds: (day, how, how many places were asked, how many of them were checked since), newest first."""
    rows = store.rows(
        "SELECT asked_on, asked_how, count(*) AS many, sum(CASE WHEN checked_on >= asked_on THEN 1 ELSE 0 END) AS back "
        "FROM place_check WHERE asked_on <> '' GROUP BY asked_on, asked_how ORDER BY asked_on DESC, asked_how LIMIT ?",
        limit,
    )
    return [(row["asked_on"], row["asked_how"], row["many"], row["back"]) for row in rows]


def find_lines(store: Store, place_ids: Sequence[bytes]) -> list[Checked]:
    """Some places, those that are known."""
    marks = ",".join("?" for _ in place_ids)
    return [_line(row) for row in store.rows(f"{_LINE} WHERE p.place_id IN ({marks})", *place_ids)]


def _line(row: Row) -> Checked:
    return Checked(
        row["place_id"], row["nom"], row["commune"], row["adresse"], row["telephone"], row["courriels"],
        row["checked_on"], row["asked_on"], row["asked_how"],
    )  # fmt: skip
