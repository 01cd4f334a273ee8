"""What staff type about a work, to typed values."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kit.errors import Problem
from kit.ids import read_text
from kit.library.licences import all_licences
from kit.library.rules import LEVEL_WORDS
from kit.web.fields import Fields


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
        attribution=fields.text("attribution", 300),
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
        "attribution": fields.text("attribution", 300),
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
        "attribution": fields.text("attribution", 300),
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
        "attribution": fields.text("attribution", 300),
        "language": fields.choice("language", _language_codes(), required=False),
        "shelf": fields.text("shelf", 100),
        "creators": _names(fields, "creators", 1000),
    }
    fields.check()
    return {name: value for name, value in given.items() if value}
