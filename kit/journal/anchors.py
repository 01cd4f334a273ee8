"""When something really happened, on a box that may have no clock. Source: journal.md, "Time without a clock".

A fact carries (boot counter, monotonic milliseconds, wall guess). An anchor is a fact too: at this moment of this
boot, somebody vouched for the wall time. Between anchors, intervals follow; a boot without one is bounded by its
neighbours. Nothing is refused, expired or ordered by wall time.
"""

from __future__ import annotations

import msgspec

from kit.clock import Clock, Moment
from kit.journal.fact import Body, Fact, Kind, Thing
from kit.journal.journal import Journal
from kit.journal.queries import log_number
from kit.store import Store


class Anchored(Body, frozen=True):
    """At (boot, mono_ms) of the writer's log it was `wall_ms`, says `source`: ntp, central or staff."""

    boot: int
    mono_ms: int
    wall_ms: int
    source: str


ANCHORED = Kind("clock.anchored", Anchored)


def _fold(store: Store, subject: bytes, facts: list[Fact]) -> None:
    log_no = log_number(store, subject, None, None)
    store.run("DELETE FROM clock_anchor WHERE log_no = ?", log_no)
    store.run_many(
        "INSERT INTO clock_anchor (log_no, boot, mono_ms, wall_ms, source) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
        [(log_no, f.body.boot, f.body.mono_ms, f.body.wall_ms, f.body.source) for f in facts if f.log_id == subject],
    )


THINGS = (Thing("clock", (ANCHORED,), ("clock_anchor",), _fold, has_one_home=False),)


class Dated(msgspec.Struct, frozen=True):
    """A moment's place in the calendar: Unix milliseconds, how early and how late it may have been, and `is_sure`."""

    wall_ms: int
    earliest_ms: int | None
    latest_ms: int | None
    is_sure: bool


def confirm(journal: Journal, wall_ms: int, source: str) -> None:
    """Note that it is `wall_ms` now, by `source`, and count from there."""
    clock = journal.clock
    mono_ms = clock.mono_ms()
    journal.append(ANCHORED, journal.log_id, Anchored(clock.boot, mono_ms, wall_ms, source))
    clock.anchor(mono_ms, wall_ms)


class Anchor(msgspec.Struct, frozen=True):
    """One moment that somebody vouched for. `is_this_boot`: since the box was last switched on."""

    wall_ms: int
    source: str
    is_this_boot: bool


def list_newest(journal: Journal, limit: int) -> list[Anchor]:
    """The newest anchors of this node's own log."""
    rows = journal.store.rows(
        "SELECT wall_ms, source, boot FROM clock_anchor WHERE log_no = ? ORDER BY boot DESC, mono_ms DESC LIMIT ?",
        journal.log_no, limit,
    )  # fmt: skip
    return [Anchor(row["wall_ms"], row["source"], row["boot"] == journal.clock.boot) for row in rows]


def take_up(journal: Journal, clock: Clock) -> None:
    """Go on counting from the newest anchor of this boot, when there is one (after a restart of the program)."""
    row = journal.store.row(
        "SELECT mono_ms, wall_ms FROM clock_anchor WHERE log_no = ? AND boot = ? ORDER BY mono_ms DESC LIMIT 1",
        journal.log_no,
        clock.boot,
    )
    if row is not None:
        clock.anchor(row["mono_ms"], row["wall_ms"])


def date(store: Store, log_no: int, moment: Moment) -> Dated:
    """When a moment of a log happened, as well as its anchors tell."""
    near = store.row(
        "SELECT mono_ms, wall_ms FROM clock_anchor WHERE log_no = ? AND boot = ? ORDER BY abs(mono_ms - ?) LIMIT 1",
        log_no,
        moment.boot,
        moment.mono_ms,
    )
    if near is not None:
        wall = near["wall_ms"] + moment.mono_ms - near["mono_ms"]
        return Dated(wall, wall, wall, True)
    low = store.value("SELECT max(wall_ms) FROM clock_anchor WHERE log_no = ? AND boot < ?", log_no, moment.boot)
    high = store.value("SELECT min(wall_ms) FROM clock_anchor WHERE log_no = ? AND boot > ?", log_no, moment.boot)
    return Dated(bounded(moment.wall_ms, low, high), low, high, False)


def bounded(wall_ms: int, low: int | None, high: int | None) -> int:
    """A guess pulled between what the neighbouring boots allow."""
    if low is not None and wall_ms < low:
        return low
    return high if high is not None and wall_ms > high else wall_ms
