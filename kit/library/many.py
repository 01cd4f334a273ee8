"""What the team does with many works at once, and what it deletes: asked again inside each transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from kit.errors import Problem
from kit.journal import Body, Kind
from kit.library import desk_queries, facts, leaving, queries
from kit.library.queries import ItemView
from kit.library.shelves.actions import may_change
from kit.people.actions import Staff
from kit.people.node import Node

AT_ONCE = 50  # works a transaction: visitors' writes come between
B = TypeVar("B", bound=Body)
MOST = 2000  # works in one form


class Done(msgspec.Struct, frozen=True):
    """How many works were changed, how many stand on shelves of other libraries, bytes given back to the disk.

    `is_later`: files wait for the end of a loading before they are erased.
    """

    count: int
    refused: int
    freed_bytes: int = 0
    is_later: bool = False


def _each(node: Node, staff: Staff, ids: Sequence[bytes], change: Callable[[ItemView], bool]) -> Done:
    count = refused = 0
    for start in range(0, len(ids), AT_ONCE):
        with node.journal.write():
            items = desk_queries.list_works(node.store, ids[start : start + AT_ONCE])
            ours = {shelf for shelf in {one.shelf for one in items} if may_change(node, staff, shelf)}
            refused += sum(one.shelf not in ours for one in items)
            count += sum(change(one) for one in items if one.shelf in ours)
    return Done(count, refused)


def _append(node: Node, item: ItemView, kind: Kind[B], body: B) -> bool:
    home = queries.get_home(node.store, item.item_id)
    node.journal.append(kind, item.item_id, body, home=home)
    return True


def put_on_shelf(node: Node, staff: Staff, ids: Sequence[bytes], shelf: str) -> Done:
    """Move works to a shelf. Raises Problem `library.not_your_shelf` when that one is another library's."""
    if not may_change(node, staff, shelf):
        raise Problem("library.not_your_shelf", shelf=shelf, organisation="")
    changed = facts.ItemChanged(shelf=shelf)
    return _each(node, staff, ids, lambda one: one.shelf != shelf and _append(node, one, facts.CHANGED, changed))


def hide_many(node: Node, staff: Staff, ids: Sequence[bytes]) -> Done:
    """Take works away from the public's eyes."""
    hidden = facts.ItemHidden()
    return _each(node, staff, ids, lambda one: not one.is_hidden and _append(node, one, facts.HIDDEN, hidden))


def weigh(node: Node, ids: Sequence[bytes]) -> int:
    """How many bytes deleting these works would give back, about: files that others share are counted too."""
    parts = (list(ids[start : start + AT_ONCE]) for start in range(0, len(ids), AT_ONCE))
    return sum(sum(desk_queries.list_hashes(node.store, part).values()) for part in parts)


def delete_many(node: Node, staff: Staff, ids: Sequence[bytes]) -> Done:
    """Delete works with their files. What others thanked for or counted stays noted; a file that another work needs
    stays. Added again later, a work is there again."""
    done = _each(node, staff, ids, lambda one: _delete(node, one))
    freed = leaving.erase_leaving(node, leaving.PATIENCE_SECONDS) if done.count else 0
    return Done(done.count, done.refused, freed or 0, freed is None)


def _delete(node: Node, item: ItemView) -> bool:
    leaving.note_leaving(node, [item.item_id])
    home = queries.get_home(node.store, item.item_id)
    known = node.journal.facts_of(facts.ITEM, item.item_id)
    additions = sum(fact.kind == facts.ADDED.name and fact.home == home for fact in known)
    return _append(node, item, facts.REMOVED, facts.ItemRemoved(additions))
