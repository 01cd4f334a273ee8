"""Several dates at once: planning a series, cancelling what is left of it, and moving people from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from kit.errors import Problem
from kit.ids import new_dated_id
from kit.people import identities
from kit.people.actions import Staff
from kit.people.node import Node, StopView
from kit.workshops import actions, facts, queries, rules, series, vocabulary
from kit.workshops.forms import NewWorkshop, Person, Repeat
from kit.workshops.queries import Signup, Workshop

WINDOWS = ("opens_at_ms", "sign_up_until_ms")
TIMES = ("starts_at_ms", *WINDOWS)
DAY_MS = 86_400_000


def plan_series(node: Node, plan: NewWorkshop, repeat: Repeat, first_id: bytes) -> list[bytes]:
    """Plan a workshop on every date of `repeat`; their ids. The same `first_id` again changes nothing."""
    dates = list_plans(node, plan, repeat)
    if len(dates) == 1:
        return [actions.plan_workshop(node, plan, first_id)]
    with node.journal.write():
        if (known := queries.find_workshop(node.store, first_id)) is not None:
            return [one.workshop_id for one in series.list_dates(node.store, known.series_id)]
        ids = [first_id, *(new_dated_id() for _ in dates[1:])]
        together = {"series_id": first_id, "is_cycle": repeat.is_cycle}
        return [
            actions.plan_workshop(node, msgspec.structs.replace(date, **together), one)
            for date, one in zip(dates, ids, strict=True)
        ]


def list_plans(node: Node, plan: NewWorkshop, repeat: Repeat) -> list[NewWorkshop]:
    """One plan for each date. When the first is at a stop, each is at the stop of its day; windows move along."""
    stops = list(node.list_stops())
    first = next((stop for stop in stops if stop.stop_id == plan.stop_id), None)
    zone = node.settings.timezone
    if repeat.every == "tour":
        later = _later_stops(stops, first)
        return [plan, *(_at(plan, _hour_at(plan.starts_at_ms, stop, zone), stop) for stop in later)]
    if not repeat.every:
        return [plan]
    moments = rules.list_dates(plan.starts_at_ms, repeat.every, repeat.times, zone)
    return [_at(plan, moment, _stop_of(moment, stops) if first else None) for moment in moments]


def _later_stops(stops: Sequence[StopView], first: StopView | None) -> list[StopView]:
    """The stops of the same tour after the first, in the order of the road."""
    if first is None:
        return []
    later = [one for one in stops if one.tour == first.tour and one.starts_at_ms > first.starts_at_ms]
    return sorted(later, key=lambda one: one.starts_at_ms)[: rules.MOST_DATES - 1]


def _hour_at(moment_ms: int, stop: StopView, zone: str) -> int:
    """The hour of one moment at a stop: on its first day, or on the next when it has not opened before that hour."""
    found = rules.same_hour(moment_ms, stop.starts_at_ms, zone)
    later = rules.same_hour(moment_ms, stop.starts_at_ms + DAY_MS, zone)
    return later if found < stop.starts_at_ms and later < stop.ends_at_ms else found


def _stop_of(moment_ms: int, stops: Sequence[StopView]) -> StopView | None:
    return next((stop for stop in stops if stop.starts_at_ms <= moment_ms < stop.ends_at_ms), None)


def _at(plan: NewWorkshop, moment_ms: int, stop: StopView | None) -> NewWorkshop:
    """The same plan on another date, at that day’s stop when it is another; a precise place stays with its stop."""
    later = moment_ms - plan.starts_at_ms
    moved: dict[str, object] = {"starts_at_ms": moment_ms}
    moved |= {name: getattr(plan, name) + later for name in WINDOWS if getattr(plan, name)}
    if stop is not None and stop.stop_id != plan.stop_id:
        moved |= {"stop_id": stop.stop_id, "stop_label": stop.label, "place": ""}
    return msgspec.structs.replace(plan, **moved)


def list_later(node: Node, workshop: Workshop) -> list[Workshop]:
    """The dates of a series after one of them that will take place, of the same box."""
    dates = series.list_dates(node.store, workshop.series_id)
    return [
        one
        for one in dates
        if one.starts_at_ms > workshop.starts_at_ms and one.log_no == workshop.log_no and one.will_be
    ]


def change_series(node: Node, workshop_id: bytes, plan: NewWorkshop, version: int) -> int:
    """Change a date and, in what differs, those after it (see `later_change`); how many changed.

    Raises Problem like `actions.change_workshop`; then nothing changes.
    """
    with node.journal.write():
        first = actions.open_workshop(node, workshop_id)
        later = list_later(node, first)
        count = int(actions.change_workshop(node, workshop_id, plan, version))
        for one in later:
            count += actions.note_change(node, one, later_change(node, first, plan, one))
    return count


def later_change(node: Node, first: Workshop, plan: NewWorkshop, one: Workshop) -> dict[str, Any]:
    """What a change of one date means for a later one: the hour moves along, the day and the stop stay hers.

    The room moves along where it was the same.
    """
    new = {name: value for name, value in msgspec.structs.asdict(plan).items() if value != getattr(first, name)}
    told = {name: value for name, value in new.items() if name not in ("stop_id", "stop_label", "place", *TIMES)}
    if "starts_at_ms" in new:
        told["starts_at_ms"] = rules.same_hour(plan.starts_at_ms, one.starts_at_ms, node.settings.timezone)
    for name in WINDOWS:
        if name in new:
            told[name] = new[name] + told.get("starts_at_ms", one.starts_at_ms) - plan.starts_at_ms if new[name] else 0
    if "place" in new and (one.place, one.stop_id) == (first.place, first.stop_id):
        told["place"] = new["place"]
    return told


def cancel_later(node: Node, workshop_id: bytes, reason: str) -> int:
    """Cancel a date and those after it in its series; how many. Raises Problem like `actions.cancel_workshop`."""
    with node.journal.write():
        first = actions.open_workshop(node, workshop_id)
        going = [first, *list_later(node, first)]
        for one in going:
            actions.cancel_workshop(node, one.workshop_id, reason)
    return len(going)


# -- from one workshop to another ---------------------------------------------------------------------------------


def merge_into(node: Node, staff: Staff, workshop_id: bytes, target_id: bytes, reason: str) -> int:
    """Cancel a workshop and take its people to another, with the same tickets; how many people.

    Those who held a place come first; whoever finds none there waits, whatever the length of the list: nobody is
    dropped. Raises Problem `workshops.names_closed`, `workshops.not_elsewhere`, and like `actions.cancel_workshop`.
    """
    vault = staff.vault()
    private = identities.open_door(node, vault, workshop_id) if vault else None
    if private is None:
        raise Problem("workshops.names_closed")
    with node.journal.write():
        workshop = actions.open_workshop(node, workshop_id)
        _get_target(node, workshop, target_id)
        rows = queries.list_signups_sealed(node.store, workshop.log_no, workshop_id)
        moving = [row for row in rows if row.signup_state in ("placed", "waiting", "asked") and not row.has_come]
        for row in sorted(moving, key=lambda one: one.signup_state != "placed"):
            known = identities.read_identity(row.sealed, private) or identities.Identity()
            signup = queries.find_signup(node.store, row.person_id)
            if signup is not None:
                _move(node, signup, target_id, Person(known.name, known.phone), is_forced=True)
        actions.cancel_workshop(node, workshop_id, reason, target_id)
    return len(moving)


def move_party(node: Node, party: Sequence[Signup], target_id: bytes, people: Sequence[Person]) -> None:
    """Everybody of a ticket chooses another date and says the names again: the box cannot read those it keeps.

    All of them or nobody; same ticket. Their places go to the next on the list; whoever has one and finds the other
    date full waits there, and keeps it until she moves up. Raises Problem like `actions.sign_up`, and
    `workshops.not_elsewhere`.
    """
    with node.journal.write():
        for signup, person in zip(party, people, strict=True):
            move_signup(node, signup, target_id, person)


def move_signup(node: Node, signup: Signup, target_id: bytes, person: Person) -> None:
    """One of them: see `move_party`."""
    with node.journal.write():
        known = queries.find_signup(node.store, signup.signup_id)
        workshop = queries.get_workshop(node.store, signup.workshop_id)
        if known is None or known.state == "cancelled" or workshop.is_closed:
            raise Problem("workshops.closed")
        if known.workshop_id != signup.workshop_id:
            return
        target = _get_target(node, workshop, target_id)
        if not _take_requests_back(node, known, target):
            return
        if known.state == "placed" and not workshop.is_cancelled and _has_to_wait(node, target):
            _wait_instead(node, known, target, person)
            return
        _move(node, known, target_id, person)
        if not workshop.is_cancelled:
            actions.promote(node, workshop.workshop_id)


def _get_target(node: Node, workshop: Workshop, target_id: bytes) -> Workshop:
    target = actions.own_workshop(node, target_id)
    if target.workshop_id == workshop.workshop_id or target.is_cancelled or target.is_closed:
        raise Problem("workshops.not_elsewhere")
    if target.log_no != workshop.log_no:
        raise Problem("workshops.hosted_elsewhere")
    return target


def _move(node: Node, signup: Signup, target_id: bytes, person: Person, *, is_forced: bool = False) -> None:
    target = queries.get_workshop(node.store, target_id)
    slots = series.list_free_slots(node.store, target)
    slot = slots[0] if slots else -1
    if is_forced:
        has_place = target.taken < target.places and (slot >= 0 or not target.slot_minutes)
        state = "placed" if has_place else "waiting"
    else:
        state = actions.settle(node, target, slot)
    sealed = actions.seal(node, target, signup.signup_id, person)
    body = facts.SignupMoved(target_id, state, bool(person.phone), target.version, slot)
    actions.append(node, target, facts.MOVED, signup.signup_id, body, sealed)


def _take_requests_back(node: Node, signup: Signup, target: Workshop) -> bool:
    """Of what was asked for instead of a place only the last counts; False when this very date is asked for already."""
    asked = [one for one in queries.list_by_code(node.store, signup.code) if one.instead_of == signup.signup_id]
    standing = [one for one in asked if one.state != "cancelled"]
    if any(one.workshop_id == target.workshop_id for one in standing):
        return False
    for one in standing:
        if queries.get_workshop(node.store, one.workshop_id).will_be:
            actions.cancel_signup(node, one)
    return True


def _has_to_wait(node: Node, target: Workshop) -> bool:
    slots = series.list_free_slots(node.store, target)
    return actions.settle(node, target, slots[0] if slots else -1) == "waiting"


def _wait_instead(node: Node, signup: Signup, target: Workshop, person: Person) -> None:
    """She waits at the other date under the same code; what she has is given up once she moves up there."""
    waiting_id, slots = new_dated_id(), series.list_free_slots(node.store, target)
    told = (signup.party_id, signup.access, signup.has_guardian, vocabulary.consent()[0], slots[0] if slots else -1)
    more = (bool(person.phone), target.version, *told, signup.signup_id)
    body = facts.SignupAsked(target.workshop_id, signup.code, "waiting", *more)
    actions.append(node, target, facts.ASKED, waiting_id, body, actions.seal(node, target, waiting_id, person))


def retell_party(node: Node, party: Sequence[Signup], people: Sequence[Person]) -> None:
    """The names and the number of a ticket are written again. Raises Problem `workshops.closed` or `.cancelled`."""
    with node.journal.write():
        for signup, person in zip(party, people, strict=True):
            retell(node, signup, person)


def retell(node: Node, signup: Signup, person: Person, *, has_guardian: bool = False) -> None:
    """Her name or number is written again, in a new envelope. Raises Problem `workshops.closed` or `.cancelled`."""
    with node.journal.write():
        workshop = actions.open_workshop(node, signup.workshop_id)
        sealed = actions.seal(node, workshop, signup.signup_id, person)
        told = facts.SignupTold(bool(person.phone), has_guardian)
        actions.append(node, workshop, facts.SIGNUP_TOLD, signup.signup_id, told, sealed)
