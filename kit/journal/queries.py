"""Every statement the journal runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from kit.clock import Moment
from kit.journal.fact import Fact, Record
from kit.journal.ranges import Range
from kit.keys.envelope import envelope_hash
from kit.store import Row, Store

_COLUMNS = "seq, kind, version, boot, mono_ms, wall_ms, subject, home, refs, envelope, body"
_READ = f"SELECT {_COLUMNS}, log_id FROM fact JOIN log USING (log_no)"


class Kept(Record, frozen=True):
    """One fact as it is stored, with the log that wrote it; the columns of `_READ`, in their order."""

    log_id: bytes


_NUMBER = "SELECT log_no FROM log WHERE log_id = ?"
_ORDER = attrgetter("log_id", "seq")


def take_seq(store: Store, log_no: int) -> int:
    """The next number of a log, from its kept head row: a purge never makes a number come back."""
    store.run("UPDATE log SET head_seq = head_seq + 1 WHERE log_no = ?", log_no)
    return head_seq(store, log_no)


def head_seq(store: Store, log_no: int) -> int:
    """The newest number of a log."""
    return int(store.value("SELECT head_seq FROM log WHERE log_no = ?", log_no) or 0)


def insert_records(store: Store, log_no: int, records: Sequence[Record]) -> None:
    """Keep facts as bytes; one that is already there is left as it is."""
    store.run_many(
        f"INSERT INTO fact (log_no, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        [
            (
                log_no,
                r.seq,
                r.kind,
                r.version,
                r.boot,
                r.mono_ms,
                r.wall_ms,
                r.subject,
                r.home,
                r.refs,
                r.envelope,
                r.body,
            )
            for r in records
        ],
    )


def records(store: Store, log_no: int, first: int, last: int) -> list[Record]:
    """Facts `first..last` of a log as bytes, in order; those not held are missing from the list."""
    rows = store.rows(
        f"SELECT {_COLUMNS} FROM fact WHERE log_no = ? AND seq BETWEEN ? AND ? ORDER BY seq",
        log_no,
        first,
        last,
    )
    return [Record(**dict(row)) for row in rows]


def _marks(names: Iterable[str]) -> str:
    return ",".join("?" for _ in names)


def subject_rows(store: Store, kinds: Sequence[str], subject: bytes) -> list[Kept]:
    """The facts of one subject of the given kinds, in (log_id, seq) order."""
    sql = f"{_READ} WHERE subject = ? AND kind IN ({_marks(kinds)}) ORDER BY log_id, seq"
    return [Kept(*row) for row in store.rows(sql, subject, *kinds)]


def rows_by_subject(store: Store, kinds: Sequence[str], subjects: Sequence[bytes]) -> dict[bytes, list[Kept]]:
    """The same for many subjects (at most 500), in one statement."""
    if len(subjects) < 2:
        return {subject: subject_rows(store, kinds, subject) for subject in subjects}
    sql = f"{_READ} WHERE subject IN (*) AND kind IN ({_marks(kinds)}) ORDER BY log_id, seq"
    found: dict[bytes, list[Kept]] = {}
    for row in store.rows_among(sql, subjects, *kinds):
        found.setdefault(row["subject"], []).append(Kept(*row))
    return found


class Heard(NamedTuple):
    """All facts of some subjects, in (log_id, seq) order; which of these subjects nobody spoke of before; and the
    numbers of the logs they name as their home, as folds ask for them."""

    facts: Mapping[bytes, Sequence[Kept]]
    fresh: frozenset[bytes]
    numbers: Mapping[tuple[str, tuple[object, ...]], list[Row]]


NOTHING = Heard({}, frozenset(), {})


def hear(store: Store, log_no: int, records: Sequence[Record]) -> Heard:
    """What is known of the subjects of facts about to be kept, with these: nothing of them need be read afterwards.

    Nothing when one of their numbers is taken, as the fact that is here stays."""
    numbers = [one.seq for one in records]
    taken = "SELECT 1 FROM fact WHERE log_no = ? AND seq BETWEEN ? AND ? LIMIT 1"
    if len(set(numbers)) < len(numbers) or store.value(taken, log_no, min(numbers), max(numbers)):
        return NOTHING
    name, found = log_id(store, log_no), dict[bytes, list[Kept]]()
    for one in records:
        found.setdefault(one.subject, []).append(Kept(*(*msgspec.structs.astuple(one), name)))
    before = [Kept(*row) for row in store.rows_among(f"{_READ} WHERE subject IN (*)", list(found))]
    for kept in before:
        found[kept.subject].append(kept)
    for facts in found.values():
        if len(facts) > 1:
            facts.sort(key=_ORDER)
    homes: dict[tuple[str, tuple[object, ...]], list[Row]] = {
        (_NUMBER, (home,)): store.rows(_NUMBER, home) for home in {one.home for one in records}
    }
    known = {asked: rows for asked, rows in homes.items() if rows}
    return Heard(found, frozenset(found).difference(kept.subject for kept in before), known)


def key_of_log(store: Store, log_id: bytes) -> bytes | None:
    """The public key of who writes a log, that of its origin for a chain that diverged; None: not heard of yet."""
    found = store.value(
        "SELECT coalesce(l.public_key, o.public_key) FROM log l LEFT JOIN fork f ON f.log_no = l.log_no "
        "LEFT JOIN log o ON o.log_no = f.of_log_no WHERE l.log_id = ?",
        log_id,
    )
    return bytes(found) if found is not None else None


def replace_refused(store: Store, kinds: Sequence[str], subject: bytes, refused: Sequence[tuple[bytes, int]]) -> None:
    """Write anew which facts of a subject count for nothing, as (log id, seq). Only inside `write()`."""
    store.run(f"DELETE FROM refused WHERE subject = ? AND kind IN ({_marks(kinds)})", subject, *kinds)
    store.run_many(
        "INSERT INTO refused (log_no, seq, kind, subject, home) SELECT log_no, seq, kind, subject, home "
        "FROM fact JOIN log USING (log_no) WHERE log_id = ? AND seq = ? ON CONFLICT DO NOTHING",
        refused,
    )


def refused_of_home(store: Store, log_id: bytes) -> list[tuple[str, bytes]]:
    """(kind, subject) of what counted for nothing and names this log as its home."""
    rows = store.rows("SELECT DISTINCT kind, subject FROM refused WHERE home = ? ORDER BY kind, subject", log_id)
    return [(row["kind"], row["subject"]) for row in rows]


def list_refused(store: Store) -> list[Row]:
    """Facts that count for nothing, with the log that wrote each: log_id, seq, kind, subject."""
    return store.rows("SELECT log_id, seq, kind, subject FROM refused JOIN log USING (log_no) ORDER BY log_id, seq")


def log_id(store: Store, log_no: int) -> bytes:
    """The name of a log from its local number."""
    return bytes(store.value("SELECT log_id FROM log WHERE log_no = ?", log_no))


def delete_facts(store: Store, kinds: Sequence[str], subject: bytes) -> None:
    """Remove the facts of one subject of these kinds. Only inside `write()`."""
    store.run(f"DELETE FROM fact WHERE subject = ? AND kind IN ({_marks(kinds)})", subject, *kinds)


def numbers_of_subjects(store: Store, subjects: Sequence[bytes]) -> list[tuple[int, int]]:
    """(log_no, seq) of every fact that speaks of these subjects."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(subjects), 500):
        some = subjects[start : start + 500]
        rows = store.rows(f"SELECT log_no, seq FROM fact WHERE subject IN ({_marks(map(str, some))})", *some)
        found += [(row["log_no"], row["seq"]) for row in rows]
    return found


def delete_envelopes(store: Store, subjects: Sequence[bytes]) -> int:
    """Remove the envelopes of these subjects; how many went. Only inside `write()`."""
    return sum(store.run("DELETE FROM envelope WHERE subject = ?", subject) for subject in subjects)


def rows_of_kinds(store: Store, kinds: Iterable[str]) -> list[Kept]:
    """Every fact of the given kinds."""
    names = list(kinds)
    return [Kept(*row) for row in store.rows(f"{_READ} WHERE kind IN ({_marks(names)}) ORDER BY log_id, seq", *names)]


def rows_of_other_kinds(store: Store, kinds: Iterable[str]) -> list[Row]:
    """Every fact of a kind this program does not know."""
    names = list(kinds)
    return store.rows(f"{_READ} WHERE kind NOT IN ({_marks(names)}) ORDER BY log_id, seq", *names)


def subjects(store: Store, kinds: Sequence[str]) -> list[bytes]:
    """Every subject that facts of these kinds speak of."""
    found = store.rows(f"SELECT DISTINCT subject FROM fact WHERE kind IN ({_marks(kinds)}) ORDER BY subject", *kinds)
    return [row["subject"] for row in found]


def to_fact(row: Kept, body: Any) -> Fact:
    """A row of `subject_rows` with its decoded body."""
    refs = row.refs
    parts = tuple(refs[i : i + 16] for i in range(0, len(refs), 16)) if refs else ()
    moment = Moment(row.boot, row.mono_ms, row.wall_ms)
    return Fact(row.log_id, row.seq, row.kind, moment, row.subject, row.home, parts, row.envelope, body)


# -- logs and ranges ----------------------------------------------------------------------------------------------


def find_own_log(store: Store) -> Row | None:
    """The log this node writes now, or None before its first start."""
    return store.row("SELECT log_no, log_id, public_key FROM log WHERE is_own = 1 ORDER BY log_no DESC LIMIT 1")


def own_logs(store: Store, public_key: bytes) -> list[tuple[int, bytes]]:
    """Every log written with this key, of this epoch and earlier ones: (log_no, log_id)."""
    rows = store.rows("SELECT log_no, log_id FROM log WHERE public_key = ? ORDER BY log_no", public_key)
    return [(row["log_no"], row["log_id"]) for row in rows]


def add_own_log(store: Store, log_id: bytes, public_key: bytes, epoch: bytes) -> int:
    """Begin a log of our own; its number."""
    store.run("UPDATE log SET is_own = 0 WHERE public_key <> ?", public_key)  # another key is another box
    return _add_log(store, log_id, public_key, epoch, is_own=1)


def _add_log(store: Store, log_id: bytes, public_key: bytes | None, epoch: bytes | None, is_own: int) -> int:
    store.run(
        "INSERT INTO log (log_id, public_key, epoch, is_own) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        log_id, public_key, epoch, is_own,
    )  # fmt: skip
    return int(store.value("SELECT log_no FROM log WHERE log_id = ?", log_id))


def find_channel(store: Store, name: bytes) -> tuple[int, bytes] | None:
    """The log that goes down to all kits (empty name) or to one: (log_no, log_id), or None before its first fact."""
    row = store.row("SELECT log_no, log_id FROM channel JOIN log USING (log_no) WHERE name = ? AND is_open = 1", name)
    return (row["log_no"], row["log_id"]) if row else None


def add_channel(store: Store, name: bytes, log_id: bytes, public_key: bytes, epoch: bytes) -> int:
    """Begin a log that goes down; its number. Only inside `write()`."""
    log_no = _add_log(store, log_id, public_key, epoch, is_own=0)
    store.run("INSERT INTO channel (log_no, name) VALUES (?,?)", log_no, name)
    return log_no


def close_channels(store: Store) -> None:
    """A new epoch: what goes down from now on is written to new logs. Only inside `write()`."""
    store.run("UPDATE channel SET is_open = 0")


def log_number(store: Store, log_id: bytes, public_key: bytes | None, epoch: bytes | None) -> int:
    """The number of a log, given one the first time."""
    found: int | None = store.value(_NUMBER, log_id)
    return found if found is not None else _add_log(store, log_id, public_key, epoch, is_own=0)


def held_ranges(store: Store, log_no: int) -> list[Range]:
    """The ranges noted as held of another node's log."""
    rows = store.rows("SELECT first_seq, last_seq FROM held WHERE log_no = ? ORDER BY first_seq", log_no)
    return [(row["first_seq"], row["last_seq"]) for row in rows]


def replace_held(store: Store, log_no: int, ranges: Iterable[Range]) -> None:
    """Write the ranges held of a log anew, and its newest known number."""
    store.run("DELETE FROM held WHERE log_no = ?", log_no)
    store.run_many("INSERT INTO held (log_no, first_seq, last_seq) VALUES (?,?,?)", [(log_no, a, b) for a, b in ranges])
    newest = max((last for _, last in ranges), default=0)
    store.run("UPDATE log SET head_seq = max(head_seq, ?) WHERE log_no = ?", newest, log_no)


# -- envelopes ----------------------------------------------------------------------------------------------------


def keep_envelope(store: Store, subject: bytes, sealed: bytes) -> bytes:
    """Store an envelope; its hash. One whose subject was erased is not brought back."""
    name = envelope_hash(sealed)
    if store.value("SELECT 1 FROM tombstone WHERE subject = ?", subject) is None:
        store.run(
            "INSERT INTO envelope (hash, subject, sealed) VALUES (?,?,?) ON CONFLICT DO NOTHING",
            name,
            subject,
            sealed,
        )
    return name


def find_envelope(store: Store, name: bytes | None) -> bytes | None:
    """The bytes of an envelope, or None when it is not here (not arrived, erased, gone home)."""
    found: bytes | None = store.value("SELECT sealed FROM envelope WHERE hash = ?", name)
    return found


def missing_envelopes(store: Store, names: Sequence[bytes]) -> list[bytes]:
    """Those of `names` that are not stored here and whose subject was not erased."""
    held = {
        row["hash"]
        for row in store.rows(f"SELECT hash FROM envelope WHERE hash IN ({_marks(map(str, names))})", *names)
    }
    gone = {
        row["envelope"]
        for row in store.rows(
            f"SELECT envelope FROM fact JOIN tombstone USING (subject) WHERE envelope IN ({_marks(map(str, names))})",
            *names,
        )
    }
    return [name for name in names if name not in held and name not in gone]


def get_state(store: Store, name: str) -> bytes | None:
    """A small value this node keeps about itself, or None."""
    found: bytes | None = store.value("SELECT value FROM node_state WHERE name = ?", name)
    return found


def set_state(store: Store, name: str, value: bytes) -> None:
    """Keep a small value about this node. Only inside `write()`."""
    store.run(
        "INSERT INTO node_state (name, value) VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
    )


def forget_state(store: Store, name: str) -> None:
    """Keep a small value no longer. Only inside `write()`."""
    store.run("DELETE FROM node_state WHERE name = ?", name)


# -- dumps --------------------------------------------------------------------------------------------------------


def ordered_dump(store: Store, table: str) -> Iterator[bytes]:
    """One line a row of a projection, with local log numbers replaced by log ids, sorted."""
    logs = {row["log_no"]: row["log_id"] for row in store.rows("SELECT log_no, log_id FROM log")}
    lines = []
    for row in store.rows(f"SELECT {', '.join(store.columns(table))} FROM {table}"):
        named = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a Row iterates over its values
        if "log_no" in named:
            named["log_no"] = logs[named["log_no"]]
        lines.append(repr((table, sorted(named.items()))).encode())
    yield from sorted(lines)


def newest_wall_ms(store: Store) -> int:
    """The newest Unix milliseconds this node knows of: its newest fact, or what somebody vouched for last; or 0.

    Facts dated by their day only (those of the urn: midnight UTC) say nothing about the hour and are passed over.
    """
    own = find_own_log(store)
    if own is None:
        return 0
    newest = store.value(
        "SELECT wall_ms FROM fact WHERE log_no = ? AND wall_ms % 86400000 <> 0 ORDER BY seq DESC LIMIT 1",
        own["log_no"],
    )
    vouched = store.value(
        "SELECT wall_ms FROM clock_anchor WHERE log_no = ? ORDER BY boot DESC, mono_ms DESC LIMIT 1", own["log_no"]
    )
    return max(int(newest or 0), int(vouched or 0))


def has_facts_beside(store: Store, prefixes: Sequence[str]) -> bool:
    """True when a fact is here whose kind begins with none of `prefixes`."""
    others = " AND ".join("substr(kind, 1, ?) <> ?" for _ in prefixes)
    values = [value for prefix in prefixes for value in (len(prefix), prefix)]
    return store.value(f"SELECT 1 FROM fact WHERE {others} LIMIT 1", *values) is not None
