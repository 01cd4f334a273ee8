"""Erasing what a person told us. It wins over everything, for ever (journal.md, "Conflicts" and "Personal data")."""

from __future__ import annotations

from kit.journal import Body, Fact, Kind, Thing
from kit.people import queries
from kit.store import Store


class Erased(Body, frozen=True):
    """The person behind the subject asked for it (`reason` is a code: asked, retention, mistake)."""

    reason: str


ERASED = Kind("person.erased", Erased)


def _fold(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """The envelopes go and a tombstone stays: an old USB key does not bring the person back. Counts stay true."""
    if facts:
        queries.bury(store, subject)


# Tombstones and envelopes are source tables: replay never brings back what was erased.
THINGS = (Thing("erasure", (ERASED,), (), _fold),)
