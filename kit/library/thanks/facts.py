"""What is noted about thanks: one was given, perhaps with a word; the team showed the word or not."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.library.thanks import queries
from kit.store import Store

OUTCOMES = ("shown", "refused", "expired")
Id = Annotated[bytes, Meta(min_length=16, max_length=16)]


class ThanksGiven(Body, frozen=True):
    """Somebody thanks for a work; a word, if there is one, is in the envelope."""

    item_id: Id
    has_word: bool = False


class WordSettled(Body, frozen=True):
    """The team shows a word (then `text` is what everybody reads), or takes it away; the last say stands."""

    outcome: str
    text: Annotated[str, Meta(max_length=2000)] = ""


GIVEN = Kind("thanks.given", ThanksGiven)
SETTLED = Kind("thanks.settled", WordSettled)


def fold_thanks(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Rewrite a row; what settles thanks that have not arrived yet waits."""
    queries.remove_row(store, subject)
    given = next((fact for fact in facts if fact.kind == GIVEN.name), None)
    if given is None:
        return
    said = [fact.body for fact in facts if fact.kind == SETTLED.name and fact.body.outcome in OUTCOMES]
    state = said[-1].outcome if said else "waiting" if given.body.has_word else "thanks"
    text = said[-1].text if said and state == "shown" else ""
    row = queries.Thanks(subject, given.body.item_id, state, text, given.envelope, given.moment.wall_ms)
    queries.insert_row(store, log_number(store, given.home, None, None), row)


THANKS = Thing("thanks", (GIVEN, SETTLED), ("thanks",), fold_thanks)
