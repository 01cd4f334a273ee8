"""Text from outside to an answer, or what is wrong beside each field.

What was typed is kept as it came (`Given`: field name to its values), so that a page can show it again, a draft keep
it, and a paper be typed in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kit.errors import Problem
from kit.feedback.personal_data import find_personal_data
from kit.feedback.questionnaires import HUNDREDTHS, MOST_MARK, Question, Questionnaire, is_shown
from kit.ids import read_text
from kit.web.fields import Fields

Given = Mapping[str, Sequence[str]]
Values = tuple[tuple[str, int], ...]
EPOCH = date(1970, 1, 1)
_DECIMAL = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,2})?")
_DATES = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<day>[0-9]{1,2})[/. -](?P<month>[0-9]{1,2})[/. -](?P<year>[0-9]{4})"),
)
_TIME = re.compile(r"([0-9]{1,2})(?:[:h]([0-9]{2})?)(?::[0-9]{2})?")


@dataclass(frozen=True)
class NewAnswer:
    """What somebody answers; `texts` are sealed before anything is written. `workshop_id` is empty when none."""

    questionnaire: str
    version: int
    workshop_id: bytes
    values: Values
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)


def to_given(values: Mapping[str, str]) -> Given:
    """A form or an address as lists of values by name."""
    lists: Callable[[str], Sequence[str]] | None = getattr(values, "getlist", None)
    return {name: list(lists(name)) if lists else [values[name]] for name in values}


class Answering:
    """Reads the fields of one questionnaire, question by question, and gathers values, texts and what is wrong."""

    def __init__(self, given: Given, guard: str, *, is_confirmed: bool = False) -> None:
        self.fields = Fields({name: _clean(values) for name, values in given.items()})
        self.given, self.guard, self.is_confirmed = given, guard, is_confirmed
        self.values: list[tuple[str, int]] = []
        self.texts: dict[str, str] = {}
        self.answered: dict[str, list[int]] = {}

    def read(self, questions: Sequence[Question]) -> None:
        """Read these questions in order; one that is not for this person is passed over, whatever was sent."""
        for question in questions:
            if question.kind != "section" and is_shown(question, self.answered):
                _READERS[question.kind](self, question)

    def note(self, question: Question, values: Sequence[tuple[str, int]], numbers: Sequence[int]) -> None:
        """Keep what a question was answered."""
        self.values += values
        self.answered[question.id] = list(numbers)

    def check(self) -> None:
        """Raise FieldProblems when anything was refused."""
        self.fields.check()


def read_answer(
    given: Given, questionnaire: Questionnaire, workshops: Collection[str], *, is_confirmed: bool = False
) -> NewAnswer:
    """The answer in a form; `workshops` are the ids (as text) one may speak of. Raises FieldProblems.

    A workshop that has left the list meanwhile is no error: the opinion then counts for the stop. `is_confirmed`: a
    person who was warned of what her text tells sends it all the same (only where the questionnaire warns).
    """
    answering = Answering(given, questionnaire.guard, is_confirmed=is_confirmed)
    answering.read(questionnaire.questions)
    answering.check()
    chosen = _clean(given.get("atelier", ()))
    workshop_id = read_text(chosen) if chosen in workshops else None
    return NewAnswer(
        questionnaire.code, questionnaire.version, workshop_id or b"", tuple(answering.values), answering.texts
    )


def _clean(values: Sequence[str]) -> str:
    return values[-1].replace("\r\n", "\n") if values else ""


def _read_mark(answering: Answering, question: Question) -> None:
    """faces, five, ten, one: one number among those proposed."""
    marks = {str(mark): mark for mark in question.marks}
    chosen = answering.fields.values.get(question.id, "")
    if chosen in marks:
        answering.note(question, [(question.id, marks[chosen])], [marks[chosen]])
    elif chosen or question.required:
        answering.fields.refuse(question.id, "feedback.face" if question.kind == "faces" else "field.choice")


def _read_several(answering: Answering, question: Question) -> None:
    marks = {str(mark): mark for mark in question.marks}
    chosen = {one for one in answering.given.get(question.id, ()) if one}
    if not chosen <= set(marks) or (question.required and not chosen):
        answering.fields.refuse(question.id, "field.choice")
    elif chosen:
        ticked = sorted(marks[one] for one in chosen)
        values = [(question.id, len(ticked)), *((f"{question.id}.{one}", 1) for one in ticked)]
        answering.note(question, values, ticked)


def _read_ranking(answering: Answering, question: Question) -> None:
    """A rank beside each choice: whole numbers from 1, none twice; empty: not ranked."""
    ranks: dict[int, int] = {}
    for mark in question.marks:
        raw = answering.fields.values.get(f"{question.id}.{mark}", "").strip()
        if raw:
            is_rank = raw.isascii() and raw.isdigit() and 1 <= int(raw[:4]) <= len(question.marks)
            if not is_rank or int(raw) in ranks.values():
                answering.fields.refuse(question.id, "questionnaires.rank", most=len(question.marks))
                return
            ranks[mark] = int(raw)
    if not ranks and question.required:
        answering.fields.refuse(question.id, "field.required")
    elif ranks:
        values = [(question.id, len(ranks)), *((f"{question.id}.{mark}", rank) for mark, rank in ranks.items())]
        answering.note(question, values, list(ranks))


def _read_number(answering: Answering, question: Question) -> None:
    raw = answering.fields.values.get(question.id, "").strip().replace("\u2212", "-")
    if not raw and not question.required:
        return
    digits = raw.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 8 and question.low <= int(raw) <= question.high:
        answering.note(question, [(question.id, int(raw))], [int(raw)])
    else:
        answering.fields.refuse(question.id, "field.number", low=question.low, high=question.high)


def _read_decimal(answering: Answering, question: Question) -> None:
    """A number with at most two places after the comma (or the point), kept in hundredths."""
    raw = answering.fields.values.get(question.id, "").strip().replace("\u2212", "-").replace(",", ".")
    if not raw and not question.required:
        return
    found = _DECIMAL.fullmatch(raw)
    mark = round(float(raw) * HUNDREDTHS) if found else 0
    if found and question.low * HUNDREDTHS <= mark <= question.high * HUNDREDTHS and abs(mark) <= MOST_MARK:
        answering.note(question, [(question.id, mark)], [mark])
    else:
        most = MOST_MARK // HUNDREDTHS
        low, high = max(question.low, -most), min(question.high, most)
        answering.fields.refuse(question.id, "questionnaires.decimal", low=low, high=high)


def _read_date(answering: Answering, question: Question) -> None:
    """A day, as a browser sends it or as people write it."""
    raw = answering.fields.values.get(question.id, "").strip()
    if not raw and not question.required:
        return
    found = next((match for one in _DATES if (match := one.fullmatch(raw))), None)
    try:
        day = date(*(int(found[name]) for name in ("year", "month", "day"))) if found else None
    except ValueError:
        day = None
    if day is None or not 1850 <= day.year <= 2150:
        answering.fields.refuse(question.id, "questionnaires.date")
    else:
        days = (day - EPOCH).days
        answering.note(question, [(question.id, days)], [days])


def _read_time(answering: Answering, question: Question) -> None:
    """A time of day: 14:30, 14h30, 14 h."""
    raw = answering.fields.values.get(question.id, "").strip().lower().replace("\u00a0", "").replace(" ", "")
    if not raw and not question.required:
        return
    found = _TIME.fullmatch(raw)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:
        answering.fields.refuse(question.id, "questionnaires.time")
    else:
        minutes = hour * 60 + minute
        answering.note(question, [(question.id, minutes)], [minutes])


def _read_text(answering: Answering, question: Question) -> None:
    lines = question.kind == "long"
    text = answering.fields.text(question.id, question.most_signs, required=question.required, lines=lines)
    found = find_personal_data(text)
    if found and answering.guard == "stop":
        answering.fields.problems.setdefault(question.id, Problem("feedback.personal_data", kinds=found))
    elif found and not (answering.is_confirmed or f"confirme.{question.id}" in answering.given):
        answering.fields.problems.setdefault(question.id, Problem("feedback.personal_warning", kinds=found))
    if text:
        answering.texts[question.id] = text
        answering.note(question, [(question.id, 1)], [])


_READERS = {
    "faces": _read_mark,
    "five": _read_mark,
    "ten": _read_mark,
    "one": _read_mark,
    "several": _read_several,
    "ranking": _read_ranking,
    "number": _read_number,
    "decimal": _read_decimal,
    "date": _read_date,
    "time": _read_time,
    "short": _read_text,
    "long": _read_text,
}


# -- one question per screen --------------------------------------------------------------------------------------


def next_step(questionnaire: Questionnaire, given: Given, number: int, direction: int) -> int:
    """The number of the next question (from 1) that is for this person; one past the last when there is none."""
    answering = Answering(given, questionnaire.guard, is_confirmed=True)
    answering.read(questionnaire.asked)
    place = number + direction
    while 1 <= place <= len(questionnaire.asked):
        if is_shown(questionnaire.asked[place - 1], answering.answered):
            return place
        place += direction
    return max(1, place)


def number_of(questionnaire: Questionnaire, name: str) -> int:
    """The number of the question that owns a field."""
    names = [one.id for one in questionnaire.asked]
    return names.index(name.partition(".")[0]) + 1 if name.partition(".")[0] in names else 1
