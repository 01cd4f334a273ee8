"""Places as others read them: the national standard v1.0.2, in rows that its schema takes. No database, no Flask.

Two tiers. What the schema refuses is mended or emptied, or the place is held back when the field is one of the seven
that must be there. What the schema lets through but misleads (a SIRET whose key is wrong, hours nobody can parse) is
told and left. Source: LaMednum/standard-mediation-num@e347ff40 schema.json, and its validator's behaviour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from kit.directory import vocabulary
from kit.directory.checks import is_in_france, is_on_earth, is_siret
from kit.directory.opening_hours import say_hours
from kit.directory.rules import FIELDS, Left, read_day
from kit.errors.kind import fr

REQUIRED = ("id", "pivot", "nom", "commune", "code_postal", "adresse", "date_maj")
MOST_SUMMARY = 280
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "pivot": re.compile(r"[a-zA-Z0-9]{9,14}"),
    "code_postal": re.compile(r"\d{5}"),
    "code_insee": re.compile(r"([013-9]\d|2[AB1-9])\d{3}"),
    "telephone": re.compile(r"(\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)\d{6,9}"),
}
_NOT_THAT = fr("le modèle national veut autre chose : laissé de côté")


class Exported(msgspec.Struct, frozen=True):
    """A place in the 32 columns, or None when it cannot be published; what was left aside, and what looks wrong."""

    row: dict[str, str] | None
    left: tuple[Left, ...] = ()
    doubts: tuple[Left, ...] = ()


def to_standard(fields: Mapping[str, str]) -> Exported:
    """One place for the standard's files.

    | what is noted                        | what is written                                              |
    |--------------------------------------|--------------------------------------------------------------|
    | several phone numbers, an odd one    | the first that the pattern takes, or nothing: left           |
    | a value that no list of it holds     | left                                                         |
    | ’ or a no-break space in a list      | the exact string of the schema                               |
    | a summary of more than 280 signs     | cut at a word, with …                                        |
    | no pivot, postcode, date             | the place is held back: `row` is None and `left` says why    |
    | a SIRET whose key is wrong           | written, and doubted                                         |
    """
    left: list[Left] = []
    row = {name: _write(name, fields.get(name, ""), left) for name in FIELDS}
    if not is_on_earth(row["latitude"], row["longitude"]):
        row["latitude"] = row["longitude"] = ""
    missing = [
        Left(name, fields.get(name, ""), fr("il le faut pour publier ce lieu")) for name in REQUIRED if not row[name]
    ]
    if missing:
        return Exported(None, (*left, *missing))
    return Exported(row, tuple(left), tuple(find_doubts(row)))


def _write(name: str, value: str, left: list[Left]) -> str:
    """One cell as the schema takes it; empty, and told, where it cannot be."""
    if name in vocabulary.multiple():
        return _write_list(name, value, left)
    if name == "date_maj":
        written = read_day(value) or ""
    elif name == "telephone":
        written = next((one for one in value.split("|") if _PATTERNS[name].fullmatch(one)), "")
    elif name == "pivot":
        written = re.sub(r"\s", "", value)
    elif name == "presentation_resume":
        return cut_at_word(value, MOST_SUMMARY)
    else:
        written = value
    if name in _PATTERNS and not _PATTERNS[name].fullmatch(written):
        written = ""
    if value and not written:
        left.append(Left(name, value, _NOT_THAT))
    return written


def _write_list(name: str, value: str, left: list[Left]) -> str:
    kept: list[str] = []
    for one in filter(None, value.split("|")):
        found = vocabulary.find_value(name, one)
        if found is None:
            left.append(Left(name, one, _NOT_THAT))
        else:
            kept.append(found)
    return "|".join(dict.fromkeys(kept))


def cut_at_word(text: str, limit: int) -> str:
    """The text in `limit` signs at most, cut between two words and ended by “…” when it is longer."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    is_cut = " " in head and not text[limit - 1].isspace()
    return (head.rsplit(None, 1)[0] if is_cut else head).rstrip(" ,;:") + "…"


def find_doubts(row: Mapping[str, str]) -> list[Left]:
    """What the schema lets through and people should look at."""
    doubts = []
    pivot = row["pivot"]
    if pivot.isdigit() and len(pivot) != 14:
        doubts.append(Left("pivot", pivot, fr("un SIRET a quatorze chiffres")))
    elif pivot.isdigit() and not is_siret(pivot):
        doubts.append(Left("pivot", pivot, fr("la clé de ce SIRET est fausse")))
    if row["horaires"] and say_hours(row["horaires"]) is None:
        doubts.append(Left("horaires", row["horaires"], fr("ces horaires ne se lisent pas simplement")))
    if row["latitude"] and not is_in_france(float(row["latitude"]), float(row["longitude"])):
        doubts.append(Left("latitude", f"{row['latitude']}, {row['longitude']}", fr("ce n’est pas en France")))
    return doubts
