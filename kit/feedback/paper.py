"""A questionnaire on paper: choices carry numbers, and a grid turns what was written back into answers.

In a cell one types what the paper shows: the number of a choice, several of them parted by spaces, the numbers of a
ranking in order of preference, a mark, a number, or words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kit.errors import FieldProblems, Problem
from kit.feedback.forms import Given, NewAnswer, read_answer
from kit.feedback.questionnaires import COUNTED, SCALES, Question, Questionnaire

ROWS = 10


def read_grid(
    values: Mapping[str, str], questionnaire: Questionnaire, workshop: str
) -> tuple[list[NewAnswer], dict[str, Problem]]:
    """The answers of a grid, and what is wrong by field name (`p3.question`); empty rows are passed over."""
    answers, wrong = [], dict[str, Problem]()
    for row in range(1, ROWS + 1):
        cells = {one.id: values.get(f"p{row}.{one.id}", "").strip() for one in questionnaire.asked}
        if not any(cells.values()):
            continue
        problems, answer = _read_row(cells, questionnaire, workshop)
        wrong.update({f"p{row}.{name}": problem for name, problem in problems.items()})
        answers += [answer] if answer else []
    return answers, wrong


def _read_row(
    cells: Mapping[str, str], questionnaire: Questionnaire, workshop: str
) -> tuple[dict[str, Problem], NewAnswer | None]:
    given: dict[str, Sequence[str]] = {"atelier": [workshop]}
    problems: dict[str, Problem] = {}
    for question in questionnaire.asked:
        try:
            given.update(_read_cell(question, cells[question.id]))
        except Problem as problem:
            problems[question.id] = problem
    try:
        answer = read_answer(given, questionnaire, [workshop] if workshop else [])
    except FieldProblems as problem:
        return {**problem.fields, **problems}, None
    return problems, None if problems else answer


def _read_cell(question: Question, typed: str) -> Given:
    """One cell as the fields of a form. Raises Problem `questionnaires.cell`."""
    if not typed or question.is_text or question.kind in {*SCALES, *COUNTED}:
        return {question.id: [typed]}
    numbers = typed.replace(",", " ").replace(";", " ").split()
    places = [int(one) for one in numbers if one.isascii() and one.isdigit() and 1 <= int(one) <= len(question.choices)]
    is_right = len(places) == len(numbers) and len(set(places)) == len(places)
    if not is_right or (question.kind in ("one", "faces") and len(places) != 1):
        raise Problem("questionnaires.cell", most=len(question.choices))
    marks = [str(question.choices[place - 1].value) for place in places]
    if question.kind == "ranking":
        return {f"{question.id}.{mark}": [str(rank)] for rank, mark in enumerate(marks, 1)}
    return {question.id: marks}
