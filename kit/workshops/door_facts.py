"""What is noted at the door beside people on the roll: counts, requests without an answer, visits, open access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import first_word, last_version
from kit.journal.writers import ANYBODY
from kit.store import Store
from kit.workshops.facts import Code, Count, Id, Line, MaybeId, Millis, insert_row

Codes = Annotated[list[Code], Meta(max_length=40)]
Counts = Annotated[dict[Code, Count], Meta(max_length=40)]

# -- counts of people without a name ------------------------------------------------------------------------------


class MarginsCounted(Body, frozen=True):
    """Of the people without a name, how many are said to be so: code to count, each family by itself.

    `base` is the version it was changed from.
    """

    base: Count
    gender: Counts
    age_band: Counts
    status: Counts


COUNTED = Kind("margins.counted", MarginsCounted)
FAMILIES = ("gender", "age_band", "status")


def fold_margins(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """The counts of one workshop: the newest version is what is known."""
    store.run("DELETE FROM margin WHERE workshop_id = ?", subject)
    newest = last_version(facts)
    if newest is None:
        return
    log_no = log_number(store, newest.home, None, None)
    for family in FAMILIES:
        for code, people in getattr(newest.body, family).items():
            row = {"log_no": log_no, "workshop_id": subject, "family": family, "code": code, "people": people}
            insert_row(store, "margin", {**row, "version": newest.body.base + 1})


# -- a request without an answer ----------------------------------------------------------------------------------


class RequestUnanswered(Body, frozen=True):
    """Somebody asked for help that could not be given here; `reason` is a code of ours, `theme` one of La Coop."""

    workshop_id: MaybeId
    theme: Code
    commune: Line
    reason: Code


UNANSWERED = Kind("request.unanswered", RequestUnanswered, writers=ANYBODY)


def fold_unanswered(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One request, as it was noted."""
    store.run("DELETE FROM unanswered WHERE request_id = ?", subject)
    fact = first_word(facts)
    if fact is not None:
        row = {"log_no": log_number(store, fact.home, None, None), "request_id": subject}
        body = msgspec.structs.asdict(fact.body)
        insert_row(store, "unanswered", {**row, **body, "noted_at_ms": max(0, fact.moment.wall_ms)})


# -- visits to a permanence ---------------------------------------------------------------------------------------


class VisitArrived(Body, frozen=True):
    """Somebody waits her turn under a number of the day; the same id is her attendance's."""

    workshop_id: Id
    number: Count


class VisitCalled(Body, frozen=True):
    """It is her turn."""


class VisitClosed(Body, frozen=True):
    """The visit is over: an individual report in the codes of La Coop. `redirect` empty: not sent elsewhere."""

    themes: Codes
    procedures: Codes
    minutes: Count
    gender: Code = ""
    age_band: Code = ""
    status: Code = ""
    autonomy: Code = ""
    redirect: Code = ""
    equipment: Codes = []  # noqa: RUF012 - a struct copies an empty list


class VisitLeft(Body, frozen=True):
    """She went away before her turn."""


ARRIVED = Kind("visit.arrived", VisitArrived)
CALLED = Kind("visit.called", VisitCalled)
VISIT_CLOSED = Kind("visit.closed", VisitClosed)
LEFT = Kind("visit.left", VisitLeft)


def fold_visit(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One visit: its last report counts; else it was left, called, or waits."""
    store.run("DELETE FROM visit WHERE visit_id = ?", subject)
    arrived = next((fact for fact in facts if fact.kind == ARRIVED.name), None)
    if arrived is None:
        return
    kinds = {fact.kind for fact in facts}
    told = (("closed", VISIT_CLOSED), ("left", LEFT), ("called", CALLED))
    state = next((name for name, kind in told if kind.name in kinds), "waiting")
    closed = next((fact for fact in reversed(facts) if fact.kind == VISIT_CLOSED.name), None)
    row = {
        "log_no": log_number(store, arrived.home, None, None),
        "visit_id": subject,
        "workshop_id": arrived.body.workshop_id,
        "number": arrived.body.number,
        "state": state,
        **_report(closed.body if closed else VisitClosed([], [], 0)),
        "boot": arrived.moment.boot,
        "mono_ms": arrived.moment.mono_ms,
        "seq": arrived.seq,
    }
    insert_row(store, "visit", row)


def _report(body: VisitClosed) -> Mapping[str, object]:
    fields = msgspec.structs.asdict(body)
    return {name: " ".join(value) if isinstance(value, list) else value for name, value in fields.items()}


# -- open access --------------------------------------------------------------------------------------------------


class UseBegun(Body, frozen=True):
    """A device is lent to somebody who works alone. No name."""

    workshop_id: Id
    device: Line
    from_ms: Millis


class UseEnded(Body, frozen=True):
    """It is back."""

    to_ms: Millis


USE_BEGUN = Kind("use.begun", UseBegun)
USE_ENDED = Kind("use.ended", UseEnded)


def fold_use(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One loan of a device; it never ends before it began."""
    store.run("DELETE FROM device_use WHERE use_id = ?", subject)
    begun = next((fact for fact in facts if fact.kind == USE_BEGUN.name), None)
    if begun is None:
        return
    ended = next((fact for fact in facts if fact.kind == USE_ENDED.name), None)
    row = {
        "log_no": log_number(store, begun.home, None, None),
        "use_id": subject,
        **msgspec.structs.asdict(begun.body),
        "to_ms": max(begun.body.from_ms, ended.body.to_ms) if ended else 0,
    }
    insert_row(store, "device_use", row)


MARGINS = Thing("margins", (COUNTED,), ("margin",), fold_margins)
REQUEST = Thing("unanswered", (UNANSWERED,), ("unanswered",), fold_unanswered)
VISIT = Thing("visit", (ARRIVED, CALLED, VISIT_CLOSED, LEFT), ("visit",), fold_visit)
USE = Thing("device_use", (USE_BEGUN, USE_ENDED), ("device_use",), fold_use)
THINGS: tuple[Thing, ...] = (MARGINS, REQUEST, VISIT, USE)
