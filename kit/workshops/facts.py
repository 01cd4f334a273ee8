"""The kinds of fact this room writes, and the fold of each thing.

Names and numbers of participants are never in a body: they go in the envelope of `signup.asked` and `attendance.came`.
The limits on the fields are those of the tables: a fact beyond them is set aside for people and blocks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.store import Store
from kit.workshops import rules

Id = Annotated[bytes, Meta(min_length=16, max_length=16)]
MaybeId = Annotated[bytes, Meta(max_length=16)]
MaybeKey = Annotated[bytes, Meta(max_length=32)]
Line = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=4000)]
Code = Annotated[str, Meta(max_length=60)]
Millis = Annotated[int, Meta(ge=0, le=2**53)]
Minutes = Annotated[int, Meta(ge=1, le=100_000)]
Count = Annotated[int, Meta(ge=0, le=100_000)]

# -- workshop -----------------------------------------------------------------------------------------------------


class WorkshopPlanned(Body, frozen=True):
    """A workshop as first planned. `stop_id` is 16 bytes, or none; `level` and `theme` are codes of La Coop."""

    title: Line
    stop_id: MaybeId
    stop_label: Line
    place: Line
    starts_at_ms: Millis
    length_minutes: Minutes
    places: Count
    waiting_places: Count
    level: Code
    theme: Code
    summary: Text
    door_public: MaybeKey


class WorkshopChanged(Body, frozen=True):
    """What changed: None where nothing did. `base` is the version it was changed from: changes have an order."""

    base: Count
    title: Line | None = None
    stop_id: MaybeId | None = None
    stop_label: Line | None = None
    place: Line | None = None
    starts_at_ms: Millis | None = None
    length_minutes: Minutes | None = None
    places: Count | None = None
    waiting_places: Count | None = None
    level: Code | None = None
    theme: Code | None = None
    summary: Text | None = None


class WorkshopCancelled(Body, frozen=True):
    """It will not take place. `reason` is written by staff for those who signed up."""

    reason: Line = ""


class WorkshopClosed(Body, frozen=True):
    """It took place and nothing is left to note: its door is destroyed in the same transaction."""


class WorkshopPurged(Body, frozen=True):
    """Who signed up and came was purged from the box that hosted it, under a receipt; these counts remain.

    `purged` is a list of (first, last) numbers of the log that wrote this fact and no longer holds them.
    """

    placed: Count
    waiting: Count
    came: Count
    beyond: Count
    purged: list[tuple[int, int]]


PLANNED = Kind("workshop.planned", WorkshopPlanned)
CHANGED = Kind("workshop.changed", WorkshopChanged)
CANCELLED = Kind("workshop.cancelled", WorkshopCancelled)
CLOSED = Kind("workshop.closed", WorkshopClosed)
PURGED = Kind("workshop.purged", WorkshopPurged)

_MOVES = ("stop_id", "stop_label", "place", "starts_at_ms")


def fold_workshop(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One workshop from its plan and its changes, these in the order of the version each was made from."""
    store.run("DELETE FROM workshop WHERE workshop_id = ?", subject)
    store.run("DELETE FROM workshop_total WHERE workshop_id = ?", subject)
    planned = next(_of(facts, PLANNED), None)
    if planned is None:
        return
    state = msgspec.structs.asdict(planned.body)
    version = moved = 1
    for change in sorted(_of(facts, CHANGED), key=lambda fact: int(fact.body.base)):
        new = {name: value for name, value in msgspec.structs.asdict(change.body).items() if value is not None}
        del new["base"]
        version += 1
        moved = version if any(name in new for name in _MOVES) else moved
        state.update(new)
    cancelled = list(_of(facts, CANCELLED))
    row = {
        "log_no": log_number(store, planned.home, None, None),
        "workshop_id": subject,
        **state,
        "stop_id": _whole(state["stop_id"], 16),
        "door_public": _whole(state["door_public"], 32),
        "plain": rules.plain_text(f"{state['title']} {state['summary']} {state['stop_label']} {state['place']}"),
        "is_cancelled": int(bool(cancelled)),
        "cancel_reason": cancelled[0].body.reason if cancelled else "",
        "is_closed": int(any(True for _ in _of(facts, CLOSED))),
        "version": version,
        "moved_version": moved,
    }
    _insert(store, "workshop", row)
    for purged in _of(facts, PURGED):
        names = ("placed", "waiting", "came", "beyond")
        counts = {name: getattr(purged.body, name) for name in names}
        _insert(store, "workshop_total", {"log_no": row["log_no"], "workshop_id": subject, **counts})


# -- sign-up ------------------------------------------------------------------------------------------------------


class SignupAsked(Body, frozen=True):
    """A place asked for. `state` is what the host said at once: placed or waiting (another word: to be confirmed).

    `seen_version` is the version of the workshop the person read, so that her ticket can say what moved since.
    """

    workshop_id: Id
    code: Code
    state: Code
    has_phone: bool
    seen_version: Count


class SignupCancelled(Body, frozen=True):
    """She will not come. `by_staff` when the team noted it for her."""

    by_staff: bool = False


class SignupPromoted(Body, frozen=True):
    """A place became free: she moves from the waiting list to the workshop."""


ASKED = Kind("signup.asked", SignupAsked)
SIGNUP_CANCELLED = Kind("signup.cancelled", SignupCancelled)
PROMOTED = Kind("signup.promoted", SignupPromoted)


def fold_signup(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One sign-up: cancelled for ever once cancelled, placed once promoted, else what the host said at the asking."""
    store.run("DELETE FROM signup WHERE signup_id = ?", subject)
    asked = next(_of(facts, ASKED), None)
    if asked is None:
        return
    is_promoted = any(True for _ in _of(facts, PROMOTED))
    state = asked.body.state if asked.body.state in ("placed", "waiting") else "asked"
    state = "placed" if is_promoted else state
    row = {
        "log_no": log_number(store, asked.home, None, None),
        "signup_id": subject,
        "workshop_id": asked.body.workshop_id,
        "code": asked.body.code,
        "state": "cancelled" if any(True for _ in _of(facts, SIGNUP_CANCELLED)) else state,
        "is_promoted": int(is_promoted),
        "has_phone": int(asked.body.has_phone),
        "seen_version": asked.body.seen_version,
        "envelope": asked.envelope,
        **_order(asked),
    }
    _insert(store, "signup", row)


# -- attendance ---------------------------------------------------------------------------------------------------


class AttendanceCame(Body, frozen=True):
    """She came. `how`: signed_up, walk_in or anonymous. The three others are codes of La Coop, or empty: not asked."""

    workshop_id: Id
    how: Code
    gender: Code = ""
    age_band: Code = ""
    status: Code = ""


class AttendanceAbsent(Body, frozen=True):
    """She had a place and did not come."""

    workshop_id: Id


class AttendanceUndone(Body, frozen=True):
    """What this log noted about her was a slip."""

    workshop_id: Id


CAME = Kind("attendance.came", AttendanceCame)
ABSENT = Kind("attendance.absent", AttendanceAbsent)
UNDONE = Kind("attendance.undone", AttendanceUndone)
_STATES = {CAME.name: "came", ABSENT.name: "absent", UNDONE.name: "undone"}
_WAYS = ("signed_up", "walk_in", "anonymous")


def fold_attendance(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One person at one workshop, by the rule of `rules.merge_attendance`."""
    store.run("DELETE FROM attendance WHERE attendance_id = ?", subject)
    if not facts:
        return
    last = {fact.log_id: fact for fact in facts}
    state, is_contradicted = rules.merge_attendance([_STATES[fact.kind] for fact in last.values()])
    telling = next(fact for _, fact in sorted(last.items()) if _STATES[fact.kind] == state)
    comings = list(_of(facts, CAME))
    # Details and name stay known when a tick is undone, so that ticking again loses nothing.
    detail = telling if telling in comings else (comings[-1] if comings else None)
    how = detail.body.how if detail else ""
    row = {
        "log_no": log_number(store, telling.home, None, None),
        "attendance_id": subject,
        "workshop_id": telling.body.workshop_id,
        "state": state,
        "how": how if how in _WAYS else "",
        "gender": detail.body.gender if detail else "",
        "age_band": detail.body.age_band if detail else "",
        "status": detail.body.status if detail else "",
        "is_contradicted": int(is_contradicted),
        "envelope": next((fact.envelope for fact in comings if fact.envelope), None),
        **_order(comings[0] if comings else telling),
    }
    _insert(store, "attendance", row)


# -- rows ---------------------------------------------------------------------------------------------------------


def _of(facts: list[Fact], kind: Kind[Any]) -> Iterator[Fact]:
    return (fact for fact in facts if fact.kind == kind.name)


def _whole(raw: bytes, size: int) -> bytes:
    return raw if len(raw) == size else b""


def _order(fact: Fact) -> dict[str, object]:
    return {"boot": fact.moment.boot, "mono_ms": fact.moment.mono_ms, "seq": fact.seq}


def _insert(store: Store, table: str, row: dict[str, object]) -> None:
    marks = ",".join("?" for _ in row)
    store.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks}) ON CONFLICT DO NOTHING", *row.values())


WORKSHOP = Thing(
    "workshop", (PLANNED, CHANGED, CANCELLED, CLOSED, PURGED), ("workshop", "workshop_total"), fold_workshop
)
SIGNUP = Thing("signup", (ASKED, SIGNUP_CANCELLED, PROMOTED), ("signup",), fold_signup)
ATTENDANCE = Thing("attendance", (CAME, ABSENT, UNDONE), ("attendance",), fold_attendance)
THINGS: tuple[Thing, ...] = (WORKSHOP, SIGNUP, ATTENDANCE)
