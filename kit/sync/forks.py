"""Two chains of facts under one name: a card that was copied, or put back, without anybody noticing.

At the central, the chain that diverges gets a log of its own: both are kept, folded and shown, nothing is dropped.
On the kit, a receipt for numbers that this kit never cut tells that somebody else writes under its name: what is here
under those numbers counts as "only here" until it was sent whatever the receipts say, and a new log is begun.
Source: journal.md, "Identity".
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.journal.ranges import Range, intersect, merge, subtract
from kit.keys import primitives
from kit.people.node import Node
from kit.sync import fork_queries, queries
from kit.sync.segment import chain_links, chain_start

FORK = "fork"
_DOUBTFUL = "sync.doubtful."


# -- the central's side -------------------------------------------------------------------------------------------


def contradicts(node: Node, log_no: int, segment_id: bytes, before: bytes, records: Sequence[Record]) -> bool:
    """True when a number is known with another content, or the running hash disagrees where two segments meet."""
    if not queries.has_same_facts(node.store, log_no, records):
        return True
    links = {records[0].seq - 1: before}
    links.update(zip((r.seq for r in records), chain_links(before, records), strict=True))
    known = queries.other_chains(node.store, log_no, segment_id, min(links), max(links))
    return any(links[seq] != link for seq, link in known)


def starts_elsewhere(node: Node, log_no: int, before: bytes, records: Sequence[Record]) -> bool:
    """True for the first facts of a log whose running hash does not begin with that log's name."""
    return records[0].seq == 1 and before != chain_start(queries.log_id(node.store, log_no))


def put_apart(node: Node, log_no: int, segment_id: bytes, before: bytes, records: Sequence[Record]) -> int:
    """Move a segment that diverges from `log_no` to the chain it belongs to; that chain's number. Only in `write()`.

    What a backup held of these numbers is no longer all there is of them: kits hear so.
    """
    found = next(
        (fork for fork in fork_queries.forks_of(node.store, log_no)
         if not contradicts(node, fork, segment_id, before, records)), None,
    )  # fmt: skip
    if found is None:
        name = primitives.digest(b"valise-fork-1", queries.log_id(node.store, log_no), segment_id, size=16)
        found = fork_queries.add_fork(node.store, log_no, name)
    fork_queries.move_arrival(node.store, segment_id, found)
    held = queries.backed_up_ranges(node.store, log_no)
    fork_queries.set_backed_up(node.store, log_no, subtract(held, [(records[0].seq, records[-1].seq)]))
    return found


def only_in_fork(node: Node, log_no: int, records: Sequence[Record]) -> list[Record]:
    """The facts of a diverging segment that the log itself does not have: what was common is kept once."""
    held = {r.seq: r for r in journal_queries.records(node.store, log_no, records[0].seq, records[-1].seq)}
    return [record for record in records if held.get(record.seq) != record]


# -- the kit's side -----------------------------------------------------------------------------------------------


def doubtful(node: Node, log_no: int) -> list[Range]:
    """Numbers of a log of ours that were receipted and that this kit had never cut: sent by somebody else."""
    kept = journal_queries.get_state(node.store, f"{_DOUBTFUL}{log_no}")
    return msgspec.msgpack.decode(kept, type=list[Range]) if kept else []


def is_copied(node: Node) -> bool:
    """True when another copy of this card was noticed."""
    return any(
        journal_queries.get_state(node.store, f"{_DOUBTFUL}{log_no}") is not None
        for log_no, _ in node.journal.own_logs()
    )


def notice(node: Node, log: queries.OwnLog, recipient: bytes, ranges: Sequence[Range]) -> None:
    """Hold a receipt against what this kit has cut. Only inside `write()`."""
    last = queries.last_frozen(node.store, log.log_no, recipient)
    cut = last[0] if last else 0
    if all(end <= cut for _, end in ranges):
        return
    head = journal_queries.head_seq(node.store, log.log_no)
    here = intersect([(cut + 1, head)] if head > cut else [], ranges)
    _keep(node, log.log_no, [*doubtful(node, log.log_no), *here])
    if log.log_no == node.journal.log_no:
        node.journal.start_epoch()


def settle(node: Node, log_no: int, sent: Sequence[Range]) -> None:
    """What was sent whatever the receipts said is not doubtful any longer. Only inside `write()`."""
    _keep(node, log_no, subtract(doubtful(node, log_no), sent))


def _keep(node: Node, log_no: int, ranges: Sequence[Range]) -> None:
    journal_queries.set_state(node.store, f"{_DOUBTFUL}{log_no}", msgspec.msgpack.encode(merge(ranges)))
