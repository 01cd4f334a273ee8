"""Kits on a map: each at the stop of its last workshop (else of its next one), as far as it told home."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.central import atlas, coverage, fleet, fleet_queries, queries
from kit.central.fleet import Line
from kit.directory import maps
from kit.directory.maps import View
from kit.errors.kind import fr
from kit.ids import to_text
from kit.people.actions import Staff
from kit.people.node import Node, StopView

MOST_KITS = 2000
LEAST_KM = 200.0  # of one suitcase alone the region is seen, not a field


class Spot(msgspec.Struct, frozen=True):
    """One commune (or none: not known) with the kits that were or will be there, and where it is on the picture."""

    label: str
    code: str
    kits: list[tuple[Line, StopView | None]]
    x: int | None = None
    y: int | None = None

    @property
    def is_troubled(self) -> bool:
        """True when a kit there has something to look at."""
        return any(line.alerts or line.kit.held_back or line.kit.to_look_at for line, _ in self.kits)

    @property
    def url(self) -> str:
        """Where the mark leads: to the kit, or to the list when several are there."""
        return f"/valises/{to_text(self.kits[0][0].kit.kit_id)}" if len(self.kits) == 1 else f"#c{self.code}"


class Drawn(msgspec.Struct, frozen=True):
    """What the page shows; `view` None: no kit is at a commune whose middle is known."""

    spots: list[Spot]
    view: View | None


def draw(node: Node, by: Staff) -> Drawn:
    """Every kit that this person sees and that is accepted."""
    kits = [kit for kit in queries.list_kits(node.store, MOST_KITS, 0, by.territories) if not kit.is_revoked]
    spots = _by_commune(node, fleet.describe(node, kits))
    known = atlas.read_atlas(node.store)
    view = coverage.view_of((known[one.code] for one in spots if one.code in known), LEAST_KM)
    placed = [_place(one, known.get(one.code), view) for one in spots]
    return Drawn(sorted(placed, key=lambda one: (not one.code, one.label.casefold())), view)


def _by_commune(node: Node, lines: Sequence[Line]) -> list[Spot]:
    stops, now = {stop.stop_id: stop for stop in node.list_stops()}, node.clock.wall_ms()
    found: dict[tuple[str, str], list[tuple[Line, StopView | None]]] = {}
    for line in lines:
        stop = stops.get(fleet_queries.find_last_stop(node.store, line.kit.kit_id, now))
        key = (stop.code_insee, stop.commune or stop.label) if stop else ("", fr("Lieu pas connu"))
        found.setdefault(key, []).append((line, stop))
    return [Spot(label, code, kits) for (code, label), kits in found.items()]


def _place(spot: Spot, commune: atlas.Commune | None, view: View | None) -> Spot:
    mark = coverage.mark(view, commune, 0, "") if view is not None and commune is not None else None
    return msgspec.structs.replace(spot, x=mark.x, y=mark.y) if mark else spot


def land(drawn: Drawn) -> object:
    """The outlines behind the marks."""
    return maps.outlines(drawn.view) if drawn.view else ""
