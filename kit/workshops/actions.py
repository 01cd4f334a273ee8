"""What can be done with workshops: each is one immediate transaction that asks the rule inside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import asdict

from kit.errors import Problem
from kit.ids import new_code, new_id, read_code
from kit.journal import Body, Kind
from kit.people import identities
from kit.people.node import Node
from kit.workshops import facts, queries, rules
from kit.workshops.forms import NewWorkshop, Person, Profile
from kit.workshops.queries import RollRow, Signup, Workshop

B = TypeVar("B", bound=Body)
AfterClose = Callable[[bytes, bytes], None]

# -- planning -----------------------------------------------------------------------------------------------------


def plan_workshop(node: Node, plan: NewWorkshop, workshop_id: bytes | None = None) -> bytes:
    """Plan a workshop and make its door. The same id again (a form posted twice) changes nothing. Its id."""
    workshop_id = workshop_id or new_id()
    with node.journal.write():
        if queries.find_workshop(node.store, workshop_id) is None:
            door_public = identities.make_door(node, workshop_id)
            body = facts.WorkshopPlanned(**asdict(plan), door_public=door_public)
            node.journal.append(facts.PLANNED, workshop_id, body)
    return workshop_id


def change_workshop(node: Node, workshop_id: bytes, plan: NewWorkshop, version: int) -> bool:
    """Note what differs from what is known; the waiting list moves up when places were added. True if anything did.

    `version` is the one the person had before her eyes. Raises Problem `workshops.changed_meanwhile`, `.cancelled`,
    `.closed` or `.hosted_elsewhere`.
    """
    with node.journal.write():
        workshop = _open_workshop(node, workshop_id)
        if workshop.version != version:
            raise Problem("workshops.changed_meanwhile")
        new = {name: value for name, value in asdict(plan).items() if value != getattr(workshop, name)}
        if not new:
            return False
        _append(node, workshop, facts.CHANGED, workshop_id, facts.WorkshopChanged(base=version, **new))
        _promote(node, workshop_id)
    return True


def cancel_workshop(node: Node, workshop_id: bytes, reason: str) -> None:
    """Say that it will not take place; the tickets show it. Raises Problem like `change_workshop`."""
    with node.journal.write():
        workshop = _open_workshop(node, workshop_id)
        _append(node, workshop, facts.CANCELLED, workshop_id, facts.WorkshopCancelled(reason))


def close_workshop(node: Node, workshop_id: bytes, after: AfterClose, *, with_absent: bool = False) -> None:
    """Close it and destroy its door: from here on this box cannot read its names any more. One transaction.

    `after(workshop_id, stop_id)` runs inside it: other rooms settle theirs. `with_absent` first notes absent those
    who hold a place and were not ticked. Raises Problem `workshops.already_closed` or `workshops.hosted_elsewhere`.
    """
    with node.journal.write():
        workshop = _own_workshop(node, workshop_id)
        if workshop.is_closed:
            raise Problem("workshops.already_closed")
        for row in list_missing(node, workshop) if with_absent else ():
            _append(node, workshop, facts.ABSENT, row.person_id, facts.AttendanceAbsent(workshop_id))
        _append(node, workshop, facts.CLOSED, workshop_id, facts.WorkshopClosed())
        identities.destroy_door(node, workshop_id)
        after(workshop_id, workshop.stop_id)


def list_missing(node: Node, workshop: Workshop) -> list[RollRow]:
    """Who holds a place and about whom nothing was noted."""
    roll = queries.list_roll(node.store, workshop.log_no, workshop.workshop_id)
    return [row for row in roll if row.signup_state == "placed" and row.attendance in ("", "undone")]


# -- signing up ---------------------------------------------------------------------------------------------------


def sign_up(node: Node, workshop_id: bytes, signup_id: bytes, person: Person) -> Signup:
    """Ask for a place: the host answers at once, placed or waiting. The same `signup_id` again gives the same sign-up.

    The name goes from memory into an envelope before anything is written. Raises Problem `workshops.cancelled`,
    `.closed`, `.over`, `.full` or `.hosted_elsewhere`.
    """
    workshop = _own_workshop(node, workshop_id)
    told = identities.Identity(name=person.name, phone=person.phone)
    sealed = identities.seal_identity(node, signup_id, told, workshop.door_public or None)
    with node.journal.write():
        known = queries.find_signup(node.store, signup_id)
        if known is None:
            workshop = _own_workshop(node, workshop_id)
            state = rules.settle(workshop.standing(node.clock.wall_ms(), node.clock.is_behind))
            body = facts.SignupAsked(workshop_id, _free_code(node), state, bool(person.phone), workshop.version)
            _append(node, workshop, facts.ASKED, signup_id, body, sealed)
            known = queries.find_signup(node.store, signup_id)
    if known is None or known.workshop_id != workshop_id:
        raise Problem("web.stale_form")
    return known


def cancel_signup(node: Node, signup: Signup, *, by_staff: bool = False) -> None:
    """Give the place back; the first of the waiting list gets it in the same transaction. Twice changes nothing.

    Raises Problem `workshops.closed`, `workshops.cancelled` or `workshops.hosted_elsewhere`.
    """
    with node.journal.write():
        known = queries.find_signup(node.store, signup.signup_id)
        if known is None or known.state == "cancelled":
            return
        workshop = _open_workshop(node, known.workshop_id)
        _append(node, workshop, facts.SIGNUP_CANCELLED, known.signup_id, facts.SignupCancelled(by_staff))
        _promote(node, workshop.workshop_id)


def _promote(node: Node, workshop_id: bytes) -> None:
    """Give the free places to the first of the waiting list. Only inside `write()`."""
    workshop = queries.get_workshop(node.store, workshop_id)
    count = rules.count_promoted(workshop.places, workshop.taken, workshop.waiting)
    for signup_id in queries.list_waiting(node.store, workshop, count):
        _append(node, workshop, facts.PROMOTED, signup_id, facts.SignupPromoted())


def _free_code(node: Node) -> str:
    code = new_code()
    while queries.find_signup_by_code(node.store, code) is not None:
        code = new_code()
    return code


# -- the roll -----------------------------------------------------------------------------------------------------


def note_came(node: Node, workshop_id: bytes, mark: bytes) -> bytes:
    """Tick somebody of the roll, named by the mark of her row; already ticked changes nothing. Her id.

    Raises Problem `workshops.nobody`, `.closed`, `.cancelled` or `.hosted_elsewhere`.
    """
    with node.journal.write():
        workshop = _open_workshop(node, workshop_id)
        row = _get_person(node, workshop, mark)
        if not row.has_come:
            body = facts.AttendanceCame(workshop_id, row.how, row.gender, row.age_band, row.status)
            _append(node, workshop, facts.CAME, row.person_id, body)
    return row.person_id


def undo_came(node: Node, workshop_id: bytes, mark: bytes) -> RollRow:
    """Take a tick back; somebody who waits may get the place that becomes free. Raises Problem like `note_came`."""
    with node.journal.write():
        workshop = _open_workshop(node, workshop_id)
        row = _get_person(node, workshop, mark)
        if row.has_come:
            _append(node, workshop, facts.UNDONE, row.person_id, facts.AttendanceUndone(workshop_id))
            _promote(node, workshop_id)
    return row


def note_ticket(node: Node, workshop_id: bytes, typed: str) -> bytes:
    """Tick by the code of a ticket; needs no name. Her id.

    Raises Problem `workshops.no_ticket`, `workshops.ticket_cancelled`, or `workshops.ticket_elsewhere` with the
    title and start of the workshop it is for (`title`, `starts_at_ms`), and those of `note_came`.
    """
    signup = queries.find_signup_by_code(node.store, read_code(typed))
    if signup is None:
        raise Problem("workshops.no_ticket")
    if signup.workshop_id != workshop_id:
        other = queries.get_workshop(node.store, signup.workshop_id)
        raise Problem("workshops.ticket_elsewhere", title=other.title, starts_at_ms=other.starts_at_ms)
    if signup.state == "cancelled":
        raise Problem("workshops.ticket_cancelled")
    return note_came(node, workshop_id, signup.signup_id)


def add_walk_in(node: Node, workshop_id: bytes, attendance_id: bytes, person: Person, profile: Profile) -> None:
    """Somebody without sign-up who gives a name. Capacity is shown, not enforced: the team is at the door."""
    door_public = _own_workshop(node, workshop_id).door_public or None
    sealed = identities.seal_identity(node, attendance_id, identities.Identity(name=person.name), door_public)
    _add_coming(node, workshop_id, attendance_id, "walk_in", profile, sealed)


def add_anonymous(node: Node, workshop_id: bytes, attendance_id: bytes, profile: Profile) -> None:
    """One more person without a name."""
    _add_coming(node, workshop_id, attendance_id, "anonymous", profile, None)


def _add_coming(
    node: Node, workshop_id: bytes, attendance_id: bytes, how: str, profile: Profile, sealed: bytes | None
) -> None:
    with node.journal.write():
        workshop = _open_workshop(node, workshop_id)
        if not queries.is_attendance_known(node.store, attendance_id):
            body = facts.AttendanceCame(workshop_id, how, **asdict(profile))
            _append(node, workshop, facts.CAME, attendance_id, body, sealed)


# -- what every action checks -------------------------------------------------------------------------------------


def _own_workshop(node: Node, workshop_id: bytes) -> Workshop:
    workshop = queries.get_workshop(node.store, workshop_id)
    if not workshop.is_ours:
        raise Problem("workshops.hosted_elsewhere")
    return workshop


def _open_workshop(node: Node, workshop_id: bytes) -> Workshop:
    workshop = _own_workshop(node, workshop_id)
    if workshop.is_closed:
        raise Problem("workshops.closed")
    if workshop.is_cancelled:
        raise Problem("workshops.cancelled")
    return workshop


def _get_person(node: Node, workshop: Workshop, mark: bytes) -> RollRow:
    found = queries.find_person(node.store, workshop, mark)
    if found is None:
        raise Problem("workshops.nobody")
    return found


def _append(
    node: Node, workshop: Workshop, kind: Kind[B], subject: bytes, body: B, sealed: bytes | None = None
) -> None:
    """Note a fact about this workshop, at home where the workshop is."""
    node.journal.append(kind, subject, body, home=workshop.home, sealed=sealed)


# -- purging ------------------------------------------------------------------------------------------------------


def purge_people(node: Node, workshop: Workshop, subjects: list[bytes], purged: list[tuple[int, int]]) -> None:
    """Leave only the counts of a closed workshop here: what its people were is home. Only inside `write()`.

    `purged` are the numbers of our log that go; the caller has made sure that a receipt covers every one of them.
    """
    totals = facts.WorkshopPurged(workshop.placed, workshop.waiting, workshop.came, workshop.beyond, purged)
    node.journal.forget(subjects, (facts.SIGNUP, facts.ATTENDANCE))
    _append(node, workshop, facts.PURGED, workshop.workshop_id, totals)
