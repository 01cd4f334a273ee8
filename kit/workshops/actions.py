"""What can be done with workshops: each is one immediate transaction that asks the rule inside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import asdict

from kit.errors import Problem
from kit.ids import new_code, new_dated_id, read_code
from kit.journal import Body, Kind
from kit.people import identities
from kit.people.node import Node
from kit.workshops import facts, queries, rules, series, ticket_address
from kit.workshops.forms import Asking, NewWorkshop, Person, Profile
from kit.workshops.queries import RollRow, Signup, Workshop

B = TypeVar("B", bound=Body)
AfterClose = Callable[[bytes, bytes], None]
NOTHING = Asking()
NOT_ASKED = Profile()

# -- planning -----------------------------------------------------------------------------------------------------


def plan_workshop(node: Node, plan: NewWorkshop, workshop_id: bytes | None = None) -> bytes:
    """Plan a workshop and make its door. The same id again (a form posted twice) changes nothing. Its id."""
    workshop_id = workshop_id or new_dated_id()
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
        workshop = open_workshop(node, workshop_id)
        if workshop.version != version:
            raise Problem("workshops.changed_meanwhile")
        return note_change(node, workshop, asdict(plan))


def note_change(node: Node, workshop: Workshop, fields: Mapping[str, Any]) -> bool:
    """Note those of these fields that differ from what stands; the waiting list moves up. True if any did.

    Only inside `write()`. Raises Problem like `open_workshop`.
    """
    new = {name: value for name, value in fields.items() if value != getattr(workshop, name)}
    if new:
        open_workshop(node, workshop.workshop_id)
        append(node, workshop, facts.CHANGED, workshop.workshop_id, facts.WorkshopChanged(workshop.version, **new))
        promote(node, workshop.workshop_id)
    return bool(new)


def choose_supports(node: Node, workshop_id: bytes, more: bytes, less: bytes) -> None:
    """Add a work to those a workshop stands on, or take one away; the same again changes nothing.

    Raises Problem like `open_workshop`, and `workshops.too_many_supports`.
    """
    with node.journal.write():
        workshop = own_workshop(node, workshop_id)
        kept = [one for one in rules.split_ids(workshop.supports) if one != less]
        kept += [more] if more and more not in kept else []
        if len(kept) > rules.MOST_SUPPORTS:
            raise Problem("workshops.too_many_supports")
        note_change(node, workshop, {"supports": b"".join(kept)})


def cancel_workshop(node: Node, workshop_id: bytes, reason: str, merged_into: bytes = b"") -> None:
    """Say that it will not take place; the tickets show it. Raises Problem like `change_workshop`."""
    with node.journal.write():
        workshop = open_workshop(node, workshop_id)
        append(node, workshop, facts.CANCELLED, workshop_id, facts.WorkshopCancelled(reason, merged_into))


def close_workshop(node: Node, workshop_id: bytes, after: AfterClose, *, with_absent: bool = False) -> None:
    """Close it and destroy its door: from here on this box cannot read its names any more. One transaction.

    `after(workshop_id, stop_id)` runs inside it: other rooms settle theirs. `with_absent` first notes absent those
    who hold a place and were not ticked. Raises Problem `workshops.already_closed` or `workshops.hosted_elsewhere`.
    """
    with node.journal.write():
        workshop = own_workshop(node, workshop_id)
        if workshop.is_closed:
            raise Problem("workshops.already_closed")
        for row in list_missing(node, workshop) if with_absent else ():
            append(node, workshop, facts.ABSENT, row.person_id, facts.AttendanceAbsent(workshop_id))
        append(node, workshop, facts.CLOSED, workshop_id, facts.WorkshopClosed())
        identities.destroy_door(node, workshop_id)
        after(workshop_id, workshop.stop_id)


def list_missing(node: Node, workshop: Workshop) -> list[RollRow]:
    """Who holds a place and about whom nothing was noted."""
    roll = queries.list_roll(node.store, workshop.log_no, workshop.workshop_id)
    alone = [row for row in roll if not row.merged_into]
    return [row for row in alone if row.signup_state == "placed" and row.attendance in ("", "undone")]


# -- signing up ---------------------------------------------------------------------------------------------------


def sign_up(node: Node, workshop_id: bytes, signup_id: bytes, person: Person, asking: Asking = NOTHING) -> Signup:
    """Ask for one place: see `sign_up_party`."""
    return sign_up_party(node, workshop_id, signup_id, [person], asking)[0]


def sign_up_party(
    node: Node, workshop_id: bytes, party_id: bytes, people: Sequence[Person], asking: Asking = NOTHING
) -> list[Signup]:
    """Ask for places: the host answers at once, each placed or waiting; of a cycle, for every date still to come.

    Names go from memory into envelopes before anything is written. The same `party_id` again (a form posted twice)
    gives the same sign-ups. All or nothing: raises Problem `workshops.cancelled`, `.closed`, `.over`, `.full`,
    `.not_open_yet`, `.sign_up_ended`, `.no_slot` or `.hosted_elsewhere`.
    """
    workshop = own_workshop(node, workshop_id)
    dates = [workshop, *(_other_dates(node, workshop) if workshop.is_cycle else ())]
    wanted = [(date, new_dated_id(), person) for date in dates for person in people]
    wanted[0] = (workshop, party_id, people[0])
    sealed = [seal(node, date, signup_id, person) for date, signup_id, person in wanted]
    with node.journal.write():
        known = queries.find_signup(node.store, party_id)
        if known is None:
            code = free_code(node)
            for (date, signup_id, person), envelope in zip(wanted, sealed, strict=True):
                now = own_workshop(node, date.workshop_id)
                told = (party_id, asking.access, asking.has_guardian, asking.consent, asking.slot)
                state = settle(node, now, asking.slot)
                body = facts.SignupAsked(date.workshop_id, code, state, bool(person.phone), now.version, *told)
                append(node, now, facts.ASKED, signup_id, body, envelope)
            known = queries.find_signup(node.store, party_id)
    if known is None or known.workshop_id != workshop_id:
        raise Problem("web.stale_form")
    return queries.list_by_code(node.store, known.code)


def seal(node: Node, workshop: Workshop, subject: bytes, person: Person) -> bytes:
    """The envelope of somebody, for the organisation and the door of the workshop."""
    told = identities.Identity(name=person.name, phone=person.phone)
    return identities.seal_identity(node, subject, told, workshop.door_public or None)


def _other_dates(node: Node, workshop: Workshop) -> list[Workshop]:
    """The later dates of a cycle that will take place."""
    dates = series.list_dates(node.store, workshop.series_id)
    return [
        one
        for one in dates
        if one.starts_at_ms > workshop.starts_at_ms and one.is_ours and not one.is_cancelled and not one.is_closed
    ]


def settle(node: Node, workshop: Workshop, slot: int) -> str:
    """What the host answers now. Only inside `write()`."""
    state = rules.settle(workshop.standing(node.clock.wall_ms(), not node.is_hour_sure))
    if workshop.slot_minutes and slot not in series.list_free_slots(node.store, workshop):
        raise Problem("workshops.no_slot")
    return state


def cancel_signup(node: Node, signup: Signup, *, by_staff: bool = False) -> None:
    """Give the place back; the first of the waiting list gets it in the same transaction. Twice changes nothing.

    Raises Problem `workshops.closed`, `workshops.cancelled` or `workshops.hosted_elsewhere`.
    """
    with node.journal.write():
        known = queries.find_signup(node.store, signup.signup_id)
        if known is None or known.state == "cancelled":
            return
        workshop = open_workshop(node, known.workshop_id)
        append(node, workshop, facts.SIGNUP_CANCELLED, known.signup_id, facts.SignupCancelled(by_staff))
        promote(node, workshop.workshop_id)


def cancel_party(node: Node, signups: Sequence[Signup]) -> None:
    """Give every place of a ticket back, in one transaction. Raises Problem like `cancel_signup`."""
    with node.journal.write():
        for signup in signups:
            workshop = queries.get_workshop(node.store, signup.workshop_id)
            if len(signups) == 1 or (signup.state != "cancelled" and not workshop.is_closed):
                cancel_signup(node, signup)


def promote(node: Node, workshop_id: bytes) -> None:
    """Give the free places to the first of the waiting list. Only inside `write()`."""
    workshop = queries.get_workshop(node.store, workshop_id)
    count = rules.count_promoted(workshop.places, workshop.taken, workshop.waiting)
    for signup_id in queries.list_waiting(node.store, workshop, count):
        append(node, workshop, facts.PROMOTED, signup_id, facts.SignupPromoted())
        give_up_former(node, queries.find_signup(node.store, signup_id))


def give_up_former(node: Node, signup: Signup | None) -> None:
    """She has the place she asked for instead of another: that one goes to the next, unless she came there.

    Only inside `write()`.
    """
    former = queries.find_signup(node.store, signup.instead_of) if signup and signup.instead_of else None
    if former is None or former.state == "cancelled":
        return
    workshop = queries.get_workshop(node.store, former.workshop_id)
    if workshop.is_closed or not workshop.is_ours or get_person(node, workshop, former.signup_id).has_come:
        return
    append(node, workshop, facts.SIGNUP_CANCELLED, former.signup_id, facts.SignupCancelled())
    if not workshop.is_cancelled:
        promote(node, workshop.workshop_id)


def free_code(node: Node) -> str:
    """A ticket code that no sign-up known here has."""
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
        workshop = open_workshop(node, workshop_id)
        row = get_person(node, workshop, mark)
        if not row.has_come:
            body = facts.AttendanceCame(workshop_id, row.how, row.gender, row.age_band, row.status)
            append(node, workshop, facts.CAME, row.person_id, body)
    return row.person_id


def undo_came(node: Node, workshop_id: bytes, mark: bytes) -> RollRow:
    """Take a tick back; somebody who waits may get the place that becomes free. Raises Problem like `note_came`."""
    with node.journal.write():
        workshop = open_workshop(node, workshop_id)
        row = get_person(node, workshop, mark)
        if row.has_come:
            append(node, workshop, facts.UNDONE, row.person_id, facts.AttendanceUndone(workshop_id))
            promote(node, workshop_id)
    return row


def note_ticket(node: Node, workshop_id: bytes, typed: str) -> list[bytes]:
    """Tick everybody behind the code of a ticket; needs no name. Their ids; ticking again changes nothing.

    Raises what `find_expected` says is wrong with the ticket, and the Problems of `note_came`.
    """
    expected = find_expected(node, workshop_id, typed)
    with node.journal.write():
        return [note_came(node, workshop_id, signup.signup_id) for signup in expected]


def is_ticket_noted(node: Node, workshop_id: bytes, typed: str) -> bool:
    """True when everybody behind a ticket was ticked already. Raises like `find_expected`."""
    workshop = queries.get_workshop(node.store, workshop_id)
    return all(get_person(node, workshop, one.signup_id).has_come for one in find_expected(node, workshop_id, typed))


def find_expected(node: Node, workshop_id: bytes, typed: str) -> list[Signup]:
    """Who a ticket brings to this workshop. Raises Problem, each saying what the ticket is for:

    `workshops.no_ticket`; `.ticket_other_box` (its QR says whose it is); `.ticket_other_day` and `.ticket_elsewhere`;
    `.ticket_off` (that workshop was cancelled); `.ticket_cancelled` (the place was given back).
    """
    party = queries.list_by_code(node.store, read_code(typed))
    if not party:
        whose = ticket_address.read_ticket_address(typed)
        if whose and whose[0] != node.settings.node_name:
            raise Problem("workshops.ticket_other_box", box=whose[0], starts_at_ms=whose[1])
        raise Problem("workshops.no_ticket")
    here = [signup for signup in party if signup.workshop_id == workshop_id]
    if not here:
        raise _for_another(node, workshop_id, party)
    expected = [signup for signup in here if signup.state != "cancelled"]
    if not expected:
        raise Problem("workshops.ticket_cancelled")
    return expected


def _for_another(node: Node, workshop_id: bytes, party: Sequence[Signup]) -> Problem:
    """What to say of a ticket for other workshops: of those, the one that begins nearest to this one."""
    this = queries.get_workshop(node.store, workshop_id)
    kept = [one for one in party if one.state != "cancelled"]
    if not kept:
        return Problem("workshops.ticket_cancelled")
    others = [queries.get_workshop(node.store, one.workshop_id) for one in kept]
    other = min(others, key=lambda one: (one.is_cancelled, abs(one.starts_at_ms - this.starts_at_ms)))
    start, end = rules.day_bounds(this.starts_at_ms, node.settings.timezone)
    told = {"title": other.title, "starts_at_ms": other.starts_at_ms}
    if other.is_cancelled:
        return Problem("workshops.ticket_off", **told)
    is_same_day = start <= other.starts_at_ms < end
    return Problem("workshops.ticket_elsewhere" if is_same_day else "workshops.ticket_other_day", **told)


def add_walk_in(node: Node, workshop_id: bytes, attendance_id: bytes, person: Person, profile: Profile) -> None:
    """Somebody without sign-up who gives a name. Capacity is shown, not enforced: the team is at the door."""
    door_public = own_workshop(node, workshop_id).door_public or None
    sealed = identities.seal_identity(node, attendance_id, identities.Identity(name=person.name), door_public)
    _add_coming(node, workshop_id, attendance_id, "walk_in", profile, sealed)


def add_anonymous(
    node: Node, workshop_id: bytes, attendance_id: bytes, profile: Profile = NOT_ASKED, count: int = 1
) -> None:
    """More people without a name, each a fact of its own; the same `attendance_id` again changes nothing."""
    with node.journal.write():
        if not queries.is_attendance_known(node.store, attendance_id):
            for number in range(count):
                _add_coming(node, workshop_id, new_dated_id() if number else attendance_id, "anonymous", profile, None)


def _add_coming(
    node: Node, workshop_id: bytes, attendance_id: bytes, how: str, profile: Profile, sealed: bytes | None
) -> None:
    with node.journal.write():
        workshop = open_workshop(node, workshop_id)
        if not queries.is_attendance_known(node.store, attendance_id):
            body = facts.AttendanceCame(workshop_id, how, **asdict(profile))
            append(node, workshop, facts.CAME, attendance_id, body, sealed)


# -- what every action checks -------------------------------------------------------------------------------------


def own_workshop(node: Node, workshop_id: bytes) -> Workshop:
    """A workshop this node is the host of. Raises Problem `workshops.hosted_elsewhere` or `.not_found`."""
    workshop = queries.get_workshop(node.store, workshop_id)
    if not workshop.is_ours:
        raise Problem("workshops.hosted_elsewhere")
    return workshop


def open_workshop(node: Node, workshop_id: bytes) -> Workshop:
    """The same, when it goes on. Raises Problem `workshops.closed` or `.cancelled`."""
    workshop = own_workshop(node, workshop_id)
    if workshop.is_closed:
        raise Problem("workshops.closed")
    if workshop.is_cancelled:
        raise Problem("workshops.cancelled")
    return workshop


def get_person(node: Node, workshop: Workshop, mark: bytes) -> RollRow:
    """The person of a row, or of the row that stands for her (noted twice). Raises Problem `workshops.nobody`."""
    found = queries.find_person(node.store, workshop, mark)
    if found is not None and found.merged_into:
        found = queries.find_person(node.store, workshop, found.merged_into)
    if found is None:
        raise Problem("workshops.nobody")
    return found


def append(node: Node, workshop: Workshop, kind: Kind[B], subject: bytes, body: B, sealed: bytes | None = None) -> None:
    """Note a fact about this workshop, at home where the workshop is."""
    node.journal.append(kind, subject, body, home=workshop.home, sealed=sealed)


# -- purging ------------------------------------------------------------------------------------------------------


def purge_people(node: Node, workshop: Workshop, subjects: list[bytes], purged: list[tuple[int, int]]) -> None:
    """Leave only the counts of a closed workshop here: what its people were is home. Only inside `write()`.

    `purged` are the numbers of our log that go; the caller has made sure that a receipt covers every one of them.
    """
    totals = facts.WorkshopPurged(workshop.placed, workshop.waiting, workshop.came, workshop.beyond, purged)
    node.journal.forget(subjects, (facts.SIGNUP, facts.ATTENDANCE))
    append(node, workshop, facts.PURGED, workshop.workshop_id, totals)
