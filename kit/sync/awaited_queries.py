"""Every statement of the envelopes that segments cite and that have not come yet."""

from __future__ import annotations

from collections.abc import Sequence

from kit.journal import queries as journal_queries
from kit.journal.ranges import Range, merge
from kit.store import Store


def await_envelopes(store: Store, log_no: int, first: int, last: int, names: Sequence[bytes]) -> None:
    """Note the envelopes that a segment cites and that are not here. Only inside `write()`."""
    gone = {row["hash"] for row in store.rows(f"SELECT hash FROM gone WHERE hash IN ({_marks(names)})", *names)}
    absent = [name for name in journal_queries.missing_envelopes(store, names) if name not in gone]
    store.run_many(
        "INSERT INTO awaited (log_no, hash, first_seq, last_seq) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        [(log_no, name, first, last) for name in absent],
    )


def stop_awaiting(store: Store, name: bytes) -> None:
    """An envelope came. Only inside `write()`."""
    store.run("DELETE FROM awaited WHERE hash = ?", name)


def note_gone(store: Store, names: Sequence[bytes]) -> None:
    """Envelopes asked for that their kit no longer has. Only inside `write()`."""
    store.run_many("INSERT INTO gone (hash) VALUES (?) ON CONFLICT DO NOTHING", [(name,) for name in names])
    store.run_many("DELETE FROM awaited WHERE hash = ?", [(name,) for name in names])


def awaited_ranges(store: Store, log_no: int) -> list[Range]:
    """Ranges that arrived without all their envelopes."""
    return merge(awaited_spans(store, log_no))


def awaited_spans(store: Store, log_no: int) -> list[Range]:
    """The same, segment by segment."""
    rows = store.rows("SELECT DISTINCT first_seq, last_seq FROM awaited WHERE log_no = ? ORDER BY 1, 2", log_no)
    return [(row["first_seq"], row["last_seq"]) for row in rows]


def awaited_envelopes(store: Store, log_nos: Sequence[int], limit: int) -> list[bytes]:
    """Envelopes to ask of the writer of these logs; last those that one of its boxes said were never there."""
    rows = store.rows(
        f"SELECT hash, max(is_strange) AS strange FROM awaited WHERE log_no IN ({_marks(log_nos)}) "
        "GROUP BY hash ORDER BY strange, hash LIMIT ?",
        *log_nos, limit,
    )  # fmt: skip
    return [row["hash"] for row in rows]


def awaited_among(store: Store, log_nos: Sequence[int], names: Sequence[bytes]) -> list[bytes]:
    """Those of `names` that are awaited from the writer of these logs."""
    rows = store.rows(
        f"SELECT DISTINCT hash FROM awaited WHERE log_no IN ({_marks(log_nos)}) AND hash IN ({_marks(names)})",
        *log_nos, *names,
    )  # fmt: skip
    return [row["hash"] for row in rows]


def note_strange(store: Store, names: Sequence[bytes]) -> None:
    """Envelopes asked for that a box never had: its copy is asked, after the others. Only inside `write()`."""
    store.run_many("UPDATE awaited SET is_strange = 1 WHERE hash = ?", [(name,) for name in names])


def _marks(names: Sequence[object]) -> str:
    return ",".join("?" for _ in names)
