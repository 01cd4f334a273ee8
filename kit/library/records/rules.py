"""What a cell that came back may say, and what it changes: no database, no Flask."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from kit.errors import Problem
from kit.library.formats.metadata import to_line
from kit.library.licences import all_licences
from kit.library.lists import split_names
from kit.library.records.table import HEADS, Row
from kit.library.rules import LEVEL_WORDS, LONGEST_CREDIT
from kit.stems import plain

EMPTY = "-"  # a cell with only this empties what was there; an empty cell changes nothing
NEEDED = frozenset({"title"})
LISTED = frozenset({"creators", "subjects"})
TAKEN = tuple(name for name in HEADS if name not in ("id", "state", "file"))
_LONGEST = {"summary": 4000, "creators": 1000, "subjects": 1000, "shelf": 100, "attribution": LONGEST_CREDIT}


class Change(msgspec.Struct, frozen=True):
    """One cell that says something else than what is here: its address, the column in words, before and after."""

    place: str
    head: str
    before: str
    after: str


class Refused(msgspec.Struct, frozen=True):
    """One cell that is not taken, with why."""

    place: str
    said: str
    problem: str


def read_cell(name: str, text: str) -> object:
    """A cell's value as facts hold it. Raises Problem `field.*` or `records.*`."""
    if text.startswith("="):
        raise Problem("records.formula")
    if text == EMPTY:
        if name in NEEDED:
            raise Problem("field.required")
        return () if name in LISTED else ""
    limit = _LONGEST.get(name, 300)
    if len(text) > limit:
        raise Problem("field.too_long", limit=limit)
    reader = _READERS.get(name)
    return reader(text) if reader else to_line(text, limit)


def _licence(text: str) -> str:
    for one in all_licences().values():
        if plain(text) in (plain(one.licence_id), plain(one.short), plain(one.name)):
            return one.licence_id
    raise Problem("records.licence")


def _level(text: str) -> str:
    found = {plain(word): code for code, word in LEVEL_WORDS.items()} | {code: code for code in LEVEL_WORDS}
    if plain(text) not in found:
        raise Problem("records.level", levels=", ".join(LEVEL_WORDS.values()))
    return found[plain(text)]


def _language(text: str) -> str:
    code = plain(text)
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise Problem("records.language")
    return code


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for one in split_names(text) if (found := to_line(one, 300))))


_READERS: Mapping[str, Callable[[str], object]] = {
    "licence": _licence, "level": _level, "language": _language, "creators": _names, "subjects": _names,
}  # fmt: skip


def to_cell(value: object) -> str:
    """A value as it stands in a cell."""
    return "; ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)


def _shown(name: str, value: object) -> str:
    return LEVEL_WORDS.get(str(value), "") if name == "level" else to_cell(value)


def compare(row: Row, now: Mapping[str, str]) -> tuple[dict[str, object], list[Change], list[Refused]]:
    """What a row changes of a work whose cells are `now`: values, the same for people, and the cells refused."""
    given: dict[str, object] = {}
    changes, refused = [], []
    for name in TAKEN:
        text, before = row.cells.get(name, ""), now.get(name, "")
        if not text or " ".join(text.split()) == " ".join(before.split()):
            continue
        try:
            value = read_cell(name, text)
        except Problem as problem:
            refused.append(Refused(row.places[name], text[:80], str(problem)))
            continue
        if _shown(name, value) != before:
            given[name] = value
            changes.append(Change(row.places[name], HEADS[name], before[:200], _shown(name, value)[:200]))
    return given, changes, refused
