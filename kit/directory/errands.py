"""Finding one's way: ten common errands, and who helps with them nearest to where the suitcase stands."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from kit.directory import find_queries, maps, vocabulary
from kit.directory.finding import Search, bits
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
    return find_middle(store, stop.code_insee, stop.commune)


def find_middle(store: Store, code_insee: str, commune: str, postcode: str = "") -> tuple[float, float] | None:
    """The middle of the places known in a commune, by its code, its name or its postcode; None when there are none."""
    ways = (("p.code_insee", code_insee), ("p.code_postal", postcode), ("lower(p.commune)", commune.casefold()))
    for column, wanted in ways:
        if wanted and (found := _mean_of(store, column, wanted)):
            return found
    return None


def _mean_of(store: Store, column: str, wanted: str) -> tuple[float, float] | None:
    row = store.row(
        "SELECT avg(f.north) AS north, avg(f.east) AS east FROM place p JOIN place_find f USING (log_no, place_id) "
        f"WHERE f.north IS NOT NULL AND {column} = ?",
        wanted,
    )
    return (row["north"], row["east"]) if row is not None and row["north"] is not None else None


def list_nearest(
    store: Store, origin: tuple[float, float] | None, codes: list[str] | None = None, limit: int = NEAREST
) -> list[Helper]:
    """Places that receive people and give one of these services (None: any): the nearest first, those without a
    position last; by name when nobody knows where we are."""
    wanted = [vocabulary.service_codes()[code] for code in codes or vocabulary.service_codes()]
    search = Search(any_marks=sum(bits()["services", one] for one in wanted), around=origin, receives=True)
    rows = find_queries.page(store, search, limit, 0)
    return [
        Helper(
            row["place_id"], row["nom"], row["adresse"], row["commune"], show_phone(row["telephone"]), row["horaires"],
            None if row["far"] is None else row["far"] ** 0.5 * maps.KM_PER_DEGREE,
        )
        for row in rows
    ]  # fmt: skip
