"""Communes by their INSEE code: name, middle, intercommunality. Those of the built-in map are known, others are loaded.

Communes have changed since the outlines of 2018: what is not known is said, never guessed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import cos, hypot, radians
from typing import Any, TypeVar

import msgspec

from kit.central import atlas_queries
from kit.directory import maps
from kit.errors import Problem
from kit.feedback.places import department_of
from kit.store import Store

MOST_BYTES = 8 * 1024 * 1024
KM_PER_DEGREE = 111.2
T = TypeVar("T")
_CODE = ("codgeo", "code_insee", "insee", "code commune", "code_commune", "code insee")
_EPCI = ("epci", "siren_epci", "epci_code", "code_epci", "code epci", "siren")
_EPCI_NAME = ("libepci", "nom_epci", "epci_name", "nom epci", "libelle_epci", "raison_sociale")
_NAME = ("libgeo", "nom_commune", "commune", "nom")


class Commune(msgspec.Struct, frozen=True):
    """One commune. `north` and `east` in degrees, None when its middle is not known; `epci` empty when not loaded."""

    code: str
    name: str
    north: float | None = None
    east: float | None = None
    epci: str = ""
    epci_name: str = ""

    @property
    def department(self) -> str:
        """The code of its department."""
        return department_of(self.code)


@cache
def _shipped() -> Mapping[str, Commune]:
    return {code: Commune(code, *told) for code, told in maps.known_communes().items()}


def read_atlas(store: Store) -> Mapping[str, Commune]:
    """Every commune that is known here, by its code: what was loaded over what is shipped."""
    known = dict(_shipped())
    for row in atlas_queries.list_communes(store):
        before = known.get(row["code"], Commune(row["code"], row["name"]))
        is_placed = row["north"] is not None
        known[row["code"]] = Commune(
            row["code"], row["name"] or before.name, row["north"] if is_placed else before.north,
            row["east"] if is_placed else before.east, row["epci"], row["epci_name"],
        )  # fmt: skip
    return known


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two points (north, east) are apart; right to a hair at the scale of a region."""
    along = (one[1] - other[1]) * cos(radians((one[0] + other[0]) / 2))
    return hypot(one[0] - other[0], along) * KM_PER_DEGREE


def load(store: Store, raw: bytes) -> tuple[str, int, int]:
    """Take in a file of communes: (what it was, how many were taken, how many lines were not understood).

    A GeoJSON gives names and middles ("outlines"), a table gives intercommunalities ("groups"). Raises Problem
    `central.bad_communes`; then nothing changed. The same file twice changes nothing.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    if text.lstrip()[:1] == "{":
        return "outlines", *_keep(store, list(_outlines(text)), atlas_queries.save_outlines)
    return "groups", *_keep(store, list(_groups(text)), atlas_queries.save_groups)


def _keep(store: Store, lines: list[T | None], save: Callable[[Store, list[T]], None]) -> tuple[int, int]:
    good = [one for one in lines if one is not None]
    if not good:
        raise Problem("central.bad_communes")
    with store.write():
        save(store, good)
    return len(good), len(lines) - len(good)


def _outlines(text: str) -> Iterator[tuple[str, str, float, float] | None]:
    try:
        features = json.loads(text)["features"]
    except (ValueError, KeyError, TypeError, RecursionError) as refusal:
        raise Problem("central.bad_communes") from refusal
    for one in features if isinstance(features, list) else ():
        yield _outline(one)


def _outline(feature: Any) -> tuple[str, str, float, float] | None:
    try:
        told, shape = feature["properties"], feature["geometry"]
        code, name = str(told.get("code") or told["INSEE_COM"]), str(told.get("nom") or told["NOM"])[:120]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        north, east = max((_middle(one[0]) for one in polygons), key=lambda middle: middle[0])[1]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError):
        return None
    is_good = len(code) == 5 and code.isalnum() and -90 <= north <= 90 and -180 <= east <= 180
    return (code.upper(), name, round(north, 4), round(east, 4)) if is_good else None


def _middle(ring: Sequence[Sequence[float]]) -> tuple[float, tuple[float, float]]:
    """The size of a ring and its middle (north, east): the formula of the shoelace."""
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    twice = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    size = sum(twice) / 2
    east = sum((a[0] + b[0]) * cross for (a, b), cross in zip(pairs, twice, strict=True)) / (6 * size)
    north = sum((a[1] + b[1]) * cross for (a, b), cross in zip(pairs, twice, strict=True)) / (6 * size)
    return abs(size), (north, east)


def _groups(text: str) -> Iterator[tuple[str, str, str, str] | None]:
    first = text.splitlines()[0] if text.strip() else ""
    table = csv.DictReader(io.StringIO(text), delimiter=max(";,\t", key=first.count))
    names = {(name or "").strip().casefold(): name for name in table.fieldnames or ()}
    code, epci = _column(names, _CODE), _column(names, _EPCI)
    title, own = _column(names, _EPCI_NAME), _column(names, _NAME)
    if code is None or epci is None:
        raise Problem("central.bad_communes")
    for row in table:
        got = [(row.get(name) or "").strip()[:120] if name else "" for name in (code, own, epci, title)]
        is_good = len(got[0]) == 5 and got[0].isalnum() and bool(got[2])
        yield (got[0].upper(), got[1], got[2], got[3] or got[2]) if is_good else None


def _column(names: Mapping[str, str], wanted: Iterable[str]) -> str | None:
    return next((names[one] for one in wanted if one in names), None)
