"""Corrections that a newer version of a pack brings to works an earlier one brought, and taking them back.

What somebody of the team corrected here stays hers: a pack writes only what nobody of this team wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kit.journal import Fact
from kit.library import facts, queries
from kit.library.facts import ADDED, CHANGED, ITEM, ItemAdded, ItemChanged
from kit.library.packs import queries as packs
from kit.people.node import Node

MERGED = ("title", "creators", "language", "licence", "source", "attribution", "summary", "subjects", "shelf", "level",
          "rights_note", "duration_minutes", "based_on", "files", "covers", "series", "series_place", "chapters",
          "kind")  # fmt: skip


def list_corrections(node: Node, pack_id: bytes, items: dict[bytes, ItemAdded]) -> dict[bytes, ItemChanged]:
    """What the works of a pack have become, for those that it brought and that are still here."""
    brought = {one for pack in packs.list_versions(node.store, pack_id) for one in packs.read_ids(pack.shown)}
    found = {}
    for item_id in brought & items.keys():
        change = _difference(node, item_id, items[item_id])
        if change:
            found[item_id] = ItemChanged(**change)
    return found


def _difference(node: Node, item_id: bytes, new: ItemAdded) -> dict[str, Any]:
    known = _facts_of(node, item_id)
    if known is None:
        return {}
    item, ours = _settle(*known)
    return {
        name: getattr(new, name)
        for name in MERGED
        if name not in ours and getattr(new, name) != getattr(item, name)
    }  # fmt: skip


def _facts_of(node: Node, item_id: bytes) -> tuple[ItemAdded, list[Fact]] | None:
    """A work as it came here, and what was corrected since; None when it is not here."""
    known = facts.list_living(node.journal.facts_of(ITEM, item_id))
    added = facts.choose(node.store, [fact for fact in known if fact.kind == ADDED.name])
    if added is None or added.home in queries.list_logs_elsewhere(node.store):
        return None
    return added.body, [fact for fact in known if fact.kind == CHANGED.name and fact.home == added.home]


def _settle(item: ItemAdded, changes: Sequence[Fact]) -> tuple[ItemAdded, set[str]]:
    """The work as it is now, and the names of what somebody of the team wrote."""
    ours: set[str] = set()
    for fact in changes:
        given = fact.body.given()
        if not fact.body.from_pack:
            ours |= {name for name, value in given.items() if value != getattr(item, name)}
        item = msgspec.structs.replace(item, **given)
    return item, ours


def correct(node: Node, item_id: bytes, change: ItemChanged, install_id: bytes) -> None:
    """Write what a pack says of a work. Only inside `write()`."""
    home = queries.get_home(node.store, item_id)
    node.journal.append(CHANGED, item_id, msgspec.structs.replace(change, from_pack=install_id), home=home)


def take_back(node: Node, install_id: bytes, item_ids: Iterable[bytes]) -> None:
    """Undo what an installation corrected; what the team wrote meanwhile stays. Only inside `write()`."""
    for item_id in item_ids:
        known = _facts_of(node, item_id)
        if known is None or not any(fact.body.from_pack == install_id for fact in known[1]):
            continue
        now, _ = _settle(*known)
        before, _ = _settle(known[0], [fact for fact in known[1] if fact.body.from_pack != install_id])
        change = {name: getattr(before, name) for name in MERGED if getattr(before, name) != getattr(now, name)}
        if change:
            correct(node, item_id, ItemChanged(**change), install_id)
