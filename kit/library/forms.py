"""What staff type about a work, to typed values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from kit.errors import Problem
from kit.ids import read_text
from kit.library.licences import all_licences
from kit.library.rules import LEVEL_WORDS, LONGEST_CREDIT
from kit.web.fields import Fields

MOST_CHAPTERS = 500
_CHAPTER = re.compile(r"^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)[ \t]+(\S.*)$")


class Rights(msgspec.Struct, frozen=True):
    """A work's licence (an id of the table), where it comes from, and the sentence that credits it (may be empty).

    `based_on` is the id of the work it was made from, or empty.
    """

    licence: str
    source: str
    attribution: str
    based_on: bytes = b""


def read_rights(values: Mapping[str, str]) -> Rights:
    """The rights staff settled. Raises FieldProblems with what was typed."""
    fields = Fields(values)
    rights = Rights(
        licence=fields.choice("licence", all_licences().keys()),
        source=fields.text("source", 300, required=True),
        attribution=fields.text("attribution", LONGEST_CREDIT),
        based_on=_work(fields, "based_on"),
    )
    fields.check()
    return rights


def _work(fields: Fields, name: str) -> bytes:
    """The id of a work from its address, or from the id in it; empty when nothing was typed."""
    typed = fields.text(name, 400)
    found = read_text(typed.rstrip("/").rpartition("/")[2].partition("?")[0])
    if typed and found is None:
        fields.refuse(name, "library.no_such_work")
    return found or b""


def _names(fields: Fields, name: str, limit: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in fields.text(name, limit).split(";") if one.strip()))


def read_correction(values: Mapping[str, str]) -> dict[str, object]:
    """Everything that staff may correct of one work that waits. Raises FieldProblems with what was typed."""
    fields = Fields(values)
    given: dict[str, object] = {
        "title": fields.text("title", 300, required=True),
        "creators": _names(fields, "creators", 1000),
        "language": fields.choice("language", _language_codes(), required=False),
        "licence": fields.choice("licence", all_licences().keys(), required=False),
        "source": fields.text("source", 300),
        "attribution": fields.text("attribution", LONGEST_CREDIT),
        "summary": fields.text("summary", 4000, lines=True),
        "subjects": _names(fields, "subjects", 1000),
        "shelf": fields.text("shelf", 100),
        "level": fields.choice("level", LEVEL_WORDS.keys(), required=False),
        "series": fields.text("series", 150),
        "series_place": fields.number("series_place", 0, 100_000, default=0),
        "is_language_guessed": False,
    }
    fields.check()
    return given


class Card(msgspec.Struct, frozen=True):
    """What the team corrects of a work on the shelves or held back."""

    title: str
    creators: tuple[str, ...]
    language: str
    summary: str
    subjects: tuple[str, ...]
    shelf: str
    level: str
    series: str
    series_place: int
    chapters: tuple[tuple[int, str], ...]


def read_card(values: Mapping[str, str]) -> Card:
    """A work's card as it was typed. Raises FieldProblems with what was typed."""
    fields = Fields(values)
    card = Card(
        title=fields.text("title", 300, required=True),
        creators=_names(fields, "creators", 1000),
        language=fields.choice("language", _language_codes(), required=False),
        summary=fields.text("summary", 4000, lines=True),
        subjects=_names(fields, "subjects", 1000),
        shelf=fields.text("shelf", 100, required=True),
        level=fields.choice("level", LEVEL_WORDS.keys(), required=False),
        series=fields.text("series", 150),
        series_place=fields.number("series_place", 0, 100_000, default=0),
        chapters=_chapters(fields),
    )
    fields.check()
    return card


def _chapters(fields: Fields) -> tuple[tuple[int, str], ...]:
    """A line for each: `1:02:30 Title`, `2:30 Title`."""
    found = []
    for line in fields.text("chapters", 40_000, lines=True).splitlines():
        match = _CHAPTER.match(line.strip())
        if match is None:
            if line.strip():
                fields.refuse("chapters", "library.chapter", line=line.strip()[:60])
            continue
        hours, minutes, seconds, title = match.groups()
        found.append((int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds), title.strip()[:150]))
    if len(found) > MOST_CHAPTERS:
        fields.refuse("chapters", "field.too_long", limit=MOST_CHAPTERS)
    return tuple(sorted(found))


def to_chapter_lines(chapters: Sequence[tuple[int, str]]) -> str:
    """Chapters as they are typed."""
    return "\n".join(f"{start // 3600}:{start // 60 % 60:02}:{start % 60:02} {title}" for start, title in chapters)


def _language_codes() -> frozenset[str]:
    signs = "abcdefghijklmnopqrstuvwxyz"
    return frozenset(a + b for a in signs for b in signs)


def read_link_form(values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A link: its address, and what is said beside it. Raises FieldProblems with what was typed."""
    from kit.library.formats.link import check_address

    fields = Fields(values)
    address = fields.text("address", 1000, required=True)
    said = {
        "title": fields.text("title", 150, required=True),
        "summary": fields.text("summary", 1000),
        "language": fields.choice("language", _language_codes(), required=False),
        "shelf": fields.text("shelf", 100),
        "source": fields.text("source", 300),
        "licence": fields.choice("licence", all_licences().keys()),
    }
    try:
        check_address(address)
    except Problem as problem:
        fields.refuse("address", problem.code)
    fields.check()
    return address, said


def read_rights_of_many(values: Mapping[str, str]) -> dict[str, str]:
    """Licence, source and attribution for many works; "" leaves a thing as it is. Raises FieldProblems."""
    fields = Fields(values)
    given = {
        "licence": fields.choice("licence", all_licences().keys(), required=False),
        "source": fields.text("source", 300),
        "attribution": fields.text("attribution", LONGEST_CREDIT),
    }
    if not any(given.values()):
        fields.refuse("licence", "library.nothing_given")
    fields.check()
    return given


def read_for_many(values: Mapping[str, str]) -> dict[str, object]:
    """What staff set for many works at once: only what was filled in. Raises FieldProblems."""
    fields = Fields(values)
    given: dict[str, object] = {
        "licence": fields.choice("licence", all_licences().keys(), required=False),
        "source": fields.text("source", 300),
        "attribution": fields.text("attribution", LONGEST_CREDIT),
        "language": fields.choice("language", _language_codes(), required=False),
        "shelf": fields.text("shelf", 100),
        "creators": _names(fields, "creators", 1000),
    }
    fields.check()
    return {name: value for name, value in given.items() if value}
