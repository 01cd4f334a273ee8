"""The kinds of fact this room writes, and the fold of each thing.

Names and numbers of participants are never in a body: they go in the envelope of `signup.asked` and `attendance.came`.
The limits on the fields are those of the tables: a fact beyond them is set aside for people and blocks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import in_order_of_versions
from kit.journal.writers import ANYBODY, HOME_OR_CENTRAL
from kit.store import Store
from kit.workshops import rules
from kit.workshops.merge_facts import MERGED, merged_into

Id = Annotated[bytes, Meta(min_length=16, max_length=16)]
MaybeId = Annotated[bytes, Meta(max_length=16)]
MaybeIds = Annotated[bytes, Meta(max_length=16 * 20)]  # ids one after another
MaybeKey = Annotated[bytes, Meta(max_length=32)]
Line = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=4000)]
Code = Annotated[str, Meta(max_length=60)]
Millis = Annotated[int, Meta(ge=0, le=2**53)]
Minutes = Annotated[int, Meta(ge=1, le=100_000)]
Count = Annotated[int, Meta(ge=0, le=100_000)]
Slot = Annotated[int, Meta(ge=-1, le=1000)]
Halves = Annotated[int, Meta(ge=0, le=3)]

# -- workshop -----------------------------------------------------------------------------------------------------


class WorkshopPlanned(Body, frozen=True):
    """A workshop as first planned. `stop_id` is 16 bytes, or none; `level` and `theme` are codes of La Coop.

    Sign-up is open from `opens_at_ms` (0: at once) until `sign_up_until_ms` (0: until it is over). Dates of one
    `series_id` belong together; of a cycle one asks for all. `slot_minutes`: 0: no slots. `supports`: ids of works.
    """

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
    kind: Code = ""
    audience: Code = ""
    opens_at_ms: Millis = 0
    sign_up_until_ms: Millis = 0
    equipment: Line = ""
    led_by: Line = ""
    takes_voucher: bool = False
    series_id: MaybeId = b""
    is_cycle: bool = False
    slot_minutes: Count = 0
    supports: MaybeIds = b""
    language: Code = ""


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
    kind: Code | None = None
    audience: Code | None = None
    opens_at_ms: Millis | None = None
    sign_up_until_ms: Millis | None = None
    equipment: Line | None = None
    led_by: Line | None = None
    takes_voucher: bool | None = None
    series_id: MaybeId | None = None
    is_cycle: bool | None = None
    slot_minutes: Count | None = None
    supports: MaybeIds | None = None
    language: Code | None = None


class WorkshopCancelled(Body, frozen=True):
    """It will not take place. `reason` is written by staff for those who signed up; `merged_into` takes its people."""

    reason: Line = ""
    merged_into: MaybeId = b""


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
    for change in in_order_of_versions(_of(facts, CHANGED)):
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
        "series_id": _whole(state["series_id"], 16),
        "supports": b"".join(rules.split_ids(state["supports"])),
        "takes_voucher": int(state["takes_voucher"]),
        "is_cycle": int(state["is_cycle"]),
        "merged_into": _whole(cancelled[0].body.merged_into, 16) if cancelled else b"",
        "plain": rules.searched_text(f"{state['title']} {state['summary']} {state['stop_label']} {state['place']}"),
        "is_cancelled": int(bool(cancelled)),
        "cancel_reason": cancelled[0].body.reason if cancelled else "",
        "is_closed": int(any(True for _ in _of(facts, CLOSED))),
        "version": version,
        "moved_version": moved,
    }
    insert_row(store, "workshop", row)
    for purged in _of(facts, PURGED):
        counts = {name: getattr(purged.body, name) for name in ("placed", "waiting", "came", "beyond")}
        insert_row(store, "workshop_total", {"log_no": row["log_no"], "workshop_id": subject, **counts})


# -- sign-up ------------------------------------------------------------------------------------------------------


class SignupAsked(Body, frozen=True):
    """A place asked for. `state` is what the host said at once: placed or waiting (another word: to be confirmed).

    `seen_version` is the version of the workshop the person read, so that her ticket can say what moved since.
    People of one `party_id` share a ticket. `access` are codes about the place, never about the person. `consent` is
    the number of the text she read. `slot`: of a permanence, from 0 (-1: none). `instead_of`: given back once placed.
    """

    workshop_id: Id
    code: Code
    state: Code
    has_phone: bool
    seen_version: Count
    party_id: MaybeId = b""
    access: Line = ""
    has_guardian: bool = False
    consent: Count = 0
    slot: Slot = -1
    instead_of: MaybeId = b""


class SignupCancelled(Body, frozen=True):
    """She will not come. `by_staff` when the team noted it for her."""

    by_staff: bool = False


class SignupPromoted(Body, frozen=True):
    """A place became free: she moves from the waiting list to the workshop."""


class SignupSettled(Body, frozen=True):
    """What the host says of a place asked for elsewhere: placed or waiting."""

    state: Code


class SignupMoved(Body, frozen=True):
    """She comes to another workshop instead, with the same ticket; a new envelope is sealed to its door."""

    workshop_id: Id
    state: Code
    has_phone: bool
    seen_version: Count
    slot: Slot = -1


class SignupTold(Body, frozen=True):
    """Her name or number was written again: the new envelope counts. `has_guardian`: consent noted since."""

    has_phone: bool
    has_guardian: bool = False


ASKED = Kind("signup.asked", SignupAsked, writers=HOME_OR_CENTRAL)
SIGNUP_CANCELLED = Kind("signup.cancelled", SignupCancelled, writers=HOME_OR_CENTRAL)
PROMOTED = Kind("signup.promoted", SignupPromoted)
SETTLED = Kind("signup.settled", SignupSettled)
MOVED = Kind("signup.moved", SignupMoved)
SIGNUP_TOLD = Kind("signup.told", SignupTold)


def fold_signup(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One sign-up: cancelled for ever once cancelled, else what its host said last of the workshop it is for now."""
    store.run("DELETE FROM signup WHERE signup_id = ?", subject)
    asked = next(_of(facts, ASKED), None)
    if asked is None:
        return
    moved = list(_of(facts, MOVED))
    told = [fact for fact in (asked, *_of(facts, MOVED, SIGNUP_TOLD)) if fact.envelope or fact is asked]
    last = moved[-1] if moved else asked
    row = {
        "log_no": log_number(store, asked.home, None, None),
        "signup_id": subject,
        "workshop_id": last.body.workshop_id,
        "code": asked.body.code,
        "state": _signup_state(facts, last),
        "is_promoted": int(any(_is_after(fact, last) for fact in _of(facts, PROMOTED))),
        "has_phone": int(told[-1].body.has_phone),
        "seen_version": last.body.seen_version,
        "envelope": told[-1].envelope,
        "party_id": _whole(asked.body.party_id, 16) or subject,
        "access": asked.body.access,
        "has_guardian": int(asked.body.has_guardian or any(f.body.has_guardian for f in _of(facts, SIGNUP_TOLD))),
        "consent": asked.body.consent,
        "slot": last.body.slot,
        "moved_from": asked.body.workshop_id if moved else b"",
        "instead_of": _whole(asked.body.instead_of, 16),
        **_order(asked),
    }
    insert_row(store, "signup", row)


def _signup_state(facts: list[Fact], last: Fact) -> str:
    """By `rules.settle_signup`: facts of the host about the workshop she is signed up for now."""
    return rules.settle_signup(
        last.body.state,
        [fact.body.state for fact in _of(facts, SETTLED)],
        is_promoted=any(_is_after(fact, last) for fact in _of(facts, PROMOTED)),
        is_cancelled=any(True for _ in _of(facts, SIGNUP_CANCELLED)),
    )


def _is_after(fact: Fact, other: Fact) -> bool:
    """True when a fact of the host comes after another; a fact of another log says nothing of the order."""
    return fact.log_id != other.log_id or fact.seq > other.seq


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


class AttendanceStayed(Body, frozen=True):
    """How long she stayed: late, left early, and the half-days (1 first, 2 second, 3 both; 0: not said)."""

    is_late: bool = False
    left_early: bool = False
    halves: Halves = 0


class AttendanceTold(Body, frozen=True):
    """Her name, year or commune was written again (the new envelope counts), or her reusable `card` was read."""

    card: Code = ""


class AttendanceUndone(Body, frozen=True):
    """What this log noted about her was a slip."""

    workshop_id: Id


CAME = Kind("attendance.came", AttendanceCame, writers=ANYBODY)
ABSENT = Kind("attendance.absent", AttendanceAbsent, writers=ANYBODY)
UNDONE = Kind("attendance.undone", AttendanceUndone, writers=ANYBODY)
STAYED = Kind("attendance.stayed", AttendanceStayed)
TOLD = Kind("attendance.told", AttendanceTold)
_TELLING, _WHOLLY = (CAME.name, TOLD.name, STAYED.name), AttendanceStayed()
_STATES = {CAME.name: "came", ABSENT.name: "absent", UNDONE.name: "undone"}


def fold_attendance(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One person at one workshop, by `rules.merge_attendance`; a row merged into another counts there only."""
    store.run("DELETE FROM attendance WHERE attendance_id = ?", subject)
    last = {fact.log_id: fact for fact in facts if fact.kind in _STATES}
    if not last:
        return
    into = merged_into(facts)
    state, is_contradicted = rules.merge_attendance([_STATES[fact.kind] for fact in last.values()])
    telling = last[min(log_id for log_id, fact in last.items() if _STATES[fact.kind] == state)]
    comings, told, stayed = ([fact for fact in facts if fact.kind == name] for name in _TELLING)
    # Details and name stay known when a tick is undone, so that ticking again loses nothing.
    detail = telling if telling in comings else (comings[-1] if comings else None)
    how = detail.body.how if detail else ""
    row = {
        "log_no": log_number(store, telling.home, None, None),
        "attendance_id": subject,
        "workshop_id": telling.body.workshop_id,
        "state": "undone" if into else state,
        "merged_into": into,
        "how": how if how in ("signed_up", "walk_in", "anonymous") else "",
        "gender": detail.body.gender if detail else "",
        "age_band": detail.body.age_band if detail else "",
        "status": detail.body.status if detail else "",
        "is_contradicted": int(is_contradicted),
        "envelope": next((fact.envelope for fact in reversed([*comings, *told]) if fact.envelope), None),
        "card": next((fact.body.card for fact in reversed(told) if fact.body.card), "") if told else "",
        **_stay(stayed[-1].body if stayed else _WHOLLY),
        **_order(comings[0] if comings else telling),
    }
    insert_row(store, "attendance", row)


# -- rows ---------------------------------------------------------------------------------------------------------


def _of(facts: list[Fact], *kinds: Kind[Any]) -> Iterator[Fact]:
    names = {kind.name for kind in kinds}
    return (fact for fact in facts if fact.kind in names)


def _stay(body: AttendanceStayed) -> dict[str, object]:
    return {"is_late": int(body.is_late), "left_early": int(body.left_early), "halves": body.halves}


def _whole(raw: bytes, size: int) -> bytes:
    return raw if len(raw) == size else b""


def _order(fact: Fact) -> dict[str, object]:
    return {"boot": fact.moment.boot, "mono_ms": fact.moment.mono_ms, "seq": fact.seq}


def insert_row(store: Store, table: str, row: Mapping[str, object]) -> None:
    """Write one row of a projection; one that is there already stays."""
    store.run(_insert_of(table, tuple(row)), *row.values())


@lru_cache(maxsize=512)
def _insert_of(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({','.join('?' * len(columns))}) ON CONFLICT DO NOTHING"


_PLANS = (PLANNED, CHANGED, CANCELLED, CLOSED, PURGED)
WORKSHOP = Thing("workshop", _PLANS, ("workshop", "workshop_total"), fold_workshop, goes_down=True)
SIGNUP = Thing("signup", (ASKED, SIGNUP_CANCELLED, PROMOTED, SETTLED, MOVED, SIGNUP_TOLD), ("signup",), fold_signup)
ATTENDANCE = Thing("attendance", (CAME, ABSENT, UNDONE, STAYED, TOLD, MERGED), ("attendance",), fold_attendance)
THINGS: tuple[Thing, ...] = (WORKSHOP, SIGNUP, ATTENDANCE)
