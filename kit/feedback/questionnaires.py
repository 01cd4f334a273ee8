"""The questionnaires as data, read once from questionnaires.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).parent / "questionnaires.toml"
END_OF_WORKSHOP = "fin-atelier"
SATISFACTION = "satisfaction"


class Choice(msgspec.Struct, frozen=True):
    """One face: its mark out of ten, which drawing (good, mid, bad), and its French words."""

    value: int
    face: str
    label: str


class Question(msgspec.Struct, frozen=True):
    """One question. `kind`: faces (one of `choices`) or open (a text of at most `limit` signs)."""

    id: str
    kind: str
    text: str
    is_required: bool
    hint: str
    limit: int
    choices: tuple[Choice, ...]


class Questionnaire(msgspec.Struct, frozen=True):
    """One version of one questionnaire."""

    id: str
    version: int
    questions: tuple[Question, ...]


@cache
def _all() -> tuple[Questionnaire, ...]:
    found = tomllib.loads(FILE.read_text("utf-8"))["questionnaire"]
    return tuple(
        Questionnaire(
            one["id"],
            one["version"],
            tuple(
                Question(
                    q["id"],
                    q["kind"],
                    q["text"],
                    q.get("required", False),
                    q.get("hint", ""),
                    q.get("limit", 0),
                    tuple(Choice(**choice) for choice in q.get("choices", ())),
                )
                for q in one["question"]
            ),
        )
        for one in found
    )


def current(name: str = END_OF_WORKSHOP) -> Questionnaire:
    """The newest version of a questionnaire."""
    return max((one for one in _all() if one.id == name), key=lambda one: one.version)


def faces() -> tuple[Choice, ...]:
    """The three faces, from good to bad."""
    return next(one.choices for one in current().questions if one.id == SATISFACTION)
