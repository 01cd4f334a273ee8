"""The same day again: the workshops of a stop, planned at the next stop of its tour in one tap."""

from __future__ import annotations

import hashlib

import msgspec

from kit.errors import Problem
from kit.people.node import Node, StopView
from kit.workshops import actions, queries, rules
from kit.workshops.forms import NewWorkshop
from kit.workshops.queries import Workshop


def find_next(node: Node) -> tuple[StopView, StopView] | None:
    """The stop of today and the next of its tour, when there are both and something to plan again."""
    stop = node.current_stop()
    later = _next_stop(node, stop) if stop else None
    return (stop, later) if stop and later and _list_day(node, stop) else None


def plan_day_again(node: Node, stop_id: bytes) -> tuple[int, str]:
    """Plan them: how many are new, and where. Tapped twice, nothing is planned twice.

    Raises Problem `workshops.no_next_stop`.
    """
    stop = node.find_stop(stop_id)
    later = _next_stop(node, stop) if stop else None
    if stop is None or later is None:
        raise Problem("workshops.no_next_stop")
    planned = 0
    with node.journal.write():
        for one in _list_day(node, stop):
            workshop_id = _id_again(one.workshop_id, later.stop_id)
            if queries.find_workshop(node.store, workshop_id) is None:
                actions.plan_workshop(node, _moved(node, one, later), workshop_id)
                planned += 1
    return planned, later.label


def _next_stop(node: Node, stop: StopView) -> StopView | None:
    later = [one for one in node.list_stops() if one.tour == stop.tour and one.starts_at_ms > stop.starts_at_ms]
    return min(later, key=lambda one: one.starts_at_ms) if later and stop.tour else None


def _list_day(node: Node, stop: StopView) -> list[Workshop]:
    """The workshops of the first day that has some at this stop."""
    found = queries.list_between(node.store, stop.starts_at_ms, stop.ends_at_ms, 500, 0)
    here = [one for one in found if one.stop_id == stop.stop_id and not one.is_cancelled]
    if not here:
        return []
    _, end = rules.day_bounds(here[0].starts_at_ms, node.settings.timezone)
    return [one for one in here if one.starts_at_ms < end]


def _moved(node: Node, one: Workshop, stop: StopView) -> NewWorkshop:
    fields = {name: getattr(one, name) for name in NewWorkshop.__struct_fields__}
    starts = rules.same_hour(one.starts_at_ms, stop.starts_at_ms, node.settings.timezone)
    shift = starts - one.starts_at_ms
    windows = {name: fields[name] + shift for name in ("opens_at_ms", "sign_up_until_ms") if fields[name]}
    moved = {"starts_at_ms": starts, "stop_id": stop.stop_id, "stop_label": stop.label, "place": ""}
    return msgspec.structs.replace(NewWorkshop(**fields), **moved, **windows)


def _id_again(workshop_id: bytes, stop_id: bytes) -> bytes:
    return hashlib.blake2b(workshop_id + stop_id, digest_size=16, person=b"valise.again").digest()
