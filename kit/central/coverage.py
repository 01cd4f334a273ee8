"""Communes far from help, and demands nobody answered: rows for a table, marks for a map made on the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from kit.central import atlas, atlas_queries, barometer_queries
from kit.central.atlas import Commune
from kit.directory.maps import HEIGHT, KM_PER_DEGREE, WIDTH, View
from kit.errors.kind import fr
from kit.feedback import places
from kit.people.node import Node

KM_CHOICES = (5, 10, 15, 20, 30)
RECENT_MS = 365 * 86_400_000
MOST_SHOWN = 400
Point = tuple[float, float]


class Far(msgspec.Struct, frozen=True):
    """A commune, the nearest help (its name, empty: none at all) and how far that is as the crow flies."""

    commune: Commune
    nearest: str
    km: float | None


class Coverage(msgspec.Struct, frozen=True):
    """What is said of one department: communes of it, those too far, help that could not be placed."""

    department: str
    km: int
    total: int
    far: list[Far]
    near: list[Commune]
    unplaced: int


class Demand(msgspec.Struct, frozen=True):
    """One commune: letters that nobody answered, and people left on a waiting list."""

    label: str
    commune: Commune | None
    letters: int
    left_waiting: int

    @property
    def count(self) -> int:
        """Both together."""
        return self.letters + self.left_waiting


class Mark(msgspec.Struct, frozen=True):
    """One commune on the map; `size` 0: nothing is missing there."""

    x: int
    y: int
    label: str
    size: int


def list_departments(known: Mapping[str, Commune]) -> list[str]:
    """Departments some commune of which has a middle."""
    return sorted({one.department for one in known.values() if one.north is not None})


def measure(node: Node, department: str, km: int) -> Coverage:
    """Which communes have neither a place nor a stop (of the last year, or to come) within so many kilometres."""
    known = atlas.read_atlas(node.store)
    communes = [one for one in known.values() if one.department == department and _point(one)]
    helps, unplaced = _list_help(node, known)
    around = _around(helps, communes)
    far, near = [], []
    for one in sorted(communes, key=lambda commune: commune.name.casefold()):
        at = _point(one) or (0.0, 0.0)
        nearest = min(((atlas.distance_km(at, point), name) for name, point in around), default=None)
        if nearest is None or nearest[0] > km:
            far.append(Far(one, nearest[1] if nearest else "", round(nearest[0], 1) if nearest else None))
        else:
            near.append(one)
    return Coverage(department, km, len(communes), far, near, unplaced)


def _point(one: Commune | None) -> Point | None:
    return (one.north, one.east) if one is not None and one.north is not None and one.east is not None else None


def _list_help(node: Node, known: Mapping[str, Commune]) -> tuple[list[tuple[str, Point]], int]:
    found, unplaced = [], 0
    for row in atlas_queries.list_place_points(node.store):
        point = _read_point(row["latitude"], row["longitude"]) or _point(known.get(row["code_insee"]))
        unplaced += point is None
        found += [(row["nom"], point)] if point else []
    since = node.clock.wall_ms() - RECENT_MS
    for stop in node.list_stops():
        if stop.ends_at_ms >= since:
            point = _point(known.get(stop.code_insee))
            unplaced += point is None
            found += [(stop.label, point)] if point else []
    return list({(round(point[0], 3), round(point[1], 3)): (name, point) for name, point in found}.values()), unplaced


def _read_point(north: str, east: str) -> Point | None:
    try:
        point = float(north), float(east)
    except ValueError:
        return None
    return point if -90 <= point[0] <= 90 and -180 <= point[1] <= 180 else None


def _around(helps: Iterable[tuple[str, Point]], communes: Sequence[Commune]) -> list[tuple[str, Point]]:
    """Help within half a degree of the communes, or all of it when there is none so near."""
    points = [point for one in communes if (point := _point(one))]
    if not points:
        return []
    south, north = min(one[0] for one in points) - 0.5, max(one[0] for one in points) + 0.5
    west, east = min(one[1] for one in points) - 0.7, max(one[1] for one in points) + 0.7
    everything = list(helps)
    near = [one for one in everything if south <= one[1][0] <= north and west <= one[1][1] <= east]
    return near or everything


def list_demands(node: Node) -> list[Demand]:
    """Communes where somebody asked and got no answer or no place, the most first."""
    known, stops = atlas.read_atlas(node.store), {stop.stop_id: stop for stop in node.list_stops()}
    letters, waiting = Counter[str](), Counter[str]()
    names: dict[str, tuple[str, Commune | None]] = {}

    def key_of(stop_id: bytes) -> str:
        stop = stops.get(stop_id)
        value, label = places.place_of(stop, "commune")
        names[value] = (label or fr("Hors halte"), known.get(stop.code_insee) if stop else None)
        return value

    for post in barometer_queries.count_letters(node.store):
        letters[key_of(post.stop_id)] += post.waiting
    for stop_id, count in atlas_queries.count_left_waiting(node.store, node.clock.wall_ms()).items():
        waiting[key_of(stop_id)] += count
    found = [Demand(*names[key], letters[key], waiting[key]) for key in names]
    return sorted((one for one in found if one.count), key=lambda one: (-one.count, one.label.casefold()))


def view_of(communes: Iterable[Commune], least_km: float = 30.0) -> View | None:
    """A view that shows them all and is at least so wide, or None when none has a middle."""
    points = [point for one in communes if (point := _point(one))]
    if not points:
        return None
    south, north = min(one[0] for one in points), max(one[0] for one in points)
    west, east = min(one[1] for one in points), max(one[1] for one in points)
    wide = (east - west) * KM_PER_DEGREE * 0.72
    tall = (north - south) * KM_PER_DEGREE * WIDTH / HEIGHT
    return View((south + north) / 2, (west + east) / 2, max(1.15 * max(wide, tall), least_km))


def mark(view: View, commune: Commune, size: int, label: str) -> Mark | None:
    """A commune on the picture, or None when it has no middle."""
    point = _point(commune)
    return Mark(*view.to_xy(*point), label, size) if point else None
