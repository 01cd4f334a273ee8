"""The facts of letters and of what staff tell everybody.

A letter's subject follows from its code, so an answer written at home finds its reader on any kit. What people and
staff wrote is in envelopes: for the organisation, for the stop's door, and for whoever holds the code.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kit.feedback.facts import Code, Said, Version
from kit.feedback.letters import queries
from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.writers import HOME_OR_CENTRAL
from kit.store import Store

Purpose = Literal["grievance", "question"]
Status = Literal["passed_on", "answered"]
StopId = Annotated[bytes, Meta(max_length=16)]
Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
Count = Annotated[int, Meta(ge=0, le=100_000)]
Line = Annotated[str, Meta(min_length=1, max_length=1000)]
Text = Annotated[str, Meta(max_length=4000)]


class LetterGiven(Body, frozen=True):
    """Somebody wrote to the team. `reply_to`: the public key that follows from the code she was given."""

    purpose: Purpose
    questionnaire: Code
    version: Version
    stop_id: StopId
    values: Said
    reply_to: Key


class LetterMoved(Body, frozen=True):
    """What became of it; the words are in the envelope. `base`: how many moves its writer knew of."""

    base: Count
    status: Status


class ToldEverybody(Body, frozen=True):
    """What staff tell everybody, in clear. `base` is the version it was made from (0: the first)."""

    base: Count
    kind: Literal["answer", "change"]
    title: Line
    text: Text
    is_shown: bool = True


GIVEN = Kind("letter.given", LetterGiven)
MOVED = Kind("letter.moved", LetterMoved, writers=HOME_OR_CENTRAL)
TOLD = Kind("told.everybody", ToldEverybody)


def fold_letter(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One letter: what was given first, and every move."""
    letter: tuple[object, ...] | None = None
    moves = []
    for fact in facts:
        body = fact.body
        if fact.kind == MOVED.name:
            log_no = log_number(store, fact.log_id, None, None)
            moves.append((log_no, subject, fact.seq, body.base, body.status, fact.envelope, fact.moment.wall_ms))
        elif letter is None:
            log_no = log_number(store, fact.home, None, None)
            letter = (
                log_no, subject, body.purpose, body.questionnaire, body.version, body.stop_id,
                msgspec.msgpack.encode(body.values), body.reply_to, fact.envelope, fact.moment.wall_ms,
            )  # fmt: skip
    queries.write_letter(store, subject, letter, moves)


def fold_told(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One of the things told: the newest version counts."""
    store.run("DELETE FROM told WHERE told_id = ?", subject)
    if not facts:
        return
    last = max(facts, key=lambda fact: int(fact.body.base))
    body = last.body
    store.run(
        "INSERT INTO told (log_no, told_id, kind, title, text, is_shown, version, day_ms) VALUES (?,?,?,?,?,?,?,?)",
        log_number(store, facts[0].home, None, None), subject, body.kind, body.title, body.text, int(body.is_shown),
        body.base + 1, last.moment.wall_ms,
    )  # fmt: skip


LETTER = Thing("letter", (GIVEN, MOVED), ("letter", "letter_move"), fold_letter, goes_down=True)
TELLING = Thing("told", (TOLD,), ("told",), fold_told, goes_down=True)
THINGS: tuple[Thing, ...] = (LETTER, TELLING)
