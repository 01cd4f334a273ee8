"""The append-only list of facts: declare, append, apply by refolding, replay; envelopes beside it; ranges held."""

from kit.journal.fact import Body, Fact, Kind, Thing
from kit.journal.journal import Journal

__all__ = ["Body", "Fact", "Journal", "Kind", "Thing"]
