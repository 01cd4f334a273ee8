"""A stop that changes or falls through, told from home: to every kit, and by the kits to those signed up there.

A workshop belongs to its kit: it is asked to move it or to cancel it, and its people read so on their tickets. A kit
that has reasons not to (`workshops.proposals`) says so under « Demandes ».
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kit.central import queries
from kit.central.queries import Kit
from kit.directory import actions as directory
from kit.directory import queries as directory_queries
from kit.directory.forms import NewStop
from kit.directory.queries import Stop
from kit.people.node import Node
from kit.workshops import queries as workshops
from kit.workshops.proposals import actions as proposals
from kit.workshops.proposals.actions import Box
from kit.workshops.queries import Workshop

MOST = 3000


class There(msgspec.Struct, frozen=True):
    """A workshop of a stop that is still to come, with its kit (None: nobody can be asked)."""

    workshop: Workshop
    kit: Kit | None


def list_there(node: Node, stop: Stop) -> list[There]:
    """What is still to come at a stop, in order."""
    found = workshops.list_between(node.store, node.clock.wall_ms(), 2**53, MOST, 0)
    here = [one for one in found if one.stop_id == stop.stop_id and not one.is_cancelled and not one.is_closed]
    hosts = [(one, queries.find_host(node.store, one.log_no)) for one in here]
    return [There(one, queries.get_kit(node.store, kit_id) if kit_id else None) for one, kit_id in hosts]


def change(node: Node, stop_id: bytes, version: int, new: NewStop, ask_id: bytes, *, moves: bool) -> tuple[bool, int]:
    """Change a stop, and ask the kits of its workshops to follow; `moves`: also in time, by as much as the stop's
    beginning. Whether anything changed, and how many were asked. Raises Problem `directory.*`."""
    with node.journal.write():
        before = directory_queries.get_stop(node.store, stop_id)
        there = list_there(node, before)
        is_changed = directory.change_stop(node, stop_id, version, new)
        after = directory_queries.get_stop(node.store, stop_id)
        later = after.starts_at_ms - before.starts_at_ms if moves else 0
        asked = 0
        for one in there:
            fields = follow(one.workshop, before, after, later)
            if one.kit is not None and fields:
                asked += proposals.propose_fields(node, _box(one.kit), one.workshop, fields, ask_id)
    return is_changed, asked


def follow(workshop: Workshop, before: Stop, after: Stop, later_ms: int) -> Mapping[str, Any]:
    """What changes of a workshop when its stop does.

    | the stop                | the workshop                                                     |
    |-------------------------|------------------------------------------------------------------|
    | another name            | its words for the stop                                           |
    | another address         | its place: the room that was named, and the address people go to |
    | begins later or earlier | as much later or earlier, when that was asked                    |
    """
    fields: dict[str, Any] = {}
    if after.label != before.label:
        fields["stop_label"] = after.label
    old, new = _address(before), _address(after)
    if old != new:
        room = workshop.place.removesuffix(old or " ").removesuffix(before.address or " ").rstrip(", ")
        fields["place"] = ", ".join(part for part in (room, new) if part)[:200]
    if later_ms:
        fields["starts_at_ms"] = workshop.starts_at_ms + later_ms
    return fields


def _address(stop: Stop) -> str:
    return ", ".join(part for part in (stop.address, stop.commune) if part)


def cancel(node: Node, stop_id: bytes, reason: str, ask_id: bytes) -> int:
    """Cancel a stop, and ask the kits of its workshops to cancel them; how many. Raises Problem `directory.*`."""
    with node.journal.write():
        there = list_there(node, directory_queries.get_stop(node.store, stop_id))
        directory.cancel_stop(node, stop_id, reason)
        return sum(
            proposals.propose_cancelling(node, _box(one.kit), one.workshop, reason, ask_id)
            for one in there
            if one.kit is not None
        )


def _box(kit: Kit) -> Box:
    return Box(kit.kit_id, kit.sign_public)
