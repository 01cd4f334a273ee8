"""What a questionnaire is, as data, and the standard ones that come with the program (content/questionnaires).

A version never changes once it may have been answered: a new wording is a new version, and answers cite theirs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

END_OF_WORKSHOP = "fin-atelier"
SATISFACTION = "satisfaction"

Kind = Literal[
    "faces", "five", "ten", "one", "several", "ranking", "number", "decimal", "date", "time", "short", "long", "section"
]
Purpose = Literal["opinion", "skills", "box", "needs", "grievance", "question", "idea", "survey", "poll"]
TEXTS: frozenset[str] = frozenset({"short", "long"})
CHOOSING: frozenset[str] = frozenset({"faces", "one", "several", "ranking"})
SCALES: Mapping[str, tuple[int, int]] = {"five": (1, 5), "ten": (0, 10)}
LIMITS: Mapping[str, int] = {"short": 120, "long": 1000}
COUNTED: frozenset[str] = frozenset({"number", "decimal", "date", "time"})  # typed, and kept as a whole number
HUNDREDTHS = 100  # a decimal is kept in hundredths, a date in days since 1970, a time of day in minutes

Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Line = Annotated[str, Meta(max_length=300)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2}$")]
Words = Annotated[dict[Language, Annotated[str, Meta(max_length=600)]], Meta(max_length=12)]
MOST_MARK = 1_000_000
Mark = Annotated[int, Meta(ge=-MOST_MARK, le=MOST_MARK)]


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One choice: its number, its French words, and those of other languages. `face`: which drawing (good, mid, bad).

    `name` is what another program calls it (XLSForm); empty: its number.
    """

    value: Mark
    label: Annotated[str, Meta(min_length=1, max_length=200)]
    face: Literal["", "good", "mid", "bad"] = ""
    name: Annotated[str, Meta(max_length=60)] = ""
    labels: Words = {}


class Condition(msgspec.Struct, frozen=True, omit_defaults=True):
    """True when an earlier question was answered with one of `values`, or (numbers, scales) from `low` to `high`."""

    question: Name
    values: Annotated[tuple[Mark, ...], Meta(max_length=40)] = ()
    low: Mark | None = None
    high: Mark | None = None


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question. Asked when every condition of `shown_if` holds.

    kind: faces (three choices, drawn), five (1-5), ten (0-10), one or several of `choices`, ranking of them, number
    (whole, `low` to `high`), decimal (two places, the same bounds), date, time of day, short or long text (at most
    `limit` signs), section (a heading; `is_folded`: what follows it, up to the next one, is only for those who wish).
    """

    id: Name
    kind: Kind
    text: Annotated[str, Meta(min_length=1, max_length=300)]
    required: bool = False
    hint: Line = ""
    limit: Annotated[int, Meta(ge=0, le=4000)] = 0
    low: Mark = 0
    high: Mark = 1000
    choices: Annotated[tuple[Choice, ...], Meta(max_length=40)] = ()
    shown_if: Annotated[tuple[Condition, ...], Meta(max_length=5)] = ()
    is_folded: bool = False
    texts: Words = {}
    hints: Words = {}

    @property
    def is_text(self) -> bool:
        """True when people write with their own words: the answer is sealed."""
        return self.kind in TEXTS

    @property
    def most_signs(self) -> int:
        """How long a text may be."""
        return self.limit or LIMITS.get(self.kind, 0)

    @property
    def marks(self) -> tuple[int, ...]:
        """The numbers that may be answered by choosing, or nothing for texts, numbers and sections."""
        if self.kind in SCALES:
            low, high = SCALES[self.kind]
            return tuple(range(low, high + 1))
        return tuple(choice.value for choice in self.choices)


class Questionnaire(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of one questionnaire.

    guard: a text that tells who wrote it is stopped, or only warned about (a street is the subject of a grievance).
    about: whether it is asked which workshop one speaks of.
    needs_code: (a consultation) only who types the code of a slip may answer, once.
    """

    code: Code
    version: Annotated[int, Meta(ge=1, le=100_000)]
    title: Annotated[str, Meta(min_length=1, max_length=120)]
    questions: Annotated[tuple[Question, ...], Meta(max_length=60)]
    purpose: Purpose = "survey"
    intro: Annotated[str, Meta(max_length=600)] = ""
    guard: Literal["stop", "warn"] = "stop"
    about: Literal["workshop", "stop"] = "stop"
    titles: Words = {}
    intros: Words = {}
    needs_code: bool = False

    def find(self, name: str) -> Question | None:
        """The question of that name, or None."""
        return next((one for one in self.questions if one.id == name), None)

    @property
    def asked(self) -> tuple[Question, ...]:
        """Its questions without the headings."""
        return tuple(one for one in self.questions if one.kind != "section")

    @property
    def has_conditions(self) -> bool:
        """True when some questions are not for everybody."""
        return any(one.shown_if for one in self.questions)


def folder() -> Path:
    """Where the standard ones lie: beside the package in the repository, inside it in an installed wheel."""
    inside = Path(__file__).parent.parent / "content" / "questionnaires"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "content" / "questionnaires"


@cache
def shipped() -> Mapping[tuple[str, int], Questionnaire]:
    """Every version of every standard questionnaire, by (code, version)."""
    read = [
        msgspec.convert(tomllib.loads(path.read_text("utf-8")), Questionnaire)
        for path in sorted(folder().glob("*.toml"))
    ]
    return {(one.code, one.version): one for one in read}


@cache
def current(code: str = END_OF_WORKSHOP) -> Questionnaire:
    """The newest version of a standard questionnaire."""
    return max((one for one in shipped().values() if one.code == code), key=lambda one: one.version)


def faces() -> tuple[Choice, ...]:
    """The three faces, from good to bad."""
    question = current().find(SATISFACTION)
    return question.choices if question else ()


def is_shown(question: Question, answered: Mapping[str, Sequence[int]]) -> bool:
    """True when a question is for whoever answered so; `answered` holds the numbers given to each question."""
    return all(_holds(condition, answered.get(condition.question, ())) for condition in question.shown_if)


def _holds(condition: Condition, given: Sequence[int]) -> bool:
    if condition.low is not None or condition.high is not None:
        low = condition.low if condition.low is not None else -1_000_000
        high = condition.high if condition.high is not None else 1_000_000
        return any(low <= one <= high for one in given)
    return any(one in condition.values for one in given)


def translate(
    questionnaire: Questionnaire, language: str, say: Callable[[str], str], told: Callable[[str], str] = str
) -> Questionnaire:
    """The same in a reader's language: its own words first (as `told`), then the program's, then French."""

    def word(own: Mapping[str, str], french: str) -> str:
        return told(own[language]) if own.get(language) else say(french) if french else ""

    def choice(one: Choice) -> Choice:
        return replace(one, label=word(one.labels, one.label))

    questions = tuple(
        replace(
            one,
            text=word(one.texts, one.text),
            hint=word(one.hints, one.hint),
            choices=tuple(choice(each) for each in one.choices),
        )
        for one in questionnaire.questions
    )
    title, intro = word(questionnaire.titles, questionnaire.title), word(questionnaire.intros, questionnaire.intro)
    return replace(questionnaire, title=title, intro=intro, questions=questions)


def languages_of(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The languages into which it was itself translated."""
    return tuple(sorted({*questionnaire.titles, *(name for one in questionnaire.questions for name in one.texts)}))
