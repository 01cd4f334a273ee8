"""What leaves the box by itself, and only under a signed receipt. Source: journal.md, "Receipts and purge".

Names leave once their workshop is closed and the central has said "backed up" for every fact that cites them. The
facts about people leave thirty days of kit life later; the counts stay, as a fact of their own. Nothing is purged on
"sent": what no receipt covers is left alone, however old it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.journal import queries as journal_queries
from kit.journal.life import DAY_MS, tick
from kit.journal.ranges import Range, merge, subtract
from kit.people.node import Node
from kit.sync.messages import BACKED_UP
from kit.sync.outbox import covered
from kit.workshops import actions as workshops
from kit.workshops import queries as workshop_queries
from kit.workshops.queries import Workshop

DAYS = 30


class Purged(msgspec.Struct, frozen=True):
    """What one purge removed: envelopes, and workshops whose people became counts."""

    envelopes: int = 0
    workshops: int = 0


def purge(node: Node, days: int = DAYS) -> Purged:
    """Remove what a receipt covers and is old enough in kit life; run again, it does nothing more."""
    life = tick(node.store, node.clock)
    safe = covered(node, BACKED_UP)
    gone = Purged()
    for workshop in workshop_queries.list_closed(node.store):
        with node.journal.write():
            gone = _add(gone, _purge_one(node, workshop, safe, life, days))
    if gone.envelopes or gone.workshops:
        node.store.flush()
    return gone


def _purge_one(node: Node, workshop: Workshop, safe: dict[int, list[Range]], life: int, days: int) -> Purged:
    subjects = workshop_queries.list_subjects(node.store, workshop)
    since = workshop_queries.finished_at(node.store, workshop.workshop_id, life)
    numbers = journal_queries.numbers_of_subjects(node.store, subjects)
    if not is_covered(numbers, safe):
        return Purged()
    envelopes = journal_queries.delete_envelopes(node.store, subjects)
    is_old = life - since >= days * DAY_MS
    if is_old:
        own = merge((seq, seq) for log_no, seq in numbers if log_no == node.journal.log_no)
        workshops.purge_people(node, workshop, subjects, own)
    return Purged(envelopes, int(is_old))


def is_covered(numbers: Sequence[tuple[int, int]], safe: dict[int, list[Range]]) -> bool:
    """True when a receipt speaks of every one of these (log number, fact number) pairs."""
    by_log: dict[int, list[Range]] = {}
    for log_no, seq in numbers:
        by_log.setdefault(log_no, []).append((seq, seq))
    return not any(subtract(ranges, safe.get(log_no, [])) for log_no, ranges in by_log.items())


def _add(one: Purged, other: Purged) -> Purged:
    return Purged(one.envelopes + other.envelopes, one.workshops + other.workshops)
