"""Text from outside to an answer, or what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kit.errors import Problem
from kit.feedback.personal_data import find_personal_data
from kit.feedback.questionnaires import Question, Questionnaire
from kit.ids import read_text
from kit.web.fields import Fields


@dataclass(frozen=True)
class NewAnswer:
    """What somebody answers; `text` is sealed before anything is written. `workshop_id` is empty when none."""

    questionnaire: str
    version: int
    workshop_id: bytes
    values: tuple[tuple[str, int], ...]
    text: str = field(default="", repr=False)


def read_answer(values: Mapping[str, str], questionnaire: Questionnaire, workshops: Collection[str]) -> NewAnswer:
    """The answer in a form; `workshops` are the ids (as text) one may speak of. Raises FieldProblems.

    A workshop that has left the list meanwhile is no error: the opinion then counts for the stop.
    """
    fields = Fields({name: value.replace("\r\n", "\n") for name, value in values.items()})
    marks, text = [], ""
    for question in questionnaire.questions:
        if question.kind == "open":
            text = _read_open(fields, question)
        else:
            marks += _read_mark(fields, question)
    fields.check()
    chosen = values.get("atelier", "")
    workshop_id = read_text(chosen) if chosen in workshops else None
    return NewAnswer(questionnaire.id, questionnaire.version, workshop_id or b"", tuple(marks), text)


def _read_mark(fields: Fields, question: Question) -> list[tuple[str, int]]:
    marks = {str(choice.value): choice.value for choice in question.choices}
    chosen = fields.values.get(question.id, "")
    if chosen not in marks and (chosen or question.is_required):
        fields.refuse(question.id, "feedback.face")
    return [(question.id, marks[chosen])] if chosen in marks else []


def _read_open(fields: Fields, question: Question) -> str:
    text = fields.text(question.id, question.limit, required=question.is_required, lines=True)
    found = find_personal_data(text)
    if found:
        fields.problems.setdefault(question.id, Problem("feedback.personal_data", kinds=found))
    return text
