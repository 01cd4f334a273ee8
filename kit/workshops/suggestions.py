"""Who may be the same person, without e-mail: names of the rolls that are open, read in memory for one request."""

from __future__ import annotations

import msgspec

from kit.people import identities
from kit.people.actions import Staff
from kit.people.node import Node
from kit.workshops import door_queries, roll, rules
from kit.workshops.queries import Workshop
from kit.workshops.roll import RollLine

MOST = 5


class Alike(msgspec.Struct, frozen=True):
    """Somebody of another open roll who may be the same person; `is_sure` when year or commune agree as well."""

    name: str
    title: str
    starts_at_ms: int
    is_sure: bool


def list_expected(node: Node, staff: Staff, workshop: Workshop, name: str) -> list[RollLine]:
    """People of this roll who are not ticked yet and whose name is like this one: a walk-in may have signed up."""
    lines = roll.open_roll(node, staff, workshop).lines
    waiting = [line for line in lines if not line.row.has_come and line.name and line.row.signup_state]
    return [line for line in waiting if rules.is_alike(line.name, name)][:MOST]


def list_alike(node: Node, staff: Staff, workshop: Workshop, line: RollLine) -> list[Alike]:
    """People of our other open rolls who may be this one; nobody whose year is another. The surest come first."""
    vault = staff.vault()
    if not vault or not line.name:
        return []
    rows = door_queries.list_other_rolls(node.store, workshop)
    known = identities.read_behind_doors(node, vault, [row["sealed"] for row in rows])
    found = []
    for row, person in zip(rows, known, strict=True):
        if person is None or not rules.is_alike(person.name, line.name) or _differ(person.year, line.year):
            continue
        same_commune = bool(person.commune) and rules.plain_text(person.commune) == rules.plain_text(line.commune)
        is_sure = bool(person.year and person.year == line.year) or same_commune
        found.append(Alike(person.name, row["title"], row["starts_at_ms"], is_sure))
    return sorted(found, key=lambda one: not one.is_sure)[:MOST]


def _differ(one: int, other: int) -> bool:
    return bool(one and other and one != other)
