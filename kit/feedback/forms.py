"""Text from outside to an answer, or what is wrong beside each field.

What was typed is kept as it came (`Given`: field name to its values), so that a page can show it again, a draft keep
it, and a paper be typed in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kit.errors import Problem
from kit.feedback.personal_data import find_personal_data
from kit.feedback.questionnaires import Question, Questionnaire, is_shown
from kit.ids import read_text
from kit.web.fields import Fields

Given = Mapping[str, Sequence[str]]
Values = tuple[tuple[str, int], ...]


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
