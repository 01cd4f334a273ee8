"""A letter from outside: the questions like any answer, and two fields by which one may be called back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kit.errors import FieldProblems, Problem
from kit.feedback.forms import Given, NewAnswer, read_answer
from kit.feedback.masking import part
from kit.feedback.personal_data import find_personal_data
from kit.feedback.questionnaires import Questionnaire
from kit.web.fields import Fields

STATUSES = ("passed_on", "answered")
LETTERS = frozenset({"grievance", "question"})
NAME, CALL = "contact_nom", "contact_tel"


@dataclass(frozen=True)
class NewLetter:
    """What somebody writes; `name` and `call` (a number, an e-mail) may be empty and are never shown with the text."""

    answer: NewAnswer
    purpose: str
    name: str = field(repr=False)
    call: str = field(repr=False)


@dataclass(frozen=True)
class NewTold:
    """What staff tell everybody."""

    kind: str
    title: str
    text: str
    is_shown: bool


def read_letter(given: Given, questionnaire: Questionnaire) -> NewLetter:
    """The letter in a form. Raises FieldProblems; `feedback.personal_warning` unless `confirme` was sent."""
    problems: dict[str, Problem] = {}
    answer = None
    try:
        answer = read_answer(given, questionnaire, (), is_confirmed="confirme" in given)
    except FieldProblems as problem:
        problems.update(problem.fields)
    fields = Fields({name: values[-1] for name, values in given.items() if values})
    name, call = fields.text(NAME, 120), fields.text(CALL, 200)
    problems.update(fields.problems)
    if problems or answer is None:
        raise FieldProblems(problems, dict(fields.values))
    return NewLetter(answer, questionnaire.purpose, name, call)


def is_only_warned(problem: FieldProblems) -> bool:
    """True when nothing is wrong but what a text tells about who wrote it."""
    return all(one.code == "feedback.personal_warning" for one in problem.fields.values())


def set_apart(given: Given, questionnaire: Questionnaire) -> Given:
    """The same with what tells who wrote it moved from the texts into the contact."""
    moved = {name: list(values) for name, values in given.items()}
    names, calls = [(given.get(NAME) or [""])[-1]], [(given.get(CALL) or [""])[-1]]
    for question in questionnaire.asked:
        if question.is_text and given.get(question.id):
            parted = part(given[question.id][-1].replace("\r\n", "\n"))
            moved[question.id] = [parted.text]
            names.append(parted.names())
            calls.append(parted.others())
    moved[NAME] = [", ".join(one for one in names if one)[:120]]
    moved[CALL] = [", ".join(one for one in calls if one)[:200]]
    return moved


def read_move(values: Mapping[str, str]) -> tuple[str, str]:
    """What staff write about a letter: (status, words). Raises FieldProblems."""
    fields = Fields({name: value.replace("\r\n", "\n") for name, value in values.items()})
    status = fields.choice("status", STATUSES)
    text = fields.text("text", 3000, required=True, lines=True)
    fields.check()
    return status, text


def read_told(values: Mapping[str, str]) -> NewTold:
    """What staff tell everybody. Raises FieldProblems; nothing that tells who asked may stand in it."""
    fields = Fields({name: value.replace("\r\n", "\n") for name, value in values.items()})
    kind = fields.choice("kind", ("answer", "change"))
    title = fields.text("title", 1000, required=True, lines=True)
    text = fields.text("text", 4000, required=True, lines=True)
    for name, written in (("title", title), ("text", text)):
        found = tuple(kind for kind in find_personal_data(written) if kind in _ABOUT_A_PERSON)
        if found and "confirme" not in values:
            fields.refuse(name, "letters.told_personal", kinds=found)
    fields.check()
    return NewTold(kind, title, text, values.get("shown", "1") == "1")


_ABOUT_A_PERSON = frozenset({"phone", "email", "nir", "iban", "card", "name", "birth", "address", "plate"})
