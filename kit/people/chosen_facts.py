"""What the coordination tells some of its kits: for whom a pack or a questionnaire is meant, and a kit's settings.

What is meant for some is no secret from the others: it travels to all, and is shown by those it is meant for.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.writers import CENTRAL
from kit.people import chosen_queries as queries
from kit.people.chosen_queries import Terms
from kit.store import Store

MOST_KITS = 1400
Turn = Annotated[int, Meta(ge=1, le=2**53)]
Key = Annotated[bytes, Meta(min_length=32, max_length=32)]


class AudienceSet(Body, frozen=True):
    """Which kits (by their public key) a thing is meant for; `turn` grows: changes have an order."""

    turn: Turn
    is_for_all: bool
    sign_publics: Annotated[list[Key], Meta(max_length=MOST_KITS)]


class KitTermsSet(Body, frozen=True):
    """Settings of one kit; 0 or nothing: as they are there. `departments`: whose places its directory shows."""

    turn: Turn
    small_group: Annotated[int, Meta(ge=0, le=1000)] = 0
    purge_days: Annotated[int, Meta(ge=0, le=36500)] = 0
    session_hours: Annotated[int, Meta(ge=0, le=10000)] = 0
    deposit_mb: Annotated[int, Meta(ge=0, le=100000)] = 0
    departments: Annotated[list[Annotated[str, Meta(min_length=2, max_length=3)]], Meta(max_length=110)] = []  # noqa: RUF012 - a struct copies an empty list


AUDIENCE_SET = Kind("audience.set", AudienceSet, writers=CENTRAL)
TERMS_SET = Kind("kit_terms.set", KitTermsSet, writers=CENTRAL)


def fold_audience(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One thing: the word of the newest turn."""
    queries.remove_audience(store, subject)
    last = _newest(facts)
    if last is not None:
        body = last.body
        row = (log_number(store, last.log_id, None, None), subject, body.turn, int(body.is_for_all))
        queries.insert_audience(store, *row, b"".join(sorted(body.sign_publics)))


def fold_terms(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One kit: the word of the newest turn."""
    queries.remove_terms(store, subject)
    last = _newest(facts)
    if last is not None:
        said = last.body
        numbers = (said.small_group, said.purge_days, said.session_hours, said.deposit_mb)
        terms = Terms(said.turn, *numbers, tuple(sorted(set(said.departments))))
        queries.insert_terms(store, log_number(store, last.log_id, None, None), subject, terms)


def _newest(facts: list[Fact]) -> Fact | None:
    return max(facts, key=lambda fact: (fact.body.turn, fact.log_id), default=None)


THINGS: tuple[Thing, ...] = (
    Thing("audience", (AUDIENCE_SET,), ("audience",), fold_audience, goes_down=True),
    Thing("kit_terms", (TERMS_SET,), ("kit_terms",), fold_terms),
)
