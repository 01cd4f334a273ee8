"""Every statement about counts."""

from __future__ import annotations

import msgspec

from kit.store import Store


class Taken(msgspec.Struct, frozen=True):
    """A work and how often it was read here and kept on a phone, on one day; all nodes together."""

    title: str
    language: str
    creators: str
    read: int
    kept: int


def remove_counts(store: Store, subject: bytes) -> None:
    """Remove the rows of a work's day. Only inside `write()`."""
    store.run("DELETE FROM work_count WHERE subject = ?", subject)


def insert_count(store: Store, log_no: int, row: tuple[bytes, bytes, int, int, int]) -> None:
    """Write (subject, item_id, day, read, kept). Only inside `write()`."""
    store.run("INSERT INTO work_count (log_no, subject, item_id, day, read, kept) VALUES (?,?,?,?,?,?)", log_no, *row)


def find_own(store: Store, log_no: int, item_id: bytes, day: int) -> tuple[int, int]:
    """What a log said so far of a work's day: (read, kept)."""
    row = store.row(
        "SELECT read, kept FROM work_count WHERE log_no = ? AND item_id = ? AND day = ?", log_no, item_id, day
    )
    return (row["read"], row["kept"]) if row else (0, 0)


def list_taken(store: Store, day: int, limit: int) -> list[Taken]:
    """Works of a day, the most kept first."""
    rows = store.rows(
        "SELECT i.title, i.language, i.creators, sum(c.read) AS read, sum(c.kept) AS kept FROM work_count c "
        "JOIN item i ON i.item_id = c.item_id WHERE c.day = ? GROUP BY c.item_id, i.title, i.language, i.creators, "
        "i.sort_title ORDER BY kept DESC, read DESC, i.sort_title LIMIT ?",
        day, limit,
    )  # fmt: skip
    return [Taken(**dict(row)) for row in rows]


def count_uses(store: Store, item_id: bytes) -> tuple[int, int]:
    """How often a work was read here and kept on a phone, all days and nodes together."""
    row = store.row("SELECT sum(read) AS read, sum(kept) AS kept FROM work_count WHERE item_id = ?", item_id)
    return (int(row["read"] or 0), int(row["kept"] or 0)) if row else (0, 0)


def count_visitors(store: Store, day: int, nobody: bytes) -> int:
    """How many visitors a day had."""
    return int(store.value("SELECT sum(read) FROM work_count WHERE day = ? AND item_id = ?", day, nobody) or 0)


def list_days(store: Store, limit: int) -> list[int]:
    """Days with counts, newest first."""
    return [row[0] for row in store.rows("SELECT DISTINCT day FROM work_count ORDER BY day DESC LIMIT ?", limit)]
