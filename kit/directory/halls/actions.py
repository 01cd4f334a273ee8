"""What can be done with halls; each change is one immediate transaction."""

from __future__ import annotations

from kit.directory.halls import facts, queries
from kit.directory.halls.facts import HallNoted
from kit.errors import Problem
from kit.people.node import Node


def add_hall(node: Node, hall_id: bytes, body: HallNoted) -> bytes:
    """Note a hall; its id. The same form twice notes it once."""
    with node.journal.write():
        if not node.journal.facts_of(facts.HALL, hall_id):
            node.journal.append(facts.NOTED, hall_id, body)
    return hall_id


def change_hall(node: Node, hall_id: bytes | None, body: HallNoted) -> None:
    """Note it anew; `body.base` is the version that was read.

    Raises Problem `directory.no_hall`, `.hall_elsewhere` or `.hall_changed`.
    """
    with node.journal.write():
        known = _held_here(node, hall_id)
        if known.version != body.base:
            raise Problem("directory.hall_changed")
        node.journal.append(facts.NOTED, known.hall_id, body, home=known.home)


def remove_hall(node: Node, hall_id: bytes | None) -> None:
    """It is no hall any more; stops that were there keep their own words. Raises Problem like `change_hall`."""
    with node.journal.write():
        known = _held_here(node, hall_id)
        node.journal.append(facts.REMOVED, known.hall_id, facts.HallRemoved(), home=known.home)


def _held_here(node: Node, hall_id: bytes | None) -> queries.Hall:
    known = queries.get_hall(node.store, hall_id)
    if not known.is_ours:
        raise Problem("directory.hall_elsewhere")
    return known
