"""Erasing what a person told us, which wins over everything for ever; and the keys the organisation had before."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.writers import ANYBODY
from kit.people import queries
from kit.store import Store

Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
Sealed = Annotated[bytes, Meta(min_length=80, max_length=80)]


class Erased(Body, frozen=True):
    """The person behind the subject asked for it (`reason` is a code: asked, retention, mistake)."""

    reason: str


ERASED = Kind("person.erased", Erased, writers=ANYBODY)


def _fold(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """The envelopes go and a tombstone stays: an old USB key does not bring the person back. Counts stay true."""
    if facts:
        queries.bury(store, subject)


class OrganisationReplaced(Body, frozen=True):
    """From now on names are sealed to `new_public`; the old private half, sealed to it, still opens what was before.

    Written by the central when it changes its key, and by a kit that hands over the key it used before enrolment.
    """

    old_public: Key
    new_public: Key
    sealed: Sealed


# Who may be believed is asked when reading: a kit hands over the key it used before enrolment.
REPLACED = Kind("organisation.replaced", OrganisationReplaced, writers=ANYBODY)


def _fold_keys(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Every account of one replacement, each under the log that gives it: who may be believed is asked when reading."""
    store.run("DELETE FROM organisation_key WHERE substr(old_public, 1, 16) = ?", subject)
    rows = [
        (log_number(store, fact.log_id, None, None), fact.body.old_public, fact.body.new_public, fact.body.sealed)
        for fact in facts
        if subject == key_subject(fact.body.old_public)
    ]
    store.run_many(
        "INSERT INTO organisation_key (log_no, old_public, new_public, sealed) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        rows,
    )


def key_subject(public: bytes) -> bytes:
    """What facts about a key of the organisation speak of."""
    return public[:16]


# Tombstones and envelopes are source tables: replay never brings back what was erased.
THINGS = (
    Thing("erasure", (ERASED,), (), _fold, goes_down=True),
    Thing("organisation", (REPLACED,), ("organisation_key",), _fold_keys, goes_down=True),
)
