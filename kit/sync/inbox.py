"""What comes from other nodes: kept as it came, durably, first; receipted; made into facts afterwards.

A segment that cannot be read, comes from a revoked kit or a later version, or contradicts what is known, is kept,
receipted and set aside for people: it blocks nothing. A range is receipted once the envelopes it cites are here too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from itertools import groupby

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.journal.ranges import Range, intersect, merge, subtract
from kit.keys import primitives
from kit.keys.envelope import envelope_hash, read_envelope
from kit.people.node import Node
from kit.sync import awaited_queries, fork_queries, forks, queries
from kit.sync.forks import FORK
from kit.sync.messages import BACKED_UP, STORED, Holding, Receipt, Waiting, sign_message
from kit.sync.segment import (
    Header,
    LogName,
    Segment,
    open_segment,
    read_segment,
    recipient_id,
)

MOST_ENVELOPE_BYTES = 192 * 1024
MOST_CHAINS = 1000
REVOKED, PARTLY = "revoked", "partly"
_log = logging.getLogger(__name__)


def store_segment(node: Node, segment: Segment, reason: str = "") -> bool:
    """Keep a segment whose signer was accepted, in a transaction of its own; False when these bytes were here.

    `reason` sets it aside at once (a revoked kit). Raises Problem `sync.wrong_recipient` for one that this node can
    never open: it is not receipted, and its kit will cut it again.
    """
    header, store = segment.header, node.store
    reading_key(node, header)
    with node.journal.write():
        if queries.has_arrival(store, segment.segment_id):
            return False
        log_no = queries.log_number(store, LogName(header.log_id, header.public_key, header.epoch))
        now, state = node.clock.wall_ms(), "aside" if reason else "stored"
        queries.add_arrival(store, (
            log_no, header.first, header.last, segment.segment_id, header.chain_before, header.chain_after, state,
            reason, now, segment.raw,
        ))  # fmt: skip
        awaited_queries.await_envelopes(store, log_no, header.first, header.last, header.cited())
        queries.add_arrived(store, log_no, header.first, header.last)
    return True


def feed_pair(server_public: bytes) -> tuple[bytes, bytes]:
    """The pair (private, public) that reads what a server tells all its kits: it follows from the server's key."""
    return primitives.box_pair_of(primitives.digest(b"valise-feed-1", server_public))


def reading_key(node: Node, header: Header) -> bytes:
    """The private half that opens a segment. Raises Problem `sync.wrong_recipient`."""
    if header.recipient == recipient_id(node.identity.box_public):
        return node.identity.box_private
    private, public = feed_pair(header.public_key)
    if header.recipient != recipient_id(public):
        raise Problem("sync.wrong_recipient")
    return private


def store_envelope(node: Node, name: bytes, sealed: bytes, writers: Iterable[bytes]) -> bool:
    """Keep an envelope written by one of `writers` (public keys); False when it was here.

    Raises Problem `sync.bad_envelope`. An envelope of somebody erased is not brought back.
    """
    try:
        envelope = read_envelope(sealed) if len(sealed) <= MOST_ENVELOPE_BYTES else None
    except Problem as refusal:
        raise Problem("sync.bad_envelope") from refusal
    if envelope is None or envelope_hash(sealed) != name or envelope.signer not in writers:
        raise Problem("sync.bad_envelope")
    if len(envelope.subject) != 16:
        raise Problem("sync.bad_envelope")
    with node.journal.write():
        known = journal_queries.find_envelope(node.store, name) is not None
        journal_queries.keep_envelope(node.store, envelope.subject, sealed)
        awaited_queries.stop_awaiting(node.store, name)
    return not known


def make_receipt(node: Node, log_id: bytes, log_no: int) -> bytes | None:
    """This node's signed word on what it holds of a log, or None for nothing yet."""
    ranges = receiptable(node, log_no)
    if not ranges:
        return None
    return _sign_receipt(node, log_id, log_no, ranges, STORED)


def _sign_receipt(node: Node, log_id: bytes, log_no: int, ranges: list[Range], level: str) -> bytes:
    elsewhere = forks.only_elsewhere(node, log_no, ranges)
    told = sorted([*subtract(ranges, elsewhere), *elsewhere])
    chains = [
        forks.NOT_THIS_CHAIN if one in elsewhere else fork_queries.chain_after(node.store, log_no, one[1])
        for one in told[:MOST_CHAINS]
    ]
    return sign_message(
        node.identity, Receipt(server_epoch(node), log_id, told, level, node.clock.wall_ms(), chains)
    )  # fmt: skip


def receiptable(node: Node, log_no: int) -> list[Range]:
    """What may be receipted of a log: arrived, with every envelope it cites.

    What only a chain that diverged brought waits for that chain's envelopes, and holds up nothing else.
    """
    whole = subtract(queries.arrived_ranges(node.store, log_no), awaited_queries.awaited_ranges(node.store, log_no))
    return subtract(whole, _waits_elsewhere(node, log_no, whole))


def _waits_elsewhere(node: Node, log_no: int, ranges: Sequence[Range]) -> list[Range]:
    """Numbers of a log that came only in a chain that diverged from it, without all the envelopes they cite there."""
    others = fork_queries.forks_of(node.store, log_no)
    waits = merge(span for fork in others for span in awaited_queries.awaited_spans(node.store, fork))
    return intersect(forks.only_elsewhere(node, log_no, ranges), waits) if waits else []


def note_backed_up(node: Node, held: dict[int, list[Range]]) -> None:
    """A backup that was read back holds `held` (taken with `what_is_held` before the copy began)."""
    with node.journal.write():
        queries.replace_backed_up(node.store, held)


def what_is_held(node: Node) -> dict[int, list[Range]]:
    """What may be receipted now, by log number; of a chain that diverged, what came whole."""
    held = {}
    for log_no in queries.arrived_logs(node.store):
        held[log_no] = receiptable(node, log_no)
        for fork in fork_queries.forks_of(node.store, log_no):
            waits = awaited_queries.awaited_spans(node.store, fork)
            held[fork] = subtract(fork_queries.spans_that_came(node.store, fork), waits)
    return held


def make_backup_receipt(node: Node, log_id: bytes, log_no: int) -> bytes | None:
    """This node's signed word on what its last backup held of a log, or None."""
    ranges = queries.backed_up_ranges(node.store, log_no)
    if not ranges and not fork_queries.forks_of(node.store, log_no):
        return None  # after a fork, an empty word takes back what an earlier one said
    return _sign_receipt(node, log_id, log_no, ranges, BACKED_UP)


def make_holding(node: Node, public_key: bytes, asked: Sequence[bytes], log_nos: Sequence[int] = ()) -> bytes:
    """This node's signed word on which of these very segments of one kit are here, names included, and whose facts came
    without theirs under the numbers of these logs; nothing: there is nothing to say.

    After a card was copied, a receipt for numbers does not tell whose facts came: the bytes do.
    """
    waiting = [one for one in (_waiting(node, log_no) for log_no in log_nos) if one.ranges]
    if not asked and not waiting:
        return b""
    here = fork_queries.held_of(node.store, public_key, asked)
    whole = [one for one in here if not fork_queries.is_any_awaited(node.store, read_segment(one.raw).header.cited())]
    backed_up = [one for one in whole if not subtract([one.span], queries.backed_up_ranges(node.store, one.log_no))]
    names = ([one.segment_id for one in some] for some in (whole, backed_up))
    return sign_message(
        node.identity, Holding(server_epoch(node), next(names), node.clock.wall_ms(), next(names), waiting)
    )


def _waiting(node: Node, log_no: int) -> Waiting:
    spans = awaited_queries.awaited_spans(node.store, log_no)[:MOST_CHAINS]
    told = [(span, chain) for span in spans if (chain := fork_queries.chain_after(node.store, log_no, span[1]))]
    came = subtract(queries.arrived_ranges(node.store, log_no), spans)
    told += [(span, forks.NOT_THIS_CHAIN) for span in _waits_elsewhere(node, log_no, came)]
    return Waiting(queries.log_id(node.store, log_no), [span for span, _ in told], [chain for _, chain in told])


def server_epoch(node: Node) -> bytes:
    """Eight bytes that change when this node's database is restored: those of its own log's epoch."""
    return queries.own_logs(node.store, node.identity.sign_public)[-1].name.epoch


# -- making facts of it -------------------------------------------------------------------------------------------


def project_waiting(node: Node) -> int:
    """Make facts of every segment stored and not looked at yet (the program was killed in between); how many."""
    waiting = queries.waiting_arrivals(node.store)
    for segment_id in waiting:
        project(node, segment_id)
    return len(waiting)


def project(node: Node, segment_id: bytes) -> None:
    """Make facts of one stored segment, in one transaction, or set it aside. Doing it again changes nothing."""
    try:
        with node.journal.write():
            row = queries.find_arrival(node.store, segment_id)
            if row is None or row["state"] != "stored":
                return
            _place(node, row["log_no"], segment_id, row["chain_before"], _open(node, row["bytes"]))
    except Exception as failure:  # a fold may stumble over anything that came from afar: set aside, never in the way
        if isinstance(failure, Problem) and failure.code in ("store.full", "store.busy", "store.readonly"):
            raise
        _set_aside(node, segment_id, failure)


def _open(node: Node, raw: bytes) -> list[Record]:
    segment = read_segment(raw)
    return open_segment(segment, reading_key(node, segment.header))


def _place(node: Node, log_no: int, segment_id: bytes, before: bytes, records: Sequence[Record]) -> None:
    """Take in a segment as part of its log, or as part of a chain that diverged from it."""
    chain = (segment_id, before, records)
    if not forks.contradicts(node, log_no, *chain) and not forks.starts_elsewhere(node, log_no, before, records):
        _take(node, log_no, segment_id, records, "")
        return
    own = forks.put_apart(node, log_no, *chain)
    _take(node, own, segment_id, forks.only_in_fork(node, log_no, records), FORK)


def _take(node: Node, log_no: int, segment_id: bytes, records: Sequence[Record], reason: str) -> None:
    if not records:  # a diverging segment that holds nothing of its own
        queries.settle_arrival(node.store, segment_id, "projected", reason)
        return
    node.journal.ingest(log_no, records)
    node.journal.add_held(log_no, records[0].seq, records[-1].seq)
    unread = count_unread(node, records)
    queries.settle_arrival(node.store, segment_id, "projected", reason or ("unknown" if unread else ""), unread)


def count_unread(node: Node, records: Iterable[Record]) -> int:
    """How many facts are of a kind or version this program does not know: kept, folded once it does."""
    known = {kind.name: kind.version for thing in node.journal.things for kind in thing.kinds}
    return sum(record.version > known.get(record.kind, 0) for record in records)


def _set_aside(node: Node, segment_id: bytes, failure: Exception) -> None:
    """Keep it for people; of a segment that can be read, every thing that folds is still taken in."""
    reason = failure.code if isinstance(failure, Problem) else "broken"
    if reason in ("sync.bad_segment", "sync.unknown_version"):
        _log.warning("segment %s set aside: %s", segment_id.hex(), reason)
    else:
        _log.error("segment %s set aside in part", segment_id.hex(), exc_info=failure)
        reason = PARTLY
        _take_what_folds(node, segment_id)
    with node.journal.write():
        queries.settle_arrival(node.store, segment_id, "aside", reason)


def _take_what_folds(node: Node, segment_id: bytes) -> None:
    row = queries.find_arrival(node.store, segment_id)
    if row is None:
        return
    records = _open(node, row["bytes"])
    for _subject, group in groupby(sorted(records, key=lambda r: (r.subject, r.seq)), key=lambda r: r.subject):
        try:
            node.journal.ingest(row["log_no"], list(group))
        except Exception as failure:
            _log.error("a thing of segment %s cannot be folded", segment_id.hex(), exc_info=failure)
