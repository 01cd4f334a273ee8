"""Finding one's way: ten common errands, and who helps with them nearest to where the suitcase stands."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from kit.directory import maps, vocabulary
from kit.directory.queries import Stop
from kit.directory.rules import show_phone
from kit.errors import Problem
from kit.store import Store

FILE = Path(__file__).parent / "errands.toml"
NEAREST = 8


class Errand(msgspec.Struct, frozen=True):
    """One errand: what to bring (`papers`), how it goes in one or two sentences, codes of the services that help."""

    code: str
    title: str
    icon: str
    services: list[str]
    papers: list[str]
    steps: str
    site: str


class Helper(msgspec.Struct, frozen=True):
    """One place that helps. `km` is the distance as the crow flies, None when it is not known."""

    place_id: bytes
    name: str
    address: str
    commune: str
    phone: str
    hours: str
    km: float | None


@cache
def errands() -> dict[str, Errand]:
    """The errands by their code, in the order of the file."""
    found = msgspec.convert(tomllib.loads(FILE.read_text("utf-8"))["errand"], list[Errand])
    return {one.code: one for one in found}


def get_errand(code: str) -> Errand:
    """One errand. Raises Problem `directory.no_errand`."""
    if code not in errands():
        raise Problem("directory.no_errand")
    return errands()[code]


def find_origin(store: Store, stop: Stop | None) -> tuple[float, float] | None:
    """Where the suitcase stands, in degrees: the middle of its commune, or of the places known there; or None."""
    if stop is None:
        return None
    known = maps.find_commune(stop.code_insee, stop.commune)
    if known is not None:
        return known
    row = store.row(
        "SELECT avg(CAST(latitude AS REAL)) AS north, avg(CAST(longitude AS REAL)) AS east FROM place "
        "WHERE latitude <> '' AND ((? <> '' AND code_insee = ?) OR lower(commune) = lower(?))",
        stop.code_insee, stop.code_insee, stop.commune,
    )  # fmt: skip
    return (row["north"], row["east"]) if row is not None and row["north"] is not None else None


def list_nearest(
    store: Store, origin: tuple[float, float] | None, codes: list[str] | None = None, limit: int = NEAREST
) -> list[Helper]:
    """Places that receive people and give one of these services (None: any): the nearest first, those without a
    position last; by name when nobody knows where we are."""
    far, params = maps.squared_degrees(origin or (0.0, 0.0))
    wanted = [vocabulary.service_codes()[code] for code in codes or vocabulary.service_codes()]
    marks = ",".join("?" for _ in wanted)
    rows = store.rows(
        f"SELECT *, CASE WHEN latitude = '' OR ? = 1 THEN NULL ELSE {far} END AS far FROM place "
        f"WHERE place_id IN (SELECT place_id FROM place_service WHERE service IN ({marks})) "
        "AND modalites_acces NOT LIKE '%accueille pas%' ORDER BY far IS NULL, far, sort_name, place_id LIMIT ?",
        int(origin is None), *params, *wanted, limit,
    )  # fmt: skip
    return [
        Helper(
            row["place_id"], row["nom"], row["adresse"], row["commune"], show_phone(row["telephone"]), row["horaires"],
            None if row["far"] is None else row["far"] ** 0.5 * maps.KM_PER_DEGREE,
        )
        for row in rows
    ]  # fmt: skip
