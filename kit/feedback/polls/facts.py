"""The facts of consultations. What people choose on screen is an answer like any other, through the urn."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from kit.feedback.facts import Code, Mark
from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.store import Store

Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Counts = Annotated[tuple[tuple[Mark, Count], ...], Meta(max_length=40)]
StopId = Annotated[bytes, Meta(max_length=16)]


class PaperCounted(Body, frozen=True):
    """What was counted on paper at one stop. `base` is the version it was made from (0: the first)."""

    base: Count
    code: Code
    stop_id: StopId
    ballots: Count
    counts: Counts


class PollClosed(Body, frozen=True):
    """The tally when the consultation ended, for ever. `is_merged`: `paper` holds both, `screen` nothing."""

    code: Code
    screen_voters: Count
    paper_ballots: Count
    screen: Counts
    paper: Counts
    is_merged: bool


COUNTED = Kind("poll.paper_counted", PaperCounted)
CLOSED = Kind("poll.closed", PollClosed)


def fold_paper(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """The papers of one stop: of each suitcase that counted there its newest count; together they add up."""
    store.run("DELETE FROM poll_paper WHERE paper_id = ?", subject)
    for home in sorted({fact.home for fact in facts}):
        body = max((fact for fact in facts if fact.home == home), key=lambda fact: int(fact.body.base)).body
        store.run(
            "INSERT INTO poll_paper (log_no, paper_id, code, stop_id, ballots, counts, version) VALUES (?,?,?,?,?,?,?)",
            log_number(store, home, None, None), subject, body.code, body.stop_id, body.ballots,
            msgspec.msgpack.encode(body.counts), body.base + 1,
        )  # fmt: skip


def fold_closed(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """A closed consultation: of each log what it said first (a kit counts its own, the central counts all)."""
    store.run("DELETE FROM poll_closed WHERE poll_id = ?", subject)
    first: dict[bytes, Fact] = {}
    for fact in facts:
        first.setdefault(fact.log_id, fact)
    store.run_many(
        "INSERT INTO poll_closed (log_no, poll_id, code, screen_voters, paper_ballots, screen, paper, is_merged) "
        "VALUES (?,?,?,?,?,?,?,?)",
        [
            (log_number(store, log_id, None, None), subject, fact.body.code, fact.body.screen_voters,
             fact.body.paper_ballots, msgspec.msgpack.encode(fact.body.screen),
             msgspec.msgpack.encode(fact.body.paper), int(fact.body.is_merged))
            for log_id, fact in first.items()
        ],
    )  # fmt: skip


PAPER = Thing("poll_paper", (COUNTED,), ("poll_paper",), fold_paper, has_one_home=False)
POLL = Thing("poll", (CLOSED,), ("poll_closed",), fold_closed, goes_down=True, has_one_home=False)
THINGS: tuple[Thing, ...] = (PAPER, POLL)
