"""What is counted: growing values, one per (log, thing, day). Joining is taking the largest, so repeats change nothing
(journal.md, "Conflicts")."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import join_counters
from kit.keys.primitives import digest
from kit.library.counts import queries
from kit.store import Store

Count = Annotated[int, Meta(ge=0, le=10**9)]
Day = Annotated[int, Meta(ge=0, le=100_000)]
NOBODY = bytes(16)


class WorkCounted(Body, frozen=True):
    """So far on this day (days since 1970, local), a work was read `read` times and kept `kept` times.

    The item of sixteen zeros stands for the box itself: `read` then counts visitors.
    """

    item_id: Annotated[bytes, Meta(min_length=16, max_length=16)]
    day: Day
    read: Count
    kept: Count


COUNTED = Kind("work.counted", WorkCounted)


def subject_of(item_id: bytes, day: int) -> bytes:
    """What these facts are about: a work on one day, whatever the node."""
    return digest(b"work-count", item_id, day.to_bytes(4, "big"), size=16)


def fold_count(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Rewrite the rows of a work's day, one for each log: the largest value it ever said."""
    queries.remove_counts(store, subject)
    by_log: dict[bytes, list[WorkCounted]] = {}
    for fact in facts:
        by_log.setdefault(fact.log_id, []).append(fact.body)
    for log_id, said in by_log.items():
        row = (
            subject,
            said[0].item_id,
            said[0].day,
            join_counters(one.read for one in said),
            join_counters(one.kept for one in said),
        )
        queries.insert_count(store, log_number(store, log_id, None, None), row)


COUNT = Thing("work_count", (COUNTED,), ("work_count",), fold_count, has_one_home=False)
