"""What is noted about a work that somebody offers. Names and texts are only in its envelope, or closed by its code."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import first_word
from kit.journal.writers import HOME_OR_CENTRAL
from kit.library.deposits import queries
from kit.store import Store

Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
Sealed = Annotated[bytes, Meta(max_length=8192)]
MaybeId = Annotated[bytes, Meta(max_length=16)]
OUTCOMES = ("accepted", "refused", "expired")


class DepositOffered(Body, frozen=True):
    """A work was offered. `lookup` is the digest of its receipt code; `reply_box` opens with that code only, and
    holds the private half of `reply_public`: what the team answers can be read by whoever has the code."""

    size_bytes: Annotated[int, Meta(ge=1, le=2**53)]
    lookup: Key
    reply_public: Key
    reply_box: Sealed


class DepositAnswered(Body, frozen=True):
    """The team accepted or refused it, or nobody came in time; `answer` is sealed to the giver's code."""

    outcome: str
    answer: Sealed = b""
    item_id: MaybeId = b""


OFFERED = Kind("deposit.offered", DepositOffered)
# The team where it was given; or the coordination, once that suitcase is lost (`kit.central.gifts`).
ANSWERED = Kind("deposit.answered", DepositAnswered, writers=HOME_OR_CENTRAL)


def fold_deposit(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Rewrite a deposit's row. The first answer in order of logs stands (its team's or the coordination's, should both
    have answered); an answer to what has not arrived yet waits."""
    queries.remove_deposit(store, subject)
    offered = next((fact for fact in facts if fact.kind == OFFERED.name), None)
    if offered is None:
        return
    answers = [fact for fact in facts if fact.kind == ANSWERED.name and fact.body.outcome in OUTCOMES]
    answered = first_word(answers)
    answer = answered.body if answered else None
    body = offered.body
    row = queries.Deposit(
        subject, body.lookup, body.size_bytes, answer.outcome if answer else "waiting", body.reply_public,
        body.reply_box, answer.answer if answer else b"", answer.item_id if answer else b"", offered.envelope,
        offered.moment.wall_ms,
    )  # fmt: skip
    queries.insert_deposit(store, log_number(store, offered.home, None, None), row)


DEPOSIT = Thing("deposit", (OFFERED, ANSWERED), ("deposit",), fold_deposit)
