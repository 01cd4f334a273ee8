"""Every statement about what a box forgets: workshops nobody closed, and the lines that prove a purge."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.store import Store

TEXTS = bytes(16)  # in the place of a workshop's id: what people wrote


class PurgeLine(msgspec.Struct, frozen=True):
    """What one purge removed. `facts` are the numbers covered, as text; `receipt` is the digest of the signed words.
    `workshop_id` is TEXTS when it was what people wrote.

    `people` counts those whose facts became counts (of TEXTS: answers), `envelopes` the names or texts that went.
    `title` is empty when unknown.
    """

    at_ms: int
    workshop_id: bytes
    title: str
    envelopes: int
    people: int
    facts: str
    receipt: bytes
    receipt_at_ms: int

    @property
    def is_texts(self) -> bool:
        """True for opinions, letters and replies, which belong to no workshop's list of names."""
        return self.workshop_id == TEXTS

    @property
    def mark(self) -> str:
        """The receipt's name as people compare it: its first sixteen signs."""
        return self.receipt.hex()[:16]


def list_unclosed(store: Store) -> list[tuple[bytes, int]]:
    """(workshop id, end in Unix milliseconds) of our own workshops nobody closed, whose door is still whole."""
    rows = store.rows(
        "SELECT w.workshop_id, w.starts_at_ms + w.length_minutes * 60000 AS ends_at_ms FROM workshop w "
        "JOIN log l ON l.log_no = w.log_no JOIN door d ON d.subject = w.workshop_id "
        "WHERE l.is_own = 1 AND w.is_closed = 0 AND d.sealed_private IS NOT NULL ORDER BY w.workshop_id"
    )
    return [(row["workshop_id"], row["ends_at_ms"]) for row in rows]


def left_open_since(store: Store, workshop_id: bytes, life_ms: int) -> int:
    """When, in this box's running life, a workshop was first seen over: now, if never. Only inside `write()`."""
    store.run("INSERT INTO left_open (workshop_id, life_ms) VALUES (?,?) ON CONFLICT DO NOTHING", workshop_id, life_ms)
    return int(store.value("SELECT life_ms FROM left_open WHERE workshop_id = ?", workshop_id))


def forget_watch(store: Store, workshop_id: bytes) -> None:
    """It is not over after all (it was moved, or the clock was wrong). Only inside `write()`."""
    store.run("DELETE FROM left_open WHERE workshop_id = ?", workshop_id)


def list_shut(store: Store) -> list[bytes]:
    """Our own workshops nobody closed, whose door died by itself."""
    rows = store.rows(
        "SELECT w.workshop_id FROM workshop w JOIN log l ON l.log_no = w.log_no "
        "JOIN door d ON d.subject = w.workshop_id JOIN left_open o ON o.workshop_id = w.workshop_id "
        "WHERE l.is_own = 1 AND w.is_closed = 0 AND d.sealed_private IS NULL ORDER BY w.workshop_id"
    )
    return [row["workshop_id"] for row in rows]


def has_open_door(store: Store, workshop_id: bytes) -> bool:
    """True while somebody of the team can open the names of a workshop here."""
    return store.value("SELECT 1 FROM door WHERE subject = ? AND sealed_private IS NOT NULL", workshop_id) is not None


def count_sealed(store: Store, subjects: Sequence[bytes]) -> int:
    """How many envelopes of these subjects are here."""
    return sum(int(store.value("SELECT count(*) FROM envelope WHERE subject = ?", one)) for one in subjects)


def add_line(store: Store, values: Sequence[object]) -> None:
    """Keep the proof of one purge: the columns of `purge_line` after its number. Only inside `write()`."""
    store.run(
        "INSERT INTO purge_line (at_ms, workshop_id, envelopes, people, facts, receipt, receipt_at_ms) "
        "VALUES (?,?,?,?,?,?,?)",
        *values,
    )


def count_lines(store: Store) -> int:
    """How many purges were made."""
    return int(store.value("SELECT count(*) FROM purge_line"))


def list_lines(store: Store, limit: int, offset: int) -> list[PurgeLine]:
    """The proofs, the newest first."""
    rows = store.rows(
        "SELECT p.at_ms, p.workshop_id, coalesce((SELECT max(title) FROM workshop w WHERE "
        "w.workshop_id = p.workshop_id), '') AS title, p.envelopes, p.people, p.facts, p.receipt, p.receipt_at_ms "
        "FROM purge_line p ORDER BY p.line_no DESC LIMIT ? OFFSET ?",
        limit, offset,
    )  # fmt: skip
    return [PurgeLine(*row) for row in rows]
