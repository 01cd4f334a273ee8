"""What this program was judged by (RGAA 4.1.2, RGESN 2024): which criteria are met, which are not, which nobody knows.

The tables stand in `criteria/*.toml`; the page « Accessibilité » tells their figures, so that it cannot say otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

FAMILIES = ("participants", "lecture", "equipe", "coordination")
MET, NOT_MET, NOT_ASKED, NOT_VERIFIED = "C", "NC", "NA", "NV"
JUDGED_AT_MS = 1795780800000  # 27 November 2026
_FOLDER = Path(__file__).parent / "criteria"


class Criterion(msgspec.Struct, frozen=True):
    """One criterion: its verdict, those of families of pages that differ, and the evidence for them."""

    title: str
    verdict: str
    note: str = ""
    tests: tuple[str, ...] = ()
    weight: float = 1.0
    participants: str = ""
    lecture: str = ""
    equipe: str = ""
    coordination: str = ""

    def of(self, family: str) -> str:
        """The verdict for a family of pages; "": for the whole."""
        return (getattr(self, family) if family else "") or self.verdict


class Count(msgspec.Struct, frozen=True):
    """How many criteria have each verdict; `asked` are those that could be about something."""

    met: int
    not_met: int
    not_verified: int
    not_asked: int

    @property
    def asked(self) -> int:
        return self.met + self.not_met + self.not_verified


@cache
def read_table(name: str) -> Mapping[str, Criterion]:
    """The criteria of « rgaa » or « rgesn » by their number, in order."""
    text = (_FOLDER / f"{name}.toml").read_text("utf-8")
    return {number: msgspec.convert(told, Criterion) for number, told in tomllib.loads(text).items()}


@cache
def count(name: str, family: str = "") -> Count:
    """The figures of a table, for one family of pages or for the whole."""
    verdicts = [one.of(family) for one in read_table(name).values()]
    return Count(*(verdicts.count(verdict) for verdict in (MET, NOT_MET, NOT_VERIFIED, NOT_ASKED)))


@cache
def list_unmet(name: str) -> list[tuple[str, Criterion]]:
    """The criteria that some family of pages does not meet, or that nobody verified for it, with their numbers."""
    missing = {NOT_MET, NOT_VERIFIED}
    return [
        (number, one) for number, one in read_table(name).items() if missing & {one.of(family) for family in FAMILIES}
    ]


@cache
def score(name: str) -> int:
    """The weighted part that is met of what is asked, in hundredths, rounded down (RGESN 2024, annex: score)."""
    asked = [one for one in read_table(name).values() if one.verdict != NOT_ASKED]
    met = sum(one.weight for one in asked if one.verdict == MET)
    return int(100 * met / sum(one.weight for one in asked))
