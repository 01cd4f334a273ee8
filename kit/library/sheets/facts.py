"""What is noted about sheets: a step no longer looks like somebody's phone; the team has seen it.

No free text is asked of visitors: a step, one of a few answers, and the kind of phone.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.library.sheets import queries
from kit.store import Store

ItemId = Annotated[bytes, Meta(min_length=16, max_length=16)]
Word = Annotated[str, Meta(min_length=1, max_length=20)]


class SheetDiffers(Body, frozen=True):
    """A step of a sheet is not like what somebody sees. `what` and `device` are codes of rules.py."""

    item_id: ItemId
    step: Annotated[int, Meta(ge=1, le=1000)]
    what: Word
    device: Word


class DifferenceSeen(Body, frozen=True):
    """The team has looked at it."""


DIFFERS = Kind("sheet.differs", SheetDiffers)
SEEN = Kind("sheet.difference_seen", DifferenceSeen)


def fold_report(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Rewrite what one person said, seen or not."""
    queries.remove_report(store, subject)
    said = next((fact for fact in facts if fact.kind == DIFFERS.name), None)
    if said is None:
        return  # its seeing came first
    log_no = log_number(store, said.home, None, None)
    is_seen = any(fact.kind == SEEN.name for fact in facts)
    queries.insert_report(store, log_no, subject, said.body, is_seen=is_seen, noted_ms=said.moment.wall_ms)


REPORT = Thing("sheet_report", (DIFFERS, SEEN), ("sheet_report",), fold_report)
