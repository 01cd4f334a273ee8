"""Places asked for at home: the central seals them to the box's door, and the box, their host, answers later."""

from __future__ import annotations

from collections.abc import Sequence

from kit.errors import Problem
from kit.ids import new_dated_id
from kit.people.node import Node
from kit.store import Store
from kit.workshops import actions, facts, queries, rules, series, series_actions
from kit.workshops.forms import Asking, Person
from kit.workshops.queries import Signup, Workshop, read_signup


def list_to_come(store: Store, from_ms: int, limit: int) -> list[Workshop]:
    """The workshops that will take place, by day: what the tour's page shows."""
    coming = queries.list_between(store, from_ms, 2**53, limit, 0)
    return [one for one in coming if not one.is_closed]


def find_state(node: Node, workshop: Workshop) -> str:
    """What somebody who asks at home is told: `ask`, or why not (cancelled, closed, over, early, late)."""
    state = rules.find_state(workshop.standing(node.clock.wall_ms(), not node.is_hour_sure))
    return "ask" if state in ("open", "waiting", "full") else state


def ask_from_home(
    node: Node, to: bytes, workshop_id: bytes, party_id: bytes, people: Sequence[Person], asking: Asking
) -> list[Signup]:
    """Ask for places at a workshop of the kit `to`, of a cycle at every date still to come. The same id: nothing new.

    Each stays "asked" until its box answers.

    Raises Problem `workshops.cancelled`, `.closed`, `.over`, `.not_open_yet` or `.sign_up_ended`.
    """
    workshop = queries.get_workshop(node.store, workshop_id)
    state = find_state(node, workshop)
    if state != "ask":
        raise Problem(rules.REFUSALS[state])
    dates = [workshop, *(series_actions.list_later(node, workshop) if workshop.is_cycle else ())]
    wanted = [(date, new_dated_id(), person) for date in dates for person in people]
    wanted[0] = (workshop, party_id, people[0])
    sealed = [actions.seal(node, date, one, person) for date, one, person in wanted]
    with node.journal.write():
        known = queries.find_signup(node.store, party_id)
        code = known.code if known else actions.free_code(node)
        for (date, one, person), envelope in zip(wanted, sealed, strict=True) if known is None else ():
            told = (date.version, party_id, asking.access, asking.has_guardian, asking.consent, asking.slot)
            body = facts.SignupAsked(date.workshop_id, code, "asked", bool(person.phone), *told)
            node.journal.append(facts.ASKED, one, body, home=date.home, sealed=envelope, to=to)
    return queries.list_by_code(node.store, code)


def cancel_from_home(node: Node, to: bytes, party: Sequence[Signup]) -> None:
    """Give the places of a ticket back; the box hears of it and gives them to the next. Twice changes nothing."""
    with node.journal.write():
        for signup in party:
            if signup.state != "cancelled":
                home = queries.get_workshop(node.store, signup.workshop_id).home
                node.journal.append(facts.SIGNUP_CANCELLED, signup.signup_id, facts.SignupCancelled(), home=home, to=to)


# -- the box's answer ---------------------------------------------------------------------------------------------


def answer_asked(node: Node) -> int:
    """Give places to what was asked for at home, first come first; how many were answered.

    Whoever finds no place waits, whatever the length of the list: nobody is dropped. Places given back at home go to
    the next of the list.
    """
    if not list_asked(node.store):
        return _promote_all(node)
    with node.journal.write():
        asked = list_asked(node.store)
        for signup in asked:
            workshop = queries.get_workshop(node.store, signup.workshop_id)
            state = _place_or_wait(node, workshop, signup.slot)
            actions.append(node, workshop, facts.SETTLED, signup.signup_id, facts.SignupSettled(state))
            if state == "placed":
                actions.give_up_former(node, signup)
    return len(asked) + _promote_all(node)


def _place_or_wait(node: Node, workshop: Workshop, slot: int) -> str:
    standing = workshop.standing(node.clock.wall_ms(), not node.is_hour_sure)
    is_free = standing.taken < standing.places and standing.waiting == 0
    if workshop.slot_minutes and slot not in series.list_free_slots(node.store, workshop):
        return "waiting"
    return "placed" if is_free else "waiting"


def _promote_all(node: Node) -> int:
    """Workshops of ours with people who wait and a free place (somebody gave hers back at home)."""
    found = _list_with_waiting(node.store)
    free = [one for one in found if rules.count_promoted(one.places, one.taken, one.waiting) and not one.slot_minutes]
    if free:
        with node.journal.write():
            for workshop in free:
                actions.promote(node, workshop.workshop_id)
    return len(free)


def list_asked(store: Store) -> list[Signup]:
    """What waits for an answer of this box, in the order it was asked."""
    rows = store.rows(
        "SELECT s.*, l.is_own AS is_ours FROM signup s JOIN log l ON l.log_no = s.log_no "
        "JOIN workshop w ON w.log_no = s.log_no AND w.workshop_id = s.workshop_id "
        "WHERE l.is_own = 1 AND s.state = 'asked' AND w.is_closed = 0 AND w.is_cancelled = 0 "
        "ORDER BY s.boot, s.mono_ms, s.seq, s.signup_id"
    )
    return [read_signup(row) for row in rows]


def _list_with_waiting(store: Store) -> list[Workshop]:
    rows = store.rows(
        f"{queries.SELECT} WHERE l.is_own = 1 AND w.is_closed = 0 AND w.is_cancelled = 0 AND w.workshop_id IN "
        "(SELECT workshop_id FROM signup WHERE state = 'waiting')"
    )
    return [queries.read_workshop(row) for row in rows]
