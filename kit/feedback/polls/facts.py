"""The facts of consultations. What people choose on screen is an answer like any other, through the urn."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from kit.feedback.facts import Code, Mark
from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.writers import ANYBODY
from kit.store import Store

MOST_DIGESTS = 1000
Digests = Annotated[
    tuple[Annotated[bytes, Meta(min_length=16, max_length=16)], ...], Meta(min_length=1, max_length=MOST_DIGESTS)
]
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


class SlipsPrinted(Body, frozen=True):
    """Slips printed at home: they serve in every suitcase. Only digests (`slips.slip_digest`)."""

    code: Code
    digests: Digests


class SlipsUsed(Body, frozen=True):
    """Slips that served where this was written, or (written at home) anywhere; linked to no answer."""

    code: Code
    digests: Digests


COUNTED = Kind("poll.paper_counted", PaperCounted)
CLOSED = Kind("poll.closed", PollClosed)
PRINTED = Kind("poll.slips_printed", SlipsPrinted)
USED = Kind("poll.slips_used", SlipsUsed, writers=ANYBODY)


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


def fold_slips(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One batch of printed slips."""
    store.run("DELETE FROM poll_slip WHERE slips_id = ?", subject)
    _write_digests(store, "poll_slip (log_no, digest, slips_id, code)", subject, facts[:1])


def fold_used(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """The slips of one consultation that served: of each log all it says."""
    store.run("DELETE FROM poll_slip_used WHERE used_id = ?", subject)
    _write_digests(store, "poll_slip_used (log_no, digest, used_id, code)", subject, facts)


def _write_digests(store: Store, table: str, subject: bytes, facts: list[Fact]) -> None:
    store.run_many(
        f"INSERT INTO {table} VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        [
            (log_number(store, fact.log_id, None, None), digest, subject, fact.body.code)
            for fact in facts
            for digest in fact.body.digests
        ],
    )


PAPER = Thing("poll_paper", (COUNTED,), ("poll_paper",), fold_paper, has_one_home=False)
POLL = Thing("poll", (CLOSED,), ("poll_closed",), fold_closed, goes_down=True, has_one_home=False)
SLIPS = Thing("poll_slips", (PRINTED,), ("poll_slip",), fold_slips, goes_down=True)
SPENT = Thing("poll_used", (USED,), ("poll_slip_used",), fold_used, goes_down=True, has_one_home=False)
THINGS: tuple[Thing, ...] = (PAPER, POLL, SLIPS, SPENT)
