"""Whether a questionnaire can be asked: names told apart, choices where one chooses, conditions that look back."""

from __future__ import annotations

import re

import msgspec

from kit.errors import Problem
from kit.errors.kind import keep_plain
from kit.feedback.questionnaires import CHOOSING, SCALES, TEXTS, Question, Questionnaire

MOST_DOCUMENT_BYTES = 40_000
MOST_MARKS = 300
MOST_QUESTIONS = 60
# Names of fields that pages use for themselves.
RESERVED = frozenset(
    {
        "csrf",
        "atelier",
        "version",
        "langue",
        "confirme",
        "deplacer",
        "contact_nom",
        "contact_tel",
        "pas",
        "page",
        "bulletin",
    }
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


def check_questionnaire(questionnaire: Questionnaire) -> Questionnaire:
    """The same, when it can be asked. Raises Problem `questionnaires.*` that names the question."""
    if not questionnaire.asked:
        raise Problem("questionnaires.empty")
    seen: dict[str, Question] = {}
    for question in questionnaire.questions:
        _check_one(question, seen)
        seen[question.id] = question
    check_size(questionnaire)
    return questionnaire


def check_size(questionnaire: Questionnaire) -> None:
    """Raise Problem `questionnaires.too_large` when it could not be kept whole, finished or not."""
    marks = sum(_marks_of(one) for one in questionnaire.questions)
    is_long = len(questionnaire.questions) > MOST_QUESTIONS or marks > MOST_MARKS
    if is_long or len(encode(questionnaire)) > MOST_DOCUMENT_BYTES:
        raise Problem("questionnaires.too_large")


def _marks_of(question: Question) -> int:
    return 1 + (len(question.choices) if question.kind in ("several", "ranking") else 0)


def _check_one(question: Question, seen: dict[str, Question]) -> None:
    title = question.text[:60]
    if not _NAME.fullmatch(question.id) or question.id in RESERVED or question.id in seen:
        raise Problem("questionnaires.name", name=question.id)
    if question.kind in CHOOSING:
        values = [choice.value for choice in question.choices]
        if not 2 <= len(values) <= 40 or len(set(values)) != len(values):
            raise Problem("questionnaires.choices", question=title)
        if question.kind == "faces" and len(values) != 3:
            raise Problem("questionnaires.faces", question=title)
    if question.kind in ("number", "decimal") and question.low >= question.high:
        raise Problem("questionnaires.bounds", question=title)
    for condition in question.shown_if:
        _check_condition(condition.question, condition.values, question, seen)


def _check_condition(name: str, values: tuple[int, ...], question: Question, seen: dict[str, Question]) -> None:
    """A condition looks back at a question that gives numbers, and at numbers it can give."""
    asked = seen.get(name)
    is_countable = asked is not None and asked.kind not in TEXTS | {"section", "ranking"}
    known = set(asked.marks) if asked and (asked.kind in SCALES or asked.kind in CHOOSING) else set(values)
    if not is_countable or not set(values) <= known:
        raise Problem("questionnaires.condition", question=question.text[:60], name=name)


def encode(questionnaire: Questionnaire) -> bytes:
    """A version as its fact carries it."""
    return msgspec.msgpack.encode(questionnaire, enc_hook=keep_plain)


def decode(document: bytes) -> Questionnaire | None:
    """A version as its fact carried it, or None when this program is too old to read it (or it is damaged)."""
    try:
        return check_questionnaire(msgspec.msgpack.decode(document, type=Questionnaire))
    except (msgspec.MsgspecError, ValueError, Problem, RecursionError):
        return None
