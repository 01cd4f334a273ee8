"""Every statement of what goes home and of what came from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import msgspec

from kit.errors.kind import keep_plain
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.journal.ranges import Range, merge
from kit.store import Row, Store
from kit.sync.segment import LogName

ENROLMENT = "sync.enrolment"
SERVER_EPOCH = "sync.server_epoch"
LAST_TRY = "sync.last_try"


FrozenRow = tuple[int, int, bytes, bytes, bytes]


class OwnLog(msgspec.Struct, frozen=True):
    """One log this node wrote, with its newest number."""

    log_no: int
    name: LogName
    head: int


class LastTry(msgspec.Struct, array_like=True, frozen=True):
    """The last attempt to send: when, and the code and words of what went wrong (empty: nothing)."""

    at_ms: int
    code: str = ""
    words: str = ""


# -- our own logs -------------------------------------------------------------------------------------------------


def own_logs(store: Store, public_key: bytes) -> list[OwnLog]:
    """Every log this node wrote, of any epoch; not those that go down to kits."""
    rows = store.rows(
        "SELECT log_no, log_id, epoch, head_seq FROM log WHERE public_key = ? "
        "AND log_no NOT IN (SELECT log_no FROM channel) ORDER BY log_no",
        public_key,
    )
    return [OwnLog(r["log_no"], LogName(r["log_id"], public_key, r["epoch"]), r["head_seq"]) for r in rows]


class Channel(msgspec.Struct, frozen=True):
    """One log a central writes for its kits; `kit_id` is empty when all of them are told."""

    log_no: int
    name: LogName
    head: int
    kit_id: bytes


def channels(store: Store, public_key: bytes, kit_id: bytes) -> list[Channel]:
    """The logs that go down to a kit, of any epoch."""
    rows = store.rows(
        "SELECT log_no, log_id, epoch, head_seq, name FROM channel JOIN log USING (log_no) "
        "WHERE public_key = ? AND name IN (?, ?) ORDER BY log_no",
        public_key, b"", kit_id,
    )  # fmt: skip
    return [Channel(r["log_no"], LogName(r["log_id"], public_key, r["epoch"]), r["head_seq"], r["name"]) for r in rows]


def find_frozen(store: Store, segment_id: bytes) -> bytes | None:
    """A segment of a log that goes down, by its name, or None."""
    found = store.value(
        "SELECT bytes FROM segment WHERE segment_id = ? AND log_no IN (SELECT log_no FROM channel)", segment_id
    )
    return bytes(found) if found is not None else None


def find_published_envelope(store: Store, name: bytes) -> bytes | None:
    """An envelope cited by a fact of a log that goes down, or None."""
    found = store.value(
        "SELECT sealed FROM envelope WHERE hash = ? AND EXISTS (SELECT 1 FROM fact JOIN channel USING (log_no) "
        "WHERE fact.envelope = envelope.hash)",
        name,
    )
    return bytes(found) if found is not None else None


def is_revoked(store: Store, sign_public: bytes) -> bool:
    """True when the central's feed says that this kit is accepted no longer."""
    return store.value("SELECT 1 FROM revoked_kit WHERE sign_public = ?", sign_public) is not None


def last_frozen(store: Store, log_no: int, recipient: bytes) -> tuple[int, bytes] | None:
    """The newest number frozen for a recipient and the running hash after it, or None."""
    row = store.row(
        "SELECT last_seq, chain_after FROM segment WHERE log_no = ? AND recipient = ? ORDER BY first_seq DESC LIMIT 1",
        log_no, recipient,
    )  # fmt: skip
    return (row["last_seq"], row["chain_after"]) if row else None


def add_frozen(store: Store, log_no: int, recipient: bytes, frozen: FrozenRow) -> None:
    """Keep a segment just cut. Only inside `write()`; Problem `store.conflict` when another was cut meanwhile."""
    store.run(
        "INSERT INTO segment (log_no, recipient, first_seq, last_seq, segment_id, chain_after, bytes) "
        "VALUES (?,?,?,?,?,?,?)",
        log_no, recipient, *frozen,
    )  # fmt: skip


def frozen_from(store: Store, log_no: int, recipient: bytes, first: int, last: int) -> Row | None:
    """The first frozen segment that holds a number of `first..last`, or None."""
    return store.row(
        "SELECT first_seq, last_seq, segment_id, bytes FROM segment "
        "WHERE log_no = ? AND recipient = ? AND last_seq >= ? AND first_seq <= ? ORDER BY first_seq LIMIT 1",
        log_no, recipient, first, last,
    )  # fmt: skip


def find_receipt(store: Store, log_no: int, server: bytes, epoch: bytes, level: str) -> bytes | None:
    """The word kept of a server on a log of ours, or None."""
    found = store.value(
        "SELECT signed FROM receipt WHERE log_no = ? AND server = ? AND server_epoch = ? AND level = ?",
        log_no, server, epoch, level,
    )  # fmt: skip
    return bytes(found) if found is not None else None


def save_receipt(store: Store, log_no: int, server: bytes, epoch: bytes, level: str, signed: bytes, now: int) -> None:
    """Keep a server's newest word on a log of ours. Only inside `write()`."""
    store.run(
        "INSERT INTO receipt (log_no, server, server_epoch, level, signed, received_at_ms) VALUES (?,?,?,?,?,?) "
        "ON CONFLICT (log_no, server, server_epoch, level) DO UPDATE SET signed = excluded.signed, "
        "received_at_ms = CASE WHEN receipt.signed = excluded.signed THEN receipt.received_at_ms "
        "ELSE excluded.received_at_ms END",
        log_no, server, epoch, level, signed, now,
    )  # fmt: skip


def receipts(store: Store, server: bytes, epoch: bytes) -> list[Row]:
    """The receipts of one server in one epoch of its own: log_no, level, signed, received_at_ms."""
    return store.rows(
        "SELECT log_no, level, signed, received_at_ms FROM receipt WHERE server = ? AND server_epoch = ?", server, epoch
    )


def count_envelopes(store: Store, log_no: int, ranges: Sequence[Range]) -> int:
    """How many envelopes held here are cited by facts of `ranges`."""
    return int(
        store.value(
            "SELECT count(DISTINCT f.envelope) FROM fact AS f INDEXED BY fact_envelope "
            "WHERE f.envelope IS NOT NULL AND f.log_no = ? AND EXISTS (SELECT 1 FROM json_each(?) AS r "
            "WHERE f.seq BETWEEN json_extract(r.value, '$[0]') AND json_extract(r.value, '$[1]')) "
            "AND EXISTS (SELECT 1 FROM envelope AS e WHERE e.hash = f.envelope)",
            log_no,
            json.dumps(ranges),
        )
    )


def waiting_bytes(store: Store, log_no: int, ranges: Sequence[Range]) -> int:
    """How much room the envelopes of `ranges`, and the segments cut of them so far, take."""
    envelopes = store.value(
        "SELECT coalesce(sum(length(sealed)), 0) FROM envelope WHERE hash IN (SELECT f.envelope "
        "FROM fact AS f INDEXED BY fact_envelope WHERE f.envelope IS NOT NULL AND f.log_no = ? "
        "AND EXISTS (SELECT 1 FROM json_each(?) AS r "
        "WHERE f.seq BETWEEN json_extract(r.value, '$[0]') AND json_extract(r.value, '$[1]')))",
        log_no, json.dumps(ranges),
    )  # fmt: skip
    segments = store.value(
        "SELECT coalesce(sum(length(bytes)), 0) FROM segment WHERE log_no = ? AND EXISTS (SELECT 1 "
        "FROM json_each(?) AS r WHERE first_seq <= json_extract(r.value, '$[1]') "
        "AND last_seq >= json_extract(r.value, '$[0]'))",
        log_no, json.dumps(ranges),
    )  # fmt: skip
    return int(envelopes) + int(segments)


def erased_envelopes(store: Store, log_no: int, ranges: Sequence[Range], limit: int) -> list[bytes]:
    """Envelopes cited by facts of `ranges` and no longer here."""
    rows = store.rows(
        "SELECT DISTINCT f.envelope FROM fact AS f INDEXED BY fact_envelope "
        "WHERE f.envelope IS NOT NULL AND f.log_no = ? AND EXISTS (SELECT 1 FROM json_each(?) AS r "
        "WHERE f.seq BETWEEN json_extract(r.value, '$[0]') AND json_extract(r.value, '$[1]')) "
        "AND NOT EXISTS (SELECT 1 FROM envelope AS e WHERE e.hash = f.envelope) LIMIT ?",
        log_no, json.dumps(ranges), limit,
    )  # fmt: skip
    return [row["envelope"] for row in rows]


def is_cited(store: Store, name: bytes, public_key: bytes) -> bool:
    """True when a fact of a log of ours, still here, cites this envelope."""
    sql = "SELECT 1 FROM fact JOIN log USING (log_no) WHERE envelope = ? AND public_key = ? LIMIT 1"
    return store.value(sql, name, public_key) is not None


def own_frozen(store: Store, public_key: bytes) -> Iterator[bytes]:
    """The bytes of every segment ever cut of our logs, one at a time."""
    logs = store.rows("SELECT log_no, first_seq, recipient FROM segment JOIN log USING (log_no) WHERE public_key = ?",
                      public_key)  # fmt: skip
    for row in logs:
        yield bytes(store.value(
            "SELECT bytes FROM segment WHERE log_no = ? AND first_seq = ? AND recipient = ?",
            row["log_no"], row["first_seq"], row["recipient"],
        ))  # fmt: skip


def count_own_envelopes(store: Store, public_key: bytes) -> int:
    """How many envelopes this node holds for facts of its own."""
    return int(
        store.value(
            "SELECT count(*) FROM fact JOIN log USING (log_no) JOIN envelope ON hash = envelope WHERE public_key = ?",
            public_key,
        )
    )


# -- what this node keeps about going home ------------------------------------------------------------------------


def find_enrolment(store: Store) -> bytes | None:
    """The kept enrolment, as `kit.sync.enrolment` wrote it, or None for a kit on its own."""
    return journal_queries.get_state(store, ENROLMENT)


def find_certificate(store: Store) -> bytes | None:
    """The certificate of this kit as its central signed it, or None before enrolment."""
    kept = find_enrolment(store)
    if kept is None:
        return None
    certificate: bytes = msgspec.msgpack.decode(kept)[0]
    return certificate


def find_last_try(store: Store) -> LastTry | None:
    """The last attempt to send, or None."""
    kept = journal_queries.get_state(store, LAST_TRY)
    return msgspec.msgpack.decode(kept, type=LastTry) if kept else None


def save_last_try(store: Store, last: LastTry) -> None:
    """Keep how the last attempt went. Only inside `write()`."""
    journal_queries.set_state(store, LAST_TRY, msgspec.msgpack.encode(last, enc_hook=keep_plain))


# -- what came from elsewhere -------------------------------------------------------------------------------------


def log_number(store: Store, name: LogName) -> int:
    """The local number of a log whose key is known by now. Only inside `write()`."""
    log_no = journal_queries.log_number(store, name.log_id, name.public_key, name.epoch)
    store.run(
        "UPDATE log SET public_key = ?, epoch = ? WHERE log_no = ? AND public_key IS NULL",
        name.public_key, name.epoch, log_no,
    )  # fmt: skip
    return log_no


def has_arrival(store: Store, segment_id: bytes) -> bool:
    """True when these very bytes are here already."""
    return store.value("SELECT 1 FROM arrival WHERE segment_id = ?", segment_id) is not None


def add_arrival(store: Store, values: Sequence[object]) -> None:
    """Keep a segment as it came: log, first, last, id, chain before and after, state, reason, time, bytes."""
    store.run(
        "INSERT INTO arrival (log_no, first_seq, last_seq, segment_id, chain_before, chain_after, state, reason, "
        "received_at_ms, bytes) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        *values,
    )


def find_arrival(store: Store, segment_id: bytes) -> Row | None:
    """A segment with its bytes, or None."""
    return store.row("SELECT * FROM arrival WHERE segment_id = ?", segment_id)


def waiting_arrivals(store: Store) -> list[bytes]:
    """Ids of the segments stored but not projected yet, oldest range first."""
    rows = store.rows("SELECT segment_id FROM arrival WHERE state = 'stored' ORDER BY log_no, first_seq")
    return [row["segment_id"] for row in rows]


def settle_arrival(store: Store, segment_id: bytes, state: str, reason: str, unread: int = 0) -> None:
    """Note what became of a segment. Only inside `write()`."""
    store.run(
        "UPDATE arrival SET state = ?, reason = ?, unread = ? WHERE segment_id = ?", state, reason, unread, segment_id
    )


def other_chains(store: Store, log_no: int, segment_id: bytes, low: int, high: int) -> list[tuple[int, bytes]]:
    """Running hashes after numbers of `low..high` (0: before the first fact), from other segments that were read."""
    rows = store.rows(
        "SELECT last_seq AS seq, chain_after AS link FROM arrival "
        "WHERE log_no = ? AND segment_id <> ? AND state = 'projected' AND last_seq BETWEEN ? AND ? "
        "UNION SELECT first_seq - 1, chain_before FROM arrival "
        "WHERE log_no = ? AND segment_id <> ? AND state = 'projected' AND first_seq BETWEEN ? AND ?",
        log_no, segment_id, low, high, log_no, segment_id, low + 1, high + 1,
    )  # fmt: skip
    return [(row["seq"], row["link"]) for row in rows]


def arrived_ranges(store: Store, log_no: int) -> list[Range]:
    """The numbers of a log that arrived as segments."""
    rows = store.rows("SELECT first_seq, last_seq FROM arrived WHERE log_no = ? ORDER BY first_seq", log_no)
    return [(row["first_seq"], row["last_seq"]) for row in rows]


def add_arrived(store: Store, log_no: int, first: int, last: int) -> None:
    """Note that `first..last` arrived. Only inside `write()`."""
    touching = store.rows(
        "SELECT first_seq, last_seq FROM arrived WHERE log_no = ? AND first_seq <= ? AND last_seq >= ?",
        log_no, last + 1, first - 1,
    )  # fmt: skip
    store.run("DELETE FROM arrived WHERE log_no = ? AND first_seq <= ? AND last_seq >= ?", log_no, last + 1, first - 1)
    merged = merge([(first, last), *((row["first_seq"], row["last_seq"]) for row in touching)])
    store.run_many("INSERT INTO arrived (log_no, first_seq, last_seq) VALUES (?,?,?)", [(log_no, *r) for r in merged])


def has_same_facts(store: Store, log_no: int, records: Sequence[Record]) -> bool:
    """True when no number of `records` is held with another content."""
    held = journal_queries.records(store, log_no, records[0].seq, records[-1].seq)
    by_seq = {record.seq: record for record in records}
    return all(by_seq[record.seq] == record for record in held)


def log_id(store: Store, log_no: int) -> bytes:
    """The name of a log from its local number."""
    return bytes(store.value("SELECT log_id FROM log WHERE log_no = ?", log_no))


def backed_up_ranges(store: Store, log_no: int) -> list[Range]:
    """The numbers of a log that were in this server's last backup."""
    rows = store.rows("SELECT first_seq, last_seq FROM backed_up WHERE log_no = ? ORDER BY first_seq", log_no)
    return [(row["first_seq"], row["last_seq"]) for row in rows]


def replace_backed_up(store: Store, ranges: dict[int, list[Range]]) -> None:
    """Write anew what the last backup held, by log number. Only inside `write()`."""
    store.run("DELETE FROM backed_up")
    rows = [(log_no, first, last) for log_no, some in ranges.items() for first, last in some]
    store.run_many("INSERT INTO backed_up (log_no, first_seq, last_seq) VALUES (?,?,?)", rows)


def arrived_logs(store: Store) -> list[int]:
    """The numbers of the logs of which anything arrived."""
    return [row["log_no"] for row in store.rows("SELECT DISTINCT log_no FROM arrived ORDER BY log_no")]
