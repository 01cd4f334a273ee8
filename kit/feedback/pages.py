"""A questionnaire ready to be laid out: in the reader's language, by sections, with what each question depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from flask import current_app
from markupsafe import Markup

from kit.errors import FieldProblems, Problem
from kit.feedback.forms import Answering, Given
from kit.feedback.personal_data import WORDS
from kit.feedback.questionnaires import SCALES, Condition, Question, Questionnaire, is_shown, translate
from kit.web.language import Translated, as_written, chosen, say, say_known
from kit.web.pace import Pace


def pace(what: str) -> Pace:
    """How fast one phone may answer, go from question to question, or try a code."""
    paces: dict[str, Pace] = current_app.extensions["valise.answer_pace"]
    return paces[what]


class Block(msgspec.Struct, frozen=True):
    """Some questions under one heading (None: without)."""

    section: Question | None
    questions: tuple[Question, ...]

    def is_touched(self, names: Sequence[str]) -> bool:
        """True when one of these field names is of a question here."""
        return any(name.partition(".")[0] == one.id for one in self.questions for name in names)


def spoken(questionnaire: Questionnaire) -> Questionnaire:
    """The same in the reader's language; what is not translated stays as the team wrote it."""
    return translate(questionnaire, chosen(), say_known, Translated)


def to_blocks(questionnaire: Questionnaire) -> list[Block]:
    """Its questions by sections, in order."""
    blocks: list[tuple[Question | None, list[Question]]] = [(None, [])]
    for question in questionnaire.questions:
        if question.kind == "section":
            blocks.append((question, []))
        else:
            blocks[-1][1].append(question)
    return [Block(section, tuple(questions)) for section, questions in blocks if section or questions]


def to_notes(questionnaire: Questionnaire) -> dict[str, str]:
    """For whom each question with conditions is, in words: « Seulement si … »; which question, if not the last."""
    asked = questionnaire.asked
    before = {one.id: asked[place - 1].id if place else "" for place, one in enumerate(asked)}
    return {
        one.id: Markup("\u202f; ").join(
            _condition_words(each, questionnaire, before.get(one.id, "")) for each in one.shown_if
        )
        for one in questionnaire.questions
        if one.shown_if
    }


def _condition_words(condition: Condition, questionnaire: Questionnaire, before: str) -> str:
    asked = questionnaire.find(condition.question)
    if asked is None:
        return ""
    labels = [as_written(choice.label) for choice in asked.choices if choice.value in condition.values]
    if not labels and condition.values:
        labels = [str(one) for one in condition.values]
    if condition.low is not None or condition.high is not None:
        low, high = SCALES.get(asked.kind, (asked.low, asked.high))
        least = max(low, low if condition.low is None else condition.low)
        most = min(high, high if condition.high is None else condition.high)
        labels = [_range_words(least, most, low, high)]
    told = Markup(" / ").join(labels)
    if condition.question != before:
        both = Markup(say("%(answer)s à «\u00a0%(question)s\u00a0»"))  # noqa: S704 - words of ours
        told = both % {"answer": told, "question": as_written(asked.text)}
    return Markup("{} {}").format(say("Seulement si vous avez répondu"), told)


def _range_words(least: int, most: int, low: int, high: int) -> str:
    if least == most:
        return str(least)
    if most == high:
        return say("%(count)s ou plus") % {"count": least}
    return say("%(count)s ou moins") % {"count": most} if least == low else f"{least}-{most}"


def problem_words(problem: Problem) -> str:
    """What is wrong, in the reader's words."""
    details = dict(problem.details)
    kinds = details.pop("kinds", None)
    if isinstance(kinds, tuple):
        details["what"] = f" {say('et')} ".join(say(WORDS[kind]) for kind in kinds)
    return say(problem.words) % details if details else say(problem.words)


def field_words(problem: FieldProblems) -> Mapping[str, str]:
    """What is wrong beside each field."""
    return {name: problem_words(one) for name, one in problem.fields.items()}


def tell_given(questionnaire: Questionnaire, given: Given) -> list[tuple[int, str, str]]:
    """What was answered so far, in words: (number of the question, its text, the answer); only what is for them."""
    answering = Answering(given, questionnaire.guard, is_confirmed=True)
    answering.read(questionnaire.asked)
    return [
        (number, one.text, _answer_words(one, given))
        for number, one in enumerate(questionnaire.asked, start=1)
        if is_shown(one, answering.answered)
    ]


def _answer_words(question: Question, given: Given) -> str:
    values = [one for one in given.get(question.id, ()) if one]
    labels = {str(choice.value): as_written(choice.label) for choice in question.choices}
    if question.kind == "ranking":
        ranked = {(given.get(f"{question.id}.{mark}") or [""])[-1]: mark for mark in question.marks}
        return Markup(", ").join(
            Markup("{}. {}").format(rank, labels[str(ranked[rank])]) for rank in sorted(ranked) if rank
        )
    return Markup(", ").join(labels.get(one, one) for one in values)
