"""What is noted at the door beside a tick: how long somebody stayed, who she is, counts, requests without an answer."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors import Problem
from kit.people import identities
from kit.people.node import Node
from kit.workshops import actions, door_facts, door_queries, facts, queries
from kit.workshops.forms import Details, Stay
from kit.workshops.queries import RollRow


def note_stay(node: Node, workshop_id: bytes, mark: bytes, stay: Stay) -> RollRow:
    """Late, left early, half-days; whoever was not ticked is. Raises Problem like `actions.note_came`."""
    with node.journal.write():
        actions.note_came(node, workshop_id, mark)
        workshop = actions.open_workshop(node, workshop_id)
        row = actions.get_person(node, workshop, mark)
        if stay != Stay(row.is_late, row.left_early, row.halves):
            body = facts.AttendanceStayed(stay.is_late, stay.left_early, stay.halves)
            actions.append(node, workshop, facts.STAYED, row.person_id, body)
    return row


def note_details(node: Node, workshop_id: bytes, mark: bytes, details: Details) -> RollRow:
    """Seal what staff wrote about somebody in a new envelope; her card, when given, is noted beside.

    Raises Problem `workshops.nobody`, `.closed`, `.cancelled` or `.hosted_elsewhere`.
    """
    told = identities.Identity(details.name, details.phone, year=details.year, commune=details.commune)
    with node.journal.write():
        workshop = actions.open_workshop(node, workshop_id)
        row = actions.get_person(node, workshop, mark)
        sealed = identities.seal_identity(node, row.person_id, told, workshop.door_public or None)
        if row.signup_state:
            signup = facts.SignupTold(bool(details.phone), details.has_guardian)
            actions.append(node, workshop, facts.SIGNUP_TOLD, row.person_id, signup, sealed)
        if not row.signup_state or details.card:
            body = facts.AttendanceTold(details.card)
            actions.append(node, workshop, facts.TOLD, row.person_id, body, None if row.signup_state else sealed)
    return row


def count_margins(node: Node, workshop_id: bytes, version: int, counts: Mapping[str, dict[str, int]]) -> None:
    """Note how many of the people without a name are said to be so; the caller read `version` before.

    Raises Problem `workshops.changed_meanwhile`, `.closed`, `.cancelled`, `.hosted_elsewhere`, or `.counts` when a
    family counts more people than there are.
    """
    with node.journal.write():
        workshop = actions.open_workshop(node, workshop_id)
        known, _ = door_queries.read_margins(node.store, workshop)
        if known != version:
            raise Problem("workshops.changed_meanwhile")
        for family, total in door_queries.count_to_tell(node.store, workshop).items():
            if (told := sum(counts[family].values())) > total:
                raise Problem("workshops.counts", sum=told, total=total)
        body = door_facts.MarginsCounted(version, **counts)
        actions.append(node, workshop, door_facts.COUNTED, workshop_id, body)


def note_unanswered(node: Node, request_id: bytes, workshop_id: bytes, told: tuple[str, str, str]) -> None:
    """Somebody asked for help that could not be given: theme, commune, reason. The same id again changes nothing."""
    theme, commune, reason = told
    with node.journal.write():
        home = queries.get_workshop(node.store, workshop_id).home if workshop_id else None
        if not node.journal.facts_of(door_facts.REQUEST, request_id):
            body = door_facts.RequestUnanswered(workshop_id, theme, commune, reason)
            node.journal.append(door_facts.UNANSWERED, request_id, body, home=home)


def as_stay(row: RollRow) -> dict[str, str]:
    """What is noted of her stay, as the form's text."""
    bits = {"late": row.is_late, "early": row.left_early, "half1": row.halves & 1, "half2": row.halves & 2}
    return {name: "1" if is_set else "" for name, is_set in bits.items()}
