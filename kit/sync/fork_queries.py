"""Every statement of chains that diverged, and of what a central told and lost."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.journal import queries as journal_queries
from kit.journal.ranges import Range, merge
from kit.store import Store

# -- forks --------------------------------------------------------------------------------------------------------


def forks_of(store: Store, log_no: int) -> list[int]:
    """The chains that diverged from a log, oldest first."""
    return [row["log_no"] for row in store.rows("SELECT log_no FROM fork WHERE of_log_no = ? ORDER BY 1", log_no)]


def add_fork(store: Store, log_no: int, name: bytes) -> int:
    """A log of its own for a chain that diverged. Only inside `write()`.

    It has no key of its own: nobody is asked for it, and no segment names it.
    """
    fork_no = journal_queries.log_number(store, name, None, None)
    store.run("INSERT INTO fork (log_no, of_log_no) VALUES (?,?) ON CONFLICT DO NOTHING", fork_no, log_no)
    return fork_no


def move_arrival(store: Store, segment_id: bytes, log_no: int) -> None:
    """A segment belongs to another chain than its name says. Only inside `write()`."""
    store.run("UPDATE arrival SET log_no = ? WHERE segment_id = ?", log_no, segment_id)


def move_awaited(store: Store, span: Range, names: Sequence[bytes], log_no: int, fork_no: int) -> None:
    """The envelopes that a segment of another chain waits for hold up that chain only. Only inside `write()`."""
    rows = [(fork_no, log_no, name, *span) for name in names]
    store.run_many(
        "INSERT INTO awaited (log_no, hash, first_seq, last_seq, is_strange) "
        "SELECT ?, hash, first_seq, last_seq, is_strange FROM awaited "
        "WHERE log_no = ? AND hash = ? AND first_seq = ? AND last_seq = ? ON CONFLICT DO NOTHING",
        rows,
    )  # fmt: skip
    store.run_many(
        "DELETE FROM awaited WHERE log_no = ? AND hash = ? AND first_seq = ? AND last_seq = ?",
        [row[1:] for row in rows],
    )


def with_forks(store: Store, log_nos: Sequence[int]) -> list[int]:
    """These logs, and the chains that diverged from them."""
    marks = ",".join("?" for _ in log_nos)
    found = store.rows(f"SELECT log_no FROM fork WHERE of_log_no IN ({marks}) ORDER BY 1", *log_nos)
    return [*log_nos, *(row["log_no"] for row in found)]


def set_backed_up(store: Store, log_no: int, ranges: Sequence[Range]) -> None:
    """Write anew what the last backup held of one log. Only inside `write()`."""
    store.run("DELETE FROM backed_up WHERE log_no = ?", log_no)
    rows = [(log_no, first, last) for first, last in ranges]
    store.run_many("INSERT INTO backed_up (log_no, first_seq, last_seq) VALUES (?,?,?)", rows)


def spans_of_frozen(store: Store, segment_ids: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """(log, first, last) of those of these segments that this node cut."""
    sql = "SELECT log_no, first_seq, last_seq FROM segment WHERE segment_id = ?"
    rows = [row for name in segment_ids if (row := store.row(sql, name)) is not None]
    return [(row["log_no"], row["first_seq"], row["last_seq"]) for row in rows]


def spans_that_came(store: Store, log_no: int) -> list[Range]:
    """The numbers of the segments that belong to a log itself, not to a chain that diverged from it."""
    rows = store.rows("SELECT first_seq, last_seq FROM arrival WHERE log_no = ?", log_no)
    return merge((row["first_seq"], row["last_seq"]) for row in rows)


def chain_after(store: Store, log_no: int, last: int) -> bytes:
    """The running hash after a number where a segment that was read ends, or nothing."""
    found = store.value(
        "SELECT chain_after FROM arrival WHERE log_no = ? AND last_seq = ? AND state = 'projected' LIMIT 1",
        log_no,
        last,
    )
    return bytes(found) if found is not None else b""


def own_chain_until(store: Store, log_no: int, last: int) -> tuple[int, bytes] | None:
    """The newest number up to `last` where a segment of ours ends, and the running hash after it, or None."""
    row = store.row(
        "SELECT last_seq, chain_after FROM segment WHERE log_no = ? AND last_seq <= ? ORDER BY last_seq DESC LIMIT 1",
        log_no, last,
    )  # fmt: skip
    return (row["last_seq"], bytes(row["chain_after"])) if row else None


class Arrived(msgspec.Struct, frozen=True):
    """A segment that is here, and the chain it belongs to."""

    segment_id: bytes
    log_no: int
    span: Range
    raw: bytes


def held_of(store: Store, public_key: bytes, segment_ids: Sequence[bytes]) -> list[Arrived]:
    """Those of these segments that arrived here from the holder of a key."""
    sql = (
        "SELECT a.segment_id, a.log_no, a.first_seq, a.last_seq, a.bytes FROM arrival a JOIN log l USING (log_no) "
        "LEFT JOIN fork f USING (log_no) "
        "LEFT JOIN log o ON o.log_no = f.of_log_no WHERE a.segment_id = ? AND coalesce(l.public_key, o.public_key) = ?"
    )
    rows = [row for name in segment_ids if (row := store.row(sql, name, public_key)) is not None]
    return [
        Arrived(bytes(row["segment_id"]), row["log_no"], (row["first_seq"], row["last_seq"]), bytes(row["bytes"]))
        for row in rows
    ]


def is_any_awaited(store: Store, names: Sequence[bytes]) -> bool:
    """True when one of these envelopes is not here yet."""
    marks = ",".join("?" for _ in names)
    return store.value(f"SELECT 1 FROM awaited WHERE hash IN ({marks}) LIMIT 1", *names) is not None


# -- what a central told and lost ---------------------------------------------------------------------------------


def find_log(store: Store, log_id: bytes) -> int | None:
    """The local number of a log, or None when it was never heard of."""
    found = store.value("SELECT log_no FROM log WHERE log_id = ?", log_id)
    return int(found) if found is not None else None


def set_head(store: Store, log_no: int, head: int) -> None:
    """A log of ours goes up to `head`. Only inside `write()`."""
    store.run("UPDATE log SET head_seq = ? WHERE log_no = ? AND head_seq < ?", head, log_no, head)


def add_closed_channel(store: Store, log_no: int, name: bytes) -> None:
    """A log that went down goes down again; nothing more is written to it. Only inside `write()`."""
    store.run("INSERT INTO channel (log_no, name, is_open) VALUES (?,?,0) ON CONFLICT DO NOTHING", log_no, name)


def arrivals_in(store: Store, log_no: int, first: int, last: int) -> list[bytes]:
    """Names of the segments that hold numbers of `first..last` of a log, oldest first."""
    rows = store.rows(
        "SELECT segment_id FROM arrival WHERE log_no = ? AND last_seq >= ? AND first_seq <= ? ORDER BY first_seq",
        log_no, first, last,
    )  # fmt: skip
    return [row["segment_id"] for row in rows]
