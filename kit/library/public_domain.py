"""The French rule of the public domain as a help to whoever settles rights; it counts years, and judges nothing.

Source: Code de la propriété intellectuelle, L. 123-1 (seventy years after the year of death) and L. 123-2 (works of
several authors: the last of them to die).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from kit.errors.kind import fr

YEARS = 70
EARLIEST = 1000
_LIVED = re.compile(r"\b((?:1\d|20)\d\d)\s?[-–—]\s?((?:1\d|20)\d\d)\b")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
# What no year tells; said each time, whatever the count gives.
NOT_KNOWN = (
    fr("si d’autres ont des droits : traducteur, illustrateur, préfacier, interprète, auteur d’une édition récente"),
    fr(
        "si l’auteur est mort pour la France, ou si l’œuvre date d’avant ou de pendant une "
        "guerre : la durée peut être plus longue"
    ),
    fr("si l’œuvre a été publiée après la mort de l’auteur, sous un pseudonyme ou sans nom : on compte autrement"),
)


class Advice(msgspec.Struct, frozen=True):
    """What the count gives: the years of death it stands on, the first year without rights, whether that has come."""

    deaths: tuple[int, ...]
    free_from: int
    is_free: bool

    @property
    def words(self) -> str:
        """The count in a sentence."""
        last = max(self.deaths)
        if self.is_free:
            return fr(
                "Mort en %(last)s : d’après la règle des %(years)s ans, l’œuvre serait dans le "
                "domaine public en France depuis le 1er janvier %(free_from)s."
            ) % {"last": last, "years": YEARS, "free_from": self.free_from}
        return fr(
            "Mort en %(last)s : d’après la règle des %(years)s ans, l’œuvre est protégée en "
            "France jusqu’au 31 décembre %(free_from)s. Sans accord écrit, laissez-la cachée."
        ) % {"last": last, "years": YEARS, "free_from": self.free_from - 1}


def read_years(text: str, this_year: int) -> tuple[int, ...]:
    """The years of death somebody typed: « 1893 », « 1893 ; 1905 »; others are passed."""
    found = (int(one) for one in _YEAR.findall(text[:200]))
    return tuple(dict.fromkeys(year for year in found if EARLIEST <= year <= this_year))


def find_deaths(names: Iterable[str], this_year: int) -> tuple[int, ...]:
    """The years of death that names carry: « Maupassant, Guy de (1850-1893) »; () unless every name has one."""
    deaths = []
    for name in names:
        lived = _LIVED.search(name)
        if not lived or not int(lived[1]) < int(lived[2]) <= this_year:
            return ()
        deaths.append(int(lived[2]))
    return tuple(deaths)


def count_years(deaths: tuple[int, ...], this_year: int) -> Advice | None:
    """The count for these years of death; None without any. With several authors, the last one counts."""
    if not deaths:
        return None
    free_from = max(deaths) + YEARS + 1
    return Advice(deaths, free_from, this_year >= free_from)
