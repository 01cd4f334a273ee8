"""Every read of people who help. Who asked to be erased is in none of them, whatever facts still lie here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kit.directory.advisers import vocabulary
from kit.directory.rules import plain_text, show_phone
from kit.directory.stop_queries import IS_OURS
from kit.errors import Problem
from kit.stems import stem
from kit.store import Row, Store

MOST_HERE = 20
_NOT_ERASED = "NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.subject = a.adviser_id)"


class LinkLine(msgspec.Struct, frozen=True):
    """Where somebody helps, with the name of the place or stop (empty: it is not known here any more)."""

    kind: str
    target_id: bytes
    since: str
    until: str
    hours: str
    label: str = ""


class Adviser(msgspec.Struct, frozen=True):
    """Somebody who helps, ready to show. `name`, `phone`, `email` are empty unless she said that all may read them.

    `envelope`: the hash of what was sealed, for the coordination. `home`: the log that notes her.
    """

    adviser_id: bytes
    version: int
    is_ours: bool
    home: bytes
    envelope: bytes | None
    said_on: str
    profile: Mapping[str, Any]
    name: str = ""
    phone: str = ""
    email: str = ""
    links: tuple[LinkLine, ...] = ()

    @property
    def services(self) -> list[str]:
        """What she helps with, in words."""
        return vocabulary.say_services(self.profile["services"])

    @property
    def skills(self) -> list[str]:
        """What she can do, in words."""
        return vocabulary.say_skills(self.profile["skills"])

    @property
    def phone_words(self) -> str:
        """Her number as people write it."""
        return show_phone(self.phone)

    @property
    def role(self) -> str:
        """In what role."""
        return vocabulary.say_role(self.profile["role"])


def _matching(words: str) -> tuple[str, list[object]]:
    """The condition that every typed word begins one of hers, or shares its stem."""
    conditions: list[str] = []
    params: list[object] = []
    for word in [one[:40] for one in plain_text(words).split()[:8]]:
        conditions.append("(instr(a.plain, ?) > 0 OR instr(a.plain, ?) > 0)")
        params += [f" {word}", f" {stem(word)} "]
    return " AND ".join([_NOT_ERASED, *conditions]), params


def count_cards(store: Store, words: str = "") -> int:
    """How many people everybody may read of, by these words."""
    where, params = _matching(words)
    return int(store.value(f"SELECT count(*) FROM adviser_card a WHERE {where}", *params))


def list_cards(store: Store, words: str, limit: int, offset: int) -> list[Adviser]:
    """People who said that everybody may read of them, by name."""
    where, params = _matching(words)
    rows = store.rows(
        f"SELECT a.*, l.log_id AS home, {IS_OURS} FROM adviser_card a JOIN log l USING (log_no) WHERE {where} "
        "ORDER BY a.sort_name, a.adviser_id LIMIT ? OFFSET ?",
        *params, limit, offset,
    )  # fmt: skip
    return [_card(store, row) for row in rows]


def find_card(store: Store, adviser_id: bytes | None) -> Adviser | None:
    """One of them, or None."""
    row = store.row(
        f"SELECT a.*, l.log_id AS home, {IS_OURS} FROM adviser_card a JOIN log l USING (log_no) "
        f"WHERE a.adviser_id = ? AND {_NOT_ERASED}",
        adviser_id,
    )
    return None if row is None else _card(store, row)


def list_here(store: Store, target_id: bytes, today: str) -> list[tuple[Adviser, LinkLine]]:
    """Who helps at a place or stop on a day (2026-01-31), with when."""
    rows = store.rows(
        f"SELECT a.*, l.log_id AS home, {IS_OURS}, k.since, k.until, k.hours AS at_hours FROM adviser_link k "
        "JOIN adviser_card a USING (log_no, adviser_id) JOIN log l USING (log_no) WHERE k.target_id = ? "
        f"AND (k.since = '' OR k.since <= ?) AND (k.until = '' OR k.until >= ?) AND {_NOT_ERASED} "
        "ORDER BY a.sort_name, a.adviser_id LIMIT ?",
        target_id, today, today, MOST_HERE,
    )  # fmt: skip
    return [
        (_card(store, row, with_links=False), LinkLine("", target_id, row["since"], row["until"], row["at_hours"]))
        for row in rows
    ]


def count_advisers(store: Store, words: str = "") -> int:
    """How many people are noted, shown or not."""
    where, params = _matching(words)
    return int(store.value(f"SELECT count(*) FROM adviser a WHERE {where}", *params))


def list_advisers(store: Store, words: str, limit: int, offset: int) -> list[Adviser]:
    """Everybody noted, for the team: names only of those who said so."""
    where, params = _matching(words)
    rows = store.rows(
        f"{_NOTED} WHERE {where} ORDER BY c.sort_name IS NULL, c.sort_name, a.adviser_id LIMIT ? OFFSET ?",
        *params, limit, offset,
    )  # fmt: skip
    return [_noted(store, row) for row in rows]


_NOTED = (
    f"SELECT a.*, l.log_id, {IS_OURS}, c.name, c.phone, c.email FROM adviser a JOIN log l USING (log_no) "
    "LEFT JOIN adviser_card c ON c.log_no = a.log_no AND c.adviser_id = a.adviser_id"
)


def get_adviser(store: Store, adviser_id: bytes | None) -> Adviser:
    """One of them. Raises Problem `directory.no_adviser`."""
    row = store.row(f"{_NOTED} WHERE a.adviser_id = ? AND {_NOT_ERASED}", adviser_id)
    if row is None:
        raise Problem("directory.no_adviser")
    return _noted(store, row)


def _card(store: Store, row: Row, with_links: bool = True) -> Adviser:
    profile = json.loads(row["profile"])
    return Adviser(
        row["adviser_id"], row["version"], bool(row["is_ours"]), row["home"], None, "", profile, row["name"],
        row["phone"], row["email"], _links(store, profile) if with_links else (),
    )  # fmt: skip


def _noted(store: Store, row: Row) -> Adviser:
    profile = json.loads(row["profile"])
    shown = (row["name"] or "", row["phone"] or "", row["email"] or "") if row["said_on"] else ("", "", "")
    return Adviser(
        row["adviser_id"], row["version"], bool(row["is_ours"]), row["home"], row["envelope"], row["said_on"], profile,
        *shown, _links(store, profile),
    )  # fmt: skip


def _links(store: Store, profile: Mapping[str, Any]) -> tuple[LinkLine, ...]:
    ids = [bytes.fromhex(one["target_id"]) for one in profile["links"]]
    labels = find_labels(store, ids)
    return tuple(
        LinkLine(one["kind"], target, one["since"], one["until"], one["hours"], labels.get(target, ""))
        for one, target in zip(profile["links"], ids, strict=True)
    )


def find_labels(store: Store, ids: Sequence[bytes]) -> dict[bytes, str]:
    """The names of places and stops, those that are known."""
    marks = ",".join("?" for _ in ids)
    rows = store.rows(
        f"SELECT place_id AS id, nom || ', ' || commune AS label FROM place WHERE place_id IN ({marks}) UNION ALL "
        f"SELECT stop_id, label FROM stop WHERE stop_id IN ({marks})",
        *ids, *ids,
    )  # fmt: skip
    return {row["id"]: row["label"] for row in rows}
