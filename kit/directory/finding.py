"""What somebody looks for in the directory, and how a place is marked to be found quickly. No database, no Flask.

Everything a place answers yes or no to is one bit of a number: a search is then one comparison a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

import msgspec

from kit.directory import vocabulary
from kit.directory.opening_hours import DAYS_WORDS, read_week
from kit.directory.rules import plain_text
from kit.stems import stem, stems

STALE_DAYS = 365
# The first bit of each list. A list has room to grow, so that a bit never changes its meaning.
_FIRST_BIT: Mapping[str, int] = {
    "services": 0,
    "publics_specifiquement_adresses": 12,
    "prise_en_charge_specifique": 20,
    "frais_a_charge": 30,
    "modalites_acces": 34,
    "itinerance": 42,
}
_SHEET_BIT, _DAY_BIT, _HOURS_BIT = 44, 45, 52
KM_CHOICES = (5, 10, 20, 50)
RECEIVES = ("Se présenter", "Téléphoner", "Contacter par mail", "Prendre un RDV en ligne")


class Search(msgspec.Struct, frozen=True):
    """What is looked for. `marks`: bits that must all be there; `any_marks`: one of them must be (0: none asked).

    `around`: degrees (north, east), within `km` (0: as far as you like, the nearest first). `open_at`: day of the week
    from Monday 0 and minute of the day. `fresh_since`: places checked on that day or later come first. `receives`:
    only those that let people in.
    """

    words: str = ""
    marks: int = 0
    any_marks: int = 0
    around: tuple[float, float] | None = None
    km: float = 0.0
    open_at: tuple[int, int] | None = None
    fresh_since: str = ""
    receives: bool = False


@cache
def bits() -> Mapping[tuple[str, str], int]:
    """(field, exact string) to its bit."""
    return {
        (name, value): 1 << (first + place)
        for name, first in _FIRST_BIT.items()
        for place, value in enumerate(vocabulary.words(name))
    }


def day_bit(day: int) -> int:
    """The bit of places that are open on a day of the week, Monday 0."""
    return 1 << (_DAY_BIT + day)


def mark(fields: Mapping[str, str]) -> int:
    """The bits of a place. A place that says nothing of its hours has none of the days."""
    found = 0
    for name in _FIRST_BIT:
        for value in fields.get(name, "").split("|"):
            found |= bits().get((name, value), 0)
    found |= 1 << _SHEET_BIT if fields.get("fiche_acces_libre") else 0
    week = read_week(fields.get("horaires", ""))
    if week:
        found |= 1 << _HOURS_BIT
        for day, _, _ in week:
            found |= day_bit(day)
    return found


def point(fields: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Where a place is, in degrees, or twice None."""
    try:
        return float(fields.get("latitude", "")), float(fields.get("longitude", ""))
    except ValueError:
        return None, None


@cache
def _service_words() -> Mapping[int, tuple[str, ...]]:
    """The bit of each service to the plain words and stems of its name, official and spoken."""
    told = {bits()["services", value]: f"{value} {words}" for value, words in vocabulary.words("services").items()}
    return {bit: tuple(f"{plain_text(text)} {stems(text)}".split()) for bit, text in told.items()}


@cache
def service_words() -> frozenset[str]:
    """The plain words by which services are called."""
    told = (f"{value} {words}" for value, words in vocabulary.words("services").items())
    return frozenset(word for text in told for word in plain_text(text).split())


@lru_cache(maxsize=500)
def bits_of_word(word: str) -> int:
    """The bits of the services that a typed word (plain) begins a word of, or shares the stem of."""
    root = stem(word)
    return sum(
        bit for bit, known in _service_words().items() if any(one.startswith(word) or one == root for one in known)
    )


def slug(value: str) -> str:
    """A value of a list as it stands in an address."""
    return "-".join(plain_text(value).split())


@cache
def publics() -> Mapping[str, tuple[str, int]]:
    """For whom: the slug, the words and the bit of each."""
    names = ("publics_specifiquement_adresses", "prise_en_charge_specifique")
    return {
        slug(value): (words, bits()[name, value]) for name in names for value, words in vocabulary.words(name).items()
    }


@cache
def ways() -> Mapping[str, tuple[str, int]]:
    """How one gets in and what it costs: the slug, the words and the bit of each."""
    found = {
        slug(value): (words, bits()["modalites_acces", value])
        for value, words in vocabulary.words("modalites_acces").items()
        if value in RECEIVES
    }
    found["gratuit"] = ("Gratuit", bits()["frais_a_charge", "Gratuit"])
    found["itinerant"] = ("Lieu qui se déplace", bits()["itinerance", "Itinérant"])
    found["acces-libre"] = ("L’accès est décrit (fiche Accès libre)", 1 << _SHEET_BIT)
    return found


def days() -> list[tuple[str, str]]:
    """The days of the week to choose from, as they stand in an address and in words."""
    return [(word, f"le {word}") for word in DAYS_WORDS]


def read_marks(service: str, public: str, way: str, day: str) -> int:
    """The bits that an address asks for; what it says of nothing known is left out."""
    value = vocabulary.service_codes().get(service, "")
    found = bits().get(("services", value), 0)
    found |= publics().get(public, ("", 0))[1] | ways().get(way, ("", 0))[1]
    return found | (day_bit(DAYS_WORDS.index(day)) if day in DAYS_WORDS else 0)
