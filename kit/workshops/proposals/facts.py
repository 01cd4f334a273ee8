"""The facts of proposals: the home side asks, the box that would host the workshop answers.

A proposal to plan has the id of the workshop it asks for: taken up twice, one workshop is planned. Its subject is never
a workshop's history: what the box accepts it notes as facts of its own (journal.md, "Who may write a record").
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.writers import CENTRAL, NAMED
from kit.store import Store
from kit.workshops.facts import Code, Count, Id, Line, WorkshopChanged, insert_row

Clashes = Annotated[list[Line], Meta(max_length=20)]
Key = Annotated[bytes, Meta(max_length=32)]
ACTIONS = ("plan", "change", "cancel")


class ProposalMade(Body, frozen=True):
    """Somebody at home would have this done on the box `kit_id`. `action`: plan, change or cancel.

    `plan` holds every field (plan) or those that differ (change; its `base` is the version she had read).
    `sign_public` is the key of that box: its answer alone counts. Empty, from an earlier version: nobody is named.
    """

    action: Code
    kit_id: Id
    workshop_id: Id
    plan: WorkshopChanged
    reason: Line = ""
    sign_public: Key = b""


class ProposalWithdrawn(Body, frozen=True):
    """Home asks no longer. What the box had done already stays."""


class ProposalAnswered(Body, frozen=True):
    """The box's word: accepted, refused, or flagged (its mediator decides; `clashes` say why, in codes)."""

    state: Code
    clashes: Clashes
    version: Count = 0


MADE = Kind("workshop_proposal.made", ProposalMade, writers=CENTRAL, names=lambda made: made.sign_public)
WITHDRAWN = Kind("workshop_proposal.withdrawn", ProposalWithdrawn, writers=CENTRAL)
ANSWERED = Kind("workshop_proposal.answered", ProposalAnswered, writers=NAMED)
_LAST = ("accepted", "refused")


def fold_proposal(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One proposal: a yes or no stays; else withdrawn, else as the box flagged it last, else it waits."""
    store.run("DELETE FROM workshop_proposal WHERE proposal_id = ?", subject)
    made = next((fact for fact in facts if fact.kind == MADE.name), None)
    if made is None:
        return
    answers = [fact for fact in facts if fact.kind == ANSWERED.name]
    row: dict[str, object] = {
        "log_no": log_number(store, made.home, None, None),
        "proposal_id": subject,
        "home": made.home,
        "kit_id": made.body.kit_id,
        "workshop_id": made.body.workshop_id,
        "action": made.body.action if made.body.action in ACTIONS else "",
        "plan": msgspec.msgpack.encode(made.body.plan),
        "reason": made.body.reason,
        "state": _state(facts, answers),
        "clashes": "|".join(answers[-1].body.clashes) if answers else "",
        "noted_at_ms": max(0, made.moment.wall_ms),
    }
    insert_row(store, "workshop_proposal", row)


def _state(facts: list[Fact], answers: list[Fact]) -> str:
    said = [fact.body.state for fact in answers]
    final = next((state for state in said if state in _LAST), None)
    if final:
        return str(final)
    if any(fact.kind == WITHDRAWN.name for fact in facts):
        return "withdrawn"
    return "flagged" if said else "waiting"


PROPOSAL = Thing("workshop_proposal", (MADE, WITHDRAWN, ANSWERED), ("workshop_proposal",), fold_proposal)
THINGS: tuple[Thing, ...] = (PROPOSAL,)
