"""A map without Internet and without scripts: outlines of departments, places as links, near ones gathered. No Flask.

Degrees are laid flat around the middle of what is shown (equirectangular): right to a hair at the scale of a region.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from math import cos, hypot, radians, sqrt
from pathlib import Path
from typing import Any

import msgspec

from kit.store import Store

FILE = Path(__file__).parent / "france.json"
WIDTH, HEIGHT = 600, 480
KM_PER_DEGREE = 111.2
WIDEST_KM, NARROWEST_KM, FIRST_KM = 1100.0, 2.0, 40.0
CELL = 44  # places nearer than this on the picture are gathered: a finger must be able to tell two marks apart
MOST_PLACES = 5000
MOST_MEMBERS = 8
FRANCE = (46.6, 2.5)


class View(msgspec.Struct, frozen=True):
    """What is shown: its middle in degrees, and how many kilometres it is wide."""

    north: float
    east: float
    km: float

    @property
    def scale(self) -> float:
        """Units of the picture in a degree of latitude."""
        return WIDTH / self.km * KM_PER_DEGREE

    def to_xy(self, north: float, east: float) -> tuple[int, int]:
        """Where a point is on the picture."""
        along = (east - self.east) * cos(radians(self.north))
        return round(WIDTH / 2 + along * self.scale), round(HEIGHT / 2 - (north - self.north) * self.scale)

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """South, north, west, east, in degrees."""
        up, along = HEIGHT / 2 / self.scale, WIDTH / 2 / self.scale / cos(radians(self.north))
        return self.north - up, self.north + up, self.east - along, self.east + along

    def moved(self, up: float = 0, along: float = 0, times: float = 1) -> View:
        """The view next to this one: by so many of its heights and widths, so many times as wide."""
        south, north, west, east = self.edges
        km = min(max(self.km * times, NARROWEST_KM), WIDEST_KM)
        return View(self.north + up * (north - south), self.east + along * (east - west), km)


class Mark(msgspec.Struct, frozen=True):
    """One mark: where on the picture, and either one place or how many, with the middle of them in degrees.

    `members`: (id, name) of each place, when they are few enough to be named one by one.
    """

    x: int
    y: int
    count: int
    place_id: bytes
    name: str
    north: float
    east: float
    members: tuple[tuple[bytes, str], ...] = ()


@cache
def _france() -> Any:
    return json.loads(FILE.read_text("utf-8"))


def credit() -> str:
    """Whose outlines these are."""
    return str(_france()["credit"])


def all_outlines() -> dict[str, object]:
    """Departments as a browser draws them: rings of whole numbers (longitude, latitude in turn), `steps` a degree."""
    return {"steps": _france()["steps"], "departments": list(_france()["departments"].values())}


def find_commune(code_insee: str, name: str = "") -> tuple[float, float] | None:
    """The middle of a commune (latitude, longitude), for those whose outlines we have (2018); None otherwise."""
    found = _france()["communes"].get(code_insee)
    if found is None and name:
        wanted = name.casefold()
        same = [one for one in _france()["communes"].values() if one[0].casefold() == wanted]
        found = same[0] if len(same) == 1 else None
    return (found[1], found[2]) if found else None


def known_communes() -> dict[str, tuple[str, float, float]]:
    """Name and middle (latitude, longitude) of the communes whose outlines we have, by INSEE code."""
    return {code: (one[0], one[1], one[2]) for code, one in _france()["communes"].items()}


def outlines(view: View) -> list[tuple[str, str]]:
    """Departments of a view: their name, and their outline as the `d` of an SVG path."""
    south, north, west, east = view.edges
    steps, drawn = _france()["steps"], []
    for name, rings in _france()["departments"].values():
        shown = [ring for ring in rings if _touches(ring, steps, (south, north, west, east))]
        if shown:
            drawn.append((name, " ".join(_path(ring, steps, view) for ring in shown)))
    return drawn


def _touches(ring: Sequence[int], steps: int, edges: tuple[float, float, float, float]) -> bool:
    south, north, west, east = (edge * steps for edge in edges)
    xs, ys = ring[::2], ring[1::2]
    return max(xs) >= west and min(xs) <= east and max(ys) >= south and min(ys) <= north


def _path(ring: Sequence[int], steps: int, view: View) -> str:
    points: list[tuple[int, int]] = []
    for x, y in zip(ring[::2], ring[1::2], strict=True):
        point = view.to_xy(y / steps, x / steps)
        if not points or points[-1] != point:
            points.append(point)
    return "M" + "L".join(f"{x},{y}" for x, y in points) + "Z"


def list_marks(store: Store, view: View) -> list[Mark]:
    """The places of a view, those that would touch each other gathered into one mark."""
    return gather(store, view, view.edges)


def gather(store: Store, view: View, edges: tuple[float, float, float, float]) -> list[Mark]:
    """The same for any edges (south, north, west, east): `view` says how near to each other marks may stand."""
    south, north, west, east = edges
    rows = store.rows(
        "SELECT f.place_id, p.nom, f.north, f.east FROM place_find f JOIN place p USING (log_no, place_id) "
        "WHERE f.north BETWEEN ? AND ? AND f.east BETWEEN ? AND ? ORDER BY f.sort_name, f.place_id LIMIT ?",
        south, north, west, east, MOST_PLACES,
    )  # fmt: skip
    cells: dict[tuple[int, int], list[Any]] = {}
    for row in rows:
        x, y = view.to_xy(row["north"], row["east"])
        cells.setdefault((x // CELL, y // CELL), []).append(row)
    return _join(view, [_mark(view, gathered) for gathered in cells.values()])


def _join(view: View, marks: list[Mark]) -> list[Mark]:
    """Marks of neighbouring cells that would still cover each other become one, the larger taking in the smaller."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (-one.count, one.name, one.place_id)):
        near = next((n for n, one in enumerate(kept) if hypot(one.x - mark.x, one.y - mark.y) < CELL * 0.9), None)
        if near is None:
            kept.append(mark)
        else:
            kept[near] = _together(view, kept[near], mark)
    return kept


def _together(view: View, one: Mark, other: Mark) -> Mark:
    many = one.count + other.count
    north = (one.north * one.count + other.north * other.count) / many
    east = (one.east * one.count + other.east * other.count) / many
    members = (*one.members, *other.members) if many <= MOST_MEMBERS else ()
    return Mark(*view.to_xy(north, east), many, one.place_id, min(one.name, other.name), north, east, members)


def _mark(view: View, gathered: Sequence[Any]) -> Mark:
    north, east = _mean(row["north"] for row in gathered), _mean(row["east"] for row in gathered)
    x, y = view.to_xy(north, east)
    members = tuple((row["place_id"], row["nom"]) for row in gathered) if len(gathered) <= MOST_MEMBERS else ()
    return Mark(x, y, len(gathered), gathered[0]["place_id"], gathered[0]["nom"], north, east, members)


def _mean(numbers: Iterable[float]) -> float:
    listed = list(numbers)
    return sum(listed) / len(listed)


def read_view(north: str, east: str, km: str, otherwise: View) -> View:
    """A view as an address says it; `otherwise` for whatever is no number or not on this side of the Earth."""
    try:
        view = View(float(north), float(east), min(max(float(km), NARROWEST_KM), WIDEST_KM))
    except ValueError:
        return otherwise
    return view if -80 <= view.north <= 80 and -180 <= view.east <= 180 and view.km == view.km else otherwise


def first_view(store: Store, origin: tuple[float, float] | None) -> View:
    """Around where the suitcase stands, as wide as it takes to see a place; or around all the places; or France."""
    if origin is not None:
        return View(*origin, _wide_enough(store, origin))
    row = store.row(
        "SELECT min(north) AS south, max(north) AS north, min(east) AS west, max(east) AS east FROM place_find"
    )
    if row is None or row["south"] is None:
        return View(*FRANCE, WIDEST_KM)
    middle = (row["south"] + row["north"]) / 2, (row["west"] + row["east"]) / 2
    tall = (row["north"] - row["south"]) * KM_PER_DEGREE * WIDTH / HEIGHT
    wide = (row["east"] - row["west"]) * KM_PER_DEGREE * cos(radians(middle[0]))
    return View(*middle, min(max(1.2 * max(tall, wide), FIRST_KM / 4), WIDEST_KM))


def squared_degrees(origin: tuple[float, float]) -> tuple[str, tuple[float, ...]]:
    """How far a place (`place_find f`) is from a point, in squared degrees of latitude: expression, parameters."""
    north, east = origin
    up, along = "(f.north - ?)", "(f.east - ?)"
    return f"{up} * {up} + {along} * {along} * ?", (north, north, east, east, cos(radians(north)) ** 2)


def _wide_enough(store: Store, origin: tuple[float, float]) -> float:
    """The width in km that shows the nearest place on a picture that is less high than wide."""
    far, params = squared_degrees(origin)
    nearest = store.value(f"SELECT min({far}) FROM place_find f WHERE f.north IS NOT NULL", *params)
    km = sqrt(nearest or 0) * KM_PER_DEGREE * 2.6
    return min(max(km, FIRST_KM), WIDEST_KM)
