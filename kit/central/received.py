"""Workshops and people as they arrived from the kits, names opened only with the coordinators' key."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from kit.errors.kind import fr
from kit.people import audit
from kit.people.actions import Staff
from kit.people.identities import Identity
from kit.people.node import Node
from kit.workshops import queries as workshops
from kit.workshops import same_person
from kit.workshops.queries import RollRow, Workshop
from kit.workshops.roll import describe, list_surplus, surplus_words


@dataclass(frozen=True)
class Person:
    """One line of a roll. `name` is empty when whoever asks may not read it, or its envelope cannot be opened here."""

    row: RollRow
    name: str = field(repr=False)
    phone: str = field(repr=False)
    detail: str


class ReceivedRoll(msgspec.Struct, frozen=True):
    """Who signed up for and came to one workshop. `is_open` is false for a reader: counts, no names.

    `merged`: rows that are the same person as another, each with the row that stands for it.
    """

    workshop: Workshop
    is_open: bool
    people: list[Person]
    anonymous: int
    merged: dict[bytes, bytes] = {}

    @property
    def came(self) -> list[Person]:
        """The people with a row of their own that came: one of them may be somebody noted twice."""
        return [person for person in self.people if person.row.has_come]

    def names(self) -> dict[bytes, str]:
        """What to call each row."""
        return {person.row.person_id: person.name or fr("sans nom") for person in self.people}

    @property
    def sealed(self) -> int:
        """Names that are here and that this key does not open (noted before the kit was enrolled)."""
        return sum(1 for person in self.people if person.row.sealed and not person.name) if self.is_open else 0


def open_roll(node: Node, staff: Staff, workshop_id: bytes | None) -> ReceivedRoll:
    """The roll of a workshop, its names opened for whoever holds the power and the key.

    Raises Problem `workshops.not_found`.
    """
    workshop = workshops.get_workshop(node.store, workshop_id)
    rows = workshops.list_roll(node.store, workshop.log_no, workshop.workshop_id)
    named = [row for row in rows if row.how != "anonymous"]
    anonymous = sum(row.has_come for row in rows if row.how == "anonymous")
    surplus = list_surplus(workshop, rows)
    told = audit.open_sealed(node, staff, "names.opened", workshop.workshop_id, [row.sealed for row in named])
    people = [_open(row, one, surplus_words(row, surplus)) for row, one in zip(named, told or [], strict=False)]
    return ReceivedRoll(workshop, told is not None, people, anonymous, same_person.list_merged(node.store, workshop))


def _open(row: RollRow, told: Identity | None, more_words: list[str]) -> Person:
    identity = told or Identity()
    return Person(row, identity.name, identity.phone, " · ".join(map(str, [describe(row), *more_words])))
