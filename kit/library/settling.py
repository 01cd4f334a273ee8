"""Licence and source of many shelved works at once: what stays hidden is seen before anything is noted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from kit.errors import Problem
from kit.library import facts, queries
from kit.library.queries import ItemView
from kit.library.rules import held_reasons
from kit.library.shelves.actions import may_change
from kit.people.actions import Staff
from kit.people.node import Node

AT_ONCE = 50  # works a transaction: visitors' writes come between
GIVEN = ("licence", "source", "attribution")


class Settled(msgspec.Struct, frozen=True):
    """One work with what would be noted of it, and why visitors would still not see it (empty: they would)."""

    item: ItemView
    given: dict[str, str]
    reasons: list[str]


def foresee_rights(items: Iterable[ItemView], given: dict[str, str], *, only_missing: bool) -> list[Settled]:
    """What each work would become. `only_missing` leaves what is already noted as it is."""
    found = []
    for item in items:
        now = {"licence": item.licence_id, "source": item.source, "attribution": item.attribution}
        new = {
            name: value
            for name, value in given.items()
            if value and value != now[name] and not (only_missing and now[name])
        }
        after = {**now, **new}
        found.append(
            Settled(
                item, new, held_reasons(after["licence"], after["source"], is_hidden=item.is_hidden, kind=item.kind)
            )
        )
    return found


def settle_many(
    node: Node, staff: Staff, ids: Sequence[bytes], given: dict[str, str], *, only_missing: bool
) -> tuple[int, int]:
    """Note it: how many works were changed, and how many stand on shelves of other libraries."""
    changed = refused = 0
    for start in range(0, len(ids), AT_ONCE):
        with node.journal.write():
            items = _items(node, ids[start : start + AT_ONCE])
            ours = {shelf for shelf in {one.shelf for one in items} if may_change(node, staff, shelf)}
            refused += sum(one.shelf not in ours for one in items)
            for one in foresee_rights((item for item in items if item.shelf in ours), given, only_missing=only_missing):
                changed += _note(node, one)
    return changed, refused


def _items(node: Node, ids: Sequence[bytes]) -> list[ItemView]:
    found = (queries.find_item(node.store, one) for one in ids)
    return [one for one in found if one is not None and one.is_here]


def _note(node: Node, one: Settled) -> bool:
    if not one.given:
        return False
    home = queries.get_home(node.store, one.item.item_id)
    node.journal.append(facts.CHANGED, one.item.item_id, facts.ItemChanged(**one.given), home=home)  # type: ignore[arg-type]
    return True


def list_chosen(node: Node, ids: Sequence[bytes], shelf: str, *, held_only: bool, limit: int) -> list[ItemView]:
    """The works ticked, or those of a whole shelf (with `held_only`, the ones visitors do not see).

    Raises Problem `library.too_many` above `limit`.
    """
    if ids:
        return _items(node, ids[:limit])
    found: list[ItemView] = []
    after = b""
    while items := queries.list_for_staff(node.store, queries.Choice(shelf=shelf), after, 500):
        found += [one for one in items if not (held_only and one.is_public)]
        after = items[-1].item_id
        if len(found) > limit:
            raise Problem("library.too_many", limit=limit)
    return found
