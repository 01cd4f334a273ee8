"""Giving a shelf to an organisation, saying who works for which, and the check before anything on a shelf changes."""

from __future__ import annotations

from collections.abc import Iterable

from kit.errors import Problem
from kit.library.shelves import facts, queries, rules
from kit.people.actions import Staff
from kit.people.node import Node
from kit.people.queries import list_staff

LEADS = "team"  # the power of those who say who works for which library


def check_may_change(node: Node, staff: Staff, shelves: Iterable[str]) -> None:
    """Raises Problem `library.not_your_shelf` when one of these shelves is another library's."""
    organisation = queries.find_organisation(node.store, staff.staff_id)
    for name in sorted(set(shelves)):
        owner = queries.find_owner(node.store, facts.shelf_id(name))
        if not rules.may_change(owner, organisation):
            raise Problem("library.not_your_shelf", shelf=name, organisation=owner)


def may_change(node: Node, staff: Staff, shelf: str) -> bool:
    """True when this person may change what stands on a shelf."""
    owner = queries.find_owner(node.store, facts.shelf_id(shelf))
    return rules.may_change(owner, queries.find_organisation(node.store, staff.staff_id))


def give(node: Node, staff: Staff, shelf: str, organisation: str) -> None:
    """Say whose a shelf is ("": nobody's in particular). Raises Problem `library.not_your_shelf`."""
    with node.journal.write():
        owner = queries.find_owner(node.store, facts.shelf_id(shelf))
        own = queries.find_organisation(node.store, staff.staff_id)
        if not rules.may_give(owner, own, organisation, is_leading=staff.may(LEADS)):
            raise Problem("library.not_your_shelf", shelf=shelf, organisation=owner or organisation)
        if owner != organisation:
            node.journal.append(facts.GIVEN, facts.shelf_id(shelf), facts.ShelfGiven(shelf, organisation))


def appoint(node: Node, staff_id: bytes, organisation: str) -> None:
    """Say for which organisation somebody of the team works. Raises Problem `people.no_such_person`."""
    with node.journal.write():
        if staff_id not in {row["staff_id"] for row in list_staff(node.store)}:
            raise Problem("people.no_such_person")
        queries.change_member(node.store, staff_id, organisation)
