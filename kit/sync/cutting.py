"""Our own logs cut into segments, frozen at first export, so that every retry and every carrier has the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.journal.ranges import Range, intersect
from kit.people.node import Node
from kit.sync import queries
from kit.sync.columns import MOST_FACTS
from kit.sync.segment import chain_start, cut_segment, recipient_id


class Frozen(msgspec.Struct, frozen=True):
    """One segment ready to leave."""

    first: int
    last: int
    segment_id: bytes
    raw: bytes


class Cutter:
    """Cuts logs of ours for one reader: the holder of `box_public`'s private half."""

    def __init__(self, node: Node, box_public: bytes) -> None:
        self.node = node
        self.box_public = box_public
        self.recipient = recipient_id(box_public)

    def segments(self, log: queries.OwnLog, ranges: Sequence[Range]) -> Iterator[Frozen]:
        """The segments that hold `ranges` of a log of ours, in order, cut when nobody asked for them before."""
        for first, last in intersect(ranges, [(1, log.head)] if log.head else []):
            while first <= last:
                found = self._frozen(log, first, last)
                if found is None:
                    break
                yield found
                first = found.last + 1

    def _frozen(self, log: queries.OwnLog, first: int, last: int) -> Frozen | None:
        """The segment that holds `first`, frozen now if need be."""
        while True:
            row = queries.frozen_from(self.node.store, log.log_no, self.recipient, first, last)
            if row is not None:
                return Frozen(row["first_seq"], row["last_seq"], row["segment_id"], row["bytes"])
            if not self._freeze_next(log):
                return None

    def _freeze_next(self, log: queries.OwnLog) -> bool:
        """Cut one more segment after the last one; False when there is nothing more to cut."""
        store, start = self.node.store, (0, chain_start(log.name.log_id))
        done, chain = queries.last_frozen(store, log.log_no, self.recipient) or start
        records = journal_queries.records(store, log.log_no, done + 1, min(log.head, done + MOST_FACTS))
        if not records or records[0].seq != done + 1:
            return False
        # Outside the transaction: visitors' writes do not wait for the compression.
        segment = cut_segment(self.node.identity, log.name, chain, records, self.box_public)
        header = segment.header
        row = (header.first, header.last, segment.segment_id, header.chain_after, segment.raw)
        try:
            with self.node.journal.write():
                queries.add_frozen(store, log.log_no, self.recipient, row)
        except Problem as refusal:
            if refusal.code != "store.conflict":
                raise
            # Another sender cut it meanwhile: its bytes are the ones that count.
        return True
