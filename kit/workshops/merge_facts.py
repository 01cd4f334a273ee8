"""The kind of fact that says two rows of a roll are one person: a coordinator's word, never the program's."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind
from kit.journal.writers import HOME_OR_CENTRAL
from kit.workshops.rules import find_merge


class AttendanceMerged(Body, frozen=True):
    """This row is the same person as the row `into` of the same workshop; empty: they are two people after all.

    `turn` counts the words on this row: the last one counts.
    """

    workshop_id: Annotated[bytes, Meta(min_length=16, max_length=16)]
    into: Annotated[bytes, Meta(max_length=16)]
    turn: Annotated[int, Meta(ge=1, le=100_000)]


MERGED = Kind("attendance.merged", AttendanceMerged, writers=HOME_OR_CENTRAL)


def merged_into(facts: list[Fact]) -> bytes:
    """The row that stands for this one, or nothing."""
    name = MERGED.name
    words = [(fact.body.turn, fact.log_id, fact.body.into) for fact in facts if fact.kind == name]
    found = find_merge(words)
    return found if len(found) == 16 else b""
