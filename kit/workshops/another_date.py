"""Another date asked for at home: the place somebody has stays hers until the box gives her the other one.

The box alone knows whether the new date has room. So nothing is given back at home: the box does it in the transaction
that places her there, at once or when she moves up its waiting list.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.errors import Problem
from kit.ids import new_dated_id
from kit.people.node import Node
from kit.workshops import actions, facts, queries, vocabulary
from kit.workshops.forms import Person
from kit.workshops.from_home import cancel_from_home, find_state, list_to_come
from kit.workshops.queries import Signup, Workshop


def split_party(party: Sequence[Signup]) -> tuple[list[Signup], list[Signup]]:
    """What stands of a ticket: the places somebody has, and those asked for instead of one of them."""
    standing = [one for one in party if one.state != "cancelled"]
    ids = {one.signup_id for one in standing}
    instead = [one for one in standing if one.instead_of in ids]
    return [one for one in standing if one not in instead], instead


def list_other_dates(node: Node, party: Sequence[Signup], limit: int) -> list[Workshop]:
    """The dates of the same box that somebody may ask for instead, those of the same title first.

    While another one is asked for already, the date she has comes first: choosing it takes the request back. [] for a
    ticket of several dates, or whose workshop is over.
    """
    held, instead = split_party(party)
    if len({one.workshop_id for one in held}) != 1:
        return []
    current = queries.get_workshop(node.store, held[0].workshop_id)
    asked = {current.workshop_id, *(one.workshop_id for one in instead)}
    coming = list_to_come(node.store, node.clock.wall_ms(), 4 * limit)
    free = [
        one for one in coming
        if one.log_no == current.log_no and one.workshop_id not in asked
        and not (one.is_cycle or one.slot_minutes or current.is_closed) and find_state(node, one) == "ask"
    ]  # fmt: skip
    free.sort(key=lambda one: (one.title != current.title, one.starts_at_ms))
    return ([current] if instead and not current.is_closed else []) + free[:limit]


def change_date_from_home(
    node: Node, to: bytes, party: Sequence[Signup], target_id: bytes | None, people: Sequence[Person]
) -> None:
    """Ask for as many places at another date of the same box, under the same code; the last request is the one that
    counts, and the date she has takes it back. A place at a date that was cancelled is given back at once.

    The same again changes nothing. Raises Problem `workshops.not_found` for a date that may not be asked for.
    """
    held, instead = split_party(party)
    if target_id and all(one.workshop_id == target_id for one in instead or held):
        return
    target = next((one for one in list_other_dates(node, party, 200) if one.workshop_id == target_id), None)
    if target is None:
        raise Problem("workshops.not_found")
    is_kept = not queries.get_workshop(node.store, held[0].workshop_id).is_cancelled
    is_new = target.workshop_id != held[0].workshop_id
    wanted = [(new_dated_id(), person, before) for person, before in zip(people, held, strict=True)] if is_new else []
    sealed = [actions.seal(node, target, one, person) for one, person, _ in wanted]
    with node.journal.write():
        for (one, person, before), envelope in zip(wanted, sealed, strict=True):
            told = (target.version, before.party_id, before.access, before.has_guardian, vocabulary.consent()[0], -1)
            asked = facts.SignupAsked(target.workshop_id, before.code, "asked", bool(person.phone), *told)
            body = msgspec.structs.replace(asked, instead_of=before.signup_id if is_kept else b"")
            node.journal.append(facts.ASKED, one, body, home=target.home, sealed=envelope, to=to)
        cancel_from_home(node, to, instead if is_kept else [*held, *instead])
