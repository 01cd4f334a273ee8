"""A central put back from an older backup hears from its kits what it had told them since.

The central's own signature on each segment says that these are its words; the kit only adds the key, closed for the
central, of what was closed for the kit. They go back into the log they were written to, which stays closed: what this
central writes now goes to new ones (its epoch is new). Source: journal.md, "Receipts and purge", P6.
"""

from __future__ import annotations

from kit.central import queries
from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.journal.ranges import Range, merge, subtract
from kit.keys import primitives
from kit.people.node import Node
from kit.store import Row
from kit.sync import awaited_queries, fork_queries, forks, inbox
from kit.sync import queries as sync_queries
from kit.sync.messages import Hello, LogState, Missing, Returned, read_message
from kit.sync.segment import LogName, Segment, open_with_key, read_segment, recipient_id

MOST_RANGES = 200


def lost(node: Node, hello: Hello) -> list[Missing]:
    """What a kit holds of this central's logs and that is no longer here."""
    found = []
    for log in hello.feeds:
        ranges = subtract(log.have, _held(node, log)) if _is_ours(node, log) else []
        if ranges:
            found.append(Missing(log.log_id, ranges[:MOST_RANGES], 0))
    return found


def _is_ours(node: Node, log: LogState) -> bool:
    return primitives.digest(node.identity.sign_public, log.epoch, size=16) == log.log_id


def _held(node: Node, log: LogState) -> list[Range]:
    log_no = fork_queries.find_log(node.store, log.log_id)
    if log_no is None:
        return []
    head = journal_queries.head_seq(node.store, log_no)
    return merge([*([(1, head)] if head else []), *sync_queries.arrived_ranges(node.store, log_no)])


def awaited(node: Node, hello: Hello, limit: int) -> list[bytes]:
    """Envelopes that what came back cites, and that are not here."""
    found = [fork_queries.find_log(node.store, log.log_id) for log in hello.feeds]
    return awaited_queries.awaited_envelopes(node.store, [log_no for log_no in found if log_no is not None], limit)


def take_returned(node: Node, raw: bytes) -> bool:
    """Take a segment of ours back from a kit of ours; False when it was here.

    Raises Problem `sync.unknown_kit`, `sync.revoked`, `sync.bad_message` or `sync.bad_segment`, with nothing kept.
    """
    accepted: list[Row] = []
    returned = read_message(Returned, raw, lambda signer: accepted.append(_get_kit(node, signer)))
    segment = read_segment(returned.segment)
    if segment.header.public_key != node.identity.sign_public:
        raise Problem("sync.bad_segment")
    try:
        key = primitives.open_sealed(node.identity.box_private, returned.sealed_key)
    except Problem as refusal:
        raise Problem("sync.bad_segment") from refusal
    return _keep(node, segment, open_with_key(segment, key), accepted[0])


def _get_kit(node: Node, sign_public: bytes) -> Row:
    kit = queries.find_kit_by_key(node.store, sign_public)
    if kit is None:
        raise Problem("sync.unknown_kit")
    if kit["is_revoked"]:
        raise Problem("sync.revoked")
    return kit


def _keep(node: Node, segment: Segment, records: list[Record], kit: Row) -> bool:
    header, store = segment.header, node.store
    with node.journal.write():
        if sync_queries.has_arrival(store, segment.segment_id):
            return False
        log_no = sync_queries.log_number(store, LogName(header.log_id, header.public_key, header.epoch))
        chain = (segment.segment_id, header.chain_before, records)
        apart = forks.contradicts(node, log_no, *chain)
        sync_queries.add_arrival(store, (
            log_no, header.first, header.last, segment.segment_id, header.chain_before, header.chain_after,
            "projected", forks.FORK if apart else "", node.clock.wall_ms(), segment.raw,
        ))  # fmt: skip
        if apart:  # its numbers were given anew: kept and shown, in a log of its own
            own = forks.put_apart(node, log_no, *chain)
            node.journal.ingest(own, forks.only_in_fork(node, log_no, records))
        else:
            node.journal.ingest(log_no, records)
            _grow(node, log_no, header.first, header.last)
        awaited_queries.await_envelopes(store, log_no, header.first, header.last, header.cited())
        fork_queries.add_closed_channel(store, log_no, _meant_for(node, segment, kit))
    return True


def _grow(node: Node, log_no: int, first: int, last: int) -> None:
    """The log goes on as far as nothing is missing; what lies beyond a hole waits for the hole."""
    head = journal_queries.head_seq(node.store, log_no)
    sync_queries.add_arrived(node.store, log_no, first, last)
    whole = merge([*([(1, head)] if head else []), *sync_queries.arrived_ranges(node.store, log_no)])
    if whole[0][0] == 1:
        fork_queries.set_head(node.store, log_no, whole[0][1])


def _meant_for(node: Node, segment: Segment, kit: Row) -> bytes:
    """Whom the log told things: empty for all kits, else the one that could read it."""
    everybody = recipient_id(inbox.feed_pair(node.identity.sign_public)[1])
    return b"" if segment.header.recipient == everybody else bytes(kit["kit_id"])
