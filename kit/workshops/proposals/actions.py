"""Asking the box from home, and the box's answer: each is one immediate transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from kit.errors import Problem
from kit.people import identities
from kit.people.node import Node
from kit.workshops import actions, series_actions
from kit.workshops import facts as workshop_facts
from kit.workshops import queries as workshops
from kit.workshops.facts import WorkshopChanged
from kit.workshops.forms import NewWorkshop, Repeat
from kit.workshops.proposals import facts, queries, rules
from kit.workshops.proposals.queries import Proposal
from kit.workshops.queries import Workshop


class Box(msgspec.Struct, frozen=True):
    """The box that is asked, and the key by which its answer is believed."""

    kit_id: bytes
    sign_public: bytes


# -- at home ------------------------------------------------------------------------------------------------------


def propose_plan(node: Node, box: Box, plan: NewWorkshop, repeat: Repeat, first_id: bytes) -> list[bytes]:
    """Ask a box to host a workshop on every date of `repeat`; the ids it will have. The same `first_id`: nothing new.

    Each date is a proposal of its own: one that clashes holds up no other.
    """
    dates = series_actions.list_plans(node, plan, repeat)
    together = {"series_id": first_id, "is_cycle": repeat.is_cycle} if len(dates) > 1 else {}
    ids = [first_id if number == 0 else _id_of(first_id, b"date", number) for number in range(len(dates))]
    with node.journal.write():
        for date, workshop_id in zip(dates, ids, strict=True):
            told = WorkshopChanged(0, **msgspec.structs.asdict(msgspec.structs.replace(date, **together)))
            _make(node, workshop_id, _body("plan", box, workshop_id, told))
    return ids


def propose_change(
    node: Node, box: Box, found: Workshop, plan: NewWorkshop, ask_id: bytes, *, later: bool = False
) -> int:
    """Ask the box to change what differs from what is known here; with `later`, on the later dates too. How many.

    A later date keeps its day and its stop; its hour moves along (see `series_actions.later_change`).
    """
    dates = series_actions.list_later(node, found) if later else []
    asked = [(found, _differences(found, msgspec.structs.asdict(plan)))]
    asked += [(one, _differences(one, series_actions.later_change(node, found, plan, one))) for one in dates]
    with node.journal.write():
        for one, fields in asked:
            if fields:
                body = _body("change", box, one.workshop_id, WorkshopChanged(one.version, **fields))
                _make(node, _id_of(ask_id, one.workshop_id), body)
    return sum(bool(fields) for _, fields in asked)


def propose_fields(node: Node, box: Box, found: Workshop, fields: Mapping[str, Any], ask_id: bytes) -> bool:
    """Ask the box to change these fields of one date; False when none differs from what is known here."""
    wanted = _differences(found, fields)
    if wanted:
        told = WorkshopChanged(found.version, **wanted)
        _make(node, _id_of(ask_id, found.workshop_id), _body("change", box, found.workshop_id, told))
    return bool(wanted)


def propose_cancelling(
    node: Node, box: Box, found: Workshop, reason: str, ask_id: bytes, *, later: bool = False
) -> int:
    """Ask the box to cancel a date; with `later`, those after it too. How many."""
    asked = [found, *(series_actions.list_later(node, found) if later else [])]
    with node.journal.write():
        for one in asked:
            told = _body("cancel", box, one.workshop_id, WorkshopChanged(one.version), reason)
            _make(node, _id_of(ask_id, one.workshop_id), told)
    return len(asked)


def withdraw(node: Node, proposal_id: bytes | None) -> bool:
    """Ask no longer; False when the box had settled it. Raises Problem `workshops.no_proposal`."""
    with node.journal.write():
        found = queries.get_proposal(node.store, proposal_id)
        if found.is_open:
            node.journal.append(
                facts.WITHDRAWN, found.proposal_id, facts.ProposalWithdrawn(), home=found.home, to=found.kit_id
            )
    return found.is_open


def _body(action: str, box: Box, workshop_id: bytes, told: WorkshopChanged, reason: str = "") -> facts.ProposalMade:
    return facts.ProposalMade(action, box.kit_id, workshop_id, told, reason, box.sign_public)


def _make(node: Node, proposal_id: bytes, body: facts.ProposalMade) -> None:
    if queries.find_proposal(node.store, proposal_id) is None:
        node.journal.append(facts.MADE, proposal_id, body, to=body.kit_id)


def _id_of(ask_id: bytes, about: bytes, number: int = 0) -> bytes:
    """The same form posted twice asks for the same things."""
    made = hashlib.blake2b(ask_id + about + number.to_bytes(2), digest_size=16, person=b"valise.propose")
    return made.digest()


def _differences(known: Workshop, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value != getattr(known, name)}


# -- on the box ---------------------------------------------------------------------------------------------------


def take_up(node: Node) -> int:
    """Do what was asked and clashes with nothing, flag the rest to the mediator; how many were done.

    What was flagged is looked at again: what stood against it may be gone. A box without a team waits.
    """
    if not queries.count_open(node.store) or not identities.is_ready(node):
        return 0
    done = 0
    with node.journal.write():
        for one in queries.list_open(node.store):
            clashes = find_clashes(node, one)
            if not clashes:
                _accept(node, one)
                done += 1
            elif one.state == "waiting" or list(one.clashes) != clashes:
                _answer(node, one, "flagged", clashes)
    return done


def settle(node: Node, proposal_id: bytes | None, is_accepted: bool) -> Proposal:
    """The mediator's yes or no to what was flagged. Raises Problem `workshops.no_proposal`, `.proposal_settled`, or
    what the change itself refuses (`workshops.closed`, `.cancelled`, `.not_found`, `people.not_set_up`)."""
    with node.journal.write():
        found = queries.get_proposal(node.store, proposal_id)
        if not found.is_open:
            raise Problem("workshops.proposal_settled")
        if is_accepted:
            _accept(node, found)
        else:
            _answer(node, found, "refused", list(found.clashes))
    return found


def find_clashes(node: Node, one: Proposal) -> list[str]:
    """What stands against a proposal now."""
    here = rules.Here(
        node.clock.wall_ms() if node.is_hour_sure else 0,
        queries.list_busy(node.store, one.workshop_id),
        {stop.stop_id for stop in node.list_stops() if not stop.is_closed},
    )
    known = workshops.find_workshop(node.store, one.workshop_id)
    if one.action == "plan":
        plan = one.plan
        if known is not None:
            return []  # planned already: a crash between two words, or the same proposal by another way
        return rules.clashes_of_date(plan.starts_at_ms or 0, plan.length_minutes or 1, plan.stop_id or b"", here)
    standing = _known(node, known, one) if known is not None and known.is_ours else None
    if one.action == "cancel":
        return [] if known is not None and known.is_cancelled else rules.clashes_of_cancelling(standing)
    return rules.clashes_of_change(_still_new(one, known), standing, here) if one.action == "change" else ["unknown"]


def _known(node: Node, workshop: Workshop, one: Proposal) -> rules.Known:
    since: dict[str, object] = {}
    for fact in node.journal.facts_of(workshop_facts.WORKSHOP, workshop.workshop_id):
        if fact.kind == workshop_facts.CHANGED.name and fact.body.base >= one.plan.base:
            told = msgspec.structs.asdict(fact.body)
            since |= {name: value for name, value in told.items() if value is not None and name != "base"}
    people = workshop.placed + workshop.waiting
    is_gone = workshop.is_closed or workshop.is_cancelled
    return rules.Known(is_gone, people, workshop.taken, workshop.starts_at_ms, workshop.length_minutes, since)


def _still_new(one: Proposal, known: Workshop | None) -> dict[str, Any]:
    """The fields that differ from what stands: somebody here may have changed the same to the same."""
    return {name: value for name, value in one.fields.items() if known is None or getattr(known, name) != value}


def _accept(node: Node, one: Proposal) -> None:
    if one.action == "plan":
        actions.plan_workshop(node, NewWorkshop(**dict[str, Any](one.fields)), one.workshop_id)
    elif one.action == "cancel":
        if not workshops.get_workshop(node.store, one.workshop_id).is_cancelled:
            actions.cancel_workshop(node, one.workshop_id, one.reason)
    else:
        known = workshops.get_workshop(node.store, one.workshop_id)
        actions.note_change(node, known, one.fields)
    _answer(node, one, "accepted", [])


def _answer(node: Node, one: Proposal, state: str, clashes: list[str]) -> None:
    found = workshops.find_workshop(node.store, one.workshop_id)
    body = facts.ProposalAnswered(state, clashes, found.version if found else 0)
    node.journal.append(facts.ANSWERED, one.proposal_id, body, home=one.home)
