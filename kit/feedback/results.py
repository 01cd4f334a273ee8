"""What a group answered, question by question, as far as it hides who said what.

Two readings never tell one answer apart: a group is counted in steps of at least `small_group` answers, and within it
each question is shown in such steps too (few may have been asked it). Answers are counted as they leave the urn,
and those that arrived from elsewhere when a page looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import sqrt

import msgspec

from kit.errors.kind import fr
from kit.feedback import result_queries as queries
from kit.feedback.questionnaires import COUNTED, HUNDREDTHS, Choice, Question, Questionnaire
from kit.feedback.result_queries import ResultGroup, Total, sum_marks
from kit.people.node import Node

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class Bar(msgspec.Struct, frozen=True):
    """One choice: how many chose it, and how many of a hundred of those who answered. Of a ranking: its mean rank."""

    label: str
    count: int
    percent: int
    face: str = ""
    mean_rank: float | None = None


class QuestionResult(msgspec.Struct, frozen=True):
    """One question. `count` answered it; while `missing` is not 0, nothing else is told.

    `margin`: the mean would lie within so much of it nineteen times in twenty, were others asked (1.96 standard
    errors; None for fewer than two answers).
    """

    question: Question
    count: int
    missing: int = 0
    mean: float | None = None
    margin: float | None = None
    bars: tuple[Bar, ...] = ()

    @property
    def mean_words(self) -> str:
        """The mean as people read it: a number, a day, a time of day."""
        if self.mean is None:
            return ""
        if self.question.kind == "date":
            return f"{date.fromordinal(EPOCH_ORDINAL + round(self.mean)):%d/%m/%Y}"
        if self.question.kind == "time":
            hour, minute = divmod(round(self.mean) % 1440, 60)
            return fr("%(hour)s h %(minute)s") % {"hour": hour, "minute": f"{minute:02}"}
        return one_digit(self.mean)

    @property
    def margin_words(self) -> str:
        """Its margin, in days or minutes where it is a day or a time."""
        if self.margin is None:
            return ""
        unit = {"date": fr(" jours"), "time": fr(" minutes")}.get(self.question.kind, "")
        return one_digit(self.margin) + unit


def one_digit(number: float) -> str:
    """A number with one digit after the comma, as French writes it."""
    return f"{number:.1f}".replace(".", ",")


def refresh(node: Node) -> None:
    """Count what is ripe. Reads only, when nothing is."""
    enough = node.settings.small_group
    if not queries.list_ripe_groups(node.store, enough):
        return
    with node.journal.write():
        for group in queries.list_ripe_groups(node.store, enough):
            queries.release_group(node.store, group)
            for row in queries.list_uncounted_growth(node.store, group):
                if row["grown"] >= enough:
                    queries.show_question(node.store, group, row["version"], row["question"])


def read_results(node: Node, questionnaire: Questionnaire, scope: str, scope_id: bytes) -> list[QuestionResult]:
    """Every question of a questionnaire as one group answered it, versions together."""
    totals = queries.list_totals(node.store, (questionnaire.code, scope, scope_id))
    enough = node.settings.small_group
    return [tell_question(question, totals, enough) for question in questionnaire.asked]


def tell_question(question: Question, totals: Sequence[Total], enough: int) -> QuestionResult:
    """One question from the totals of its group."""
    marks = sum_marks(totals, question.id)
    count = sum(marks.values())
    if count < enough:
        return QuestionResult(question, 0, enough)
    if question.is_text:
        return QuestionResult(question, count)
    if question.kind == "several":
        return QuestionResult(question, count, bars=_ticked(question, totals, count))
    if question.kind == "ranking":
        return QuestionResult(question, count, bars=_ranked(question, totals, count))
    mean, margin = (None, None) if question.kind == "one" else mean_of(marks)
    if question.kind == "decimal" and mean is not None:
        mean, margin = mean / HUNDREDTHS, None if margin is None else margin / HUNDREDTHS
    return QuestionResult(question, count, mean=mean, margin=margin, bars=_chosen(question, marks, count))


def _chosen(question: Question, marks: Mapping[int, int], count: int) -> tuple[Bar, ...]:
    if question.kind in COUNTED:
        return ()
    choices = question.choices or tuple(Choice(mark, str(mark)) for mark in question.marks)
    return tuple(_bar(one, marks.get(one.value, 0), count) for one in choices)


def _ticked(question: Question, totals: Sequence[Total], count: int) -> tuple[Bar, ...]:
    ticked = {one.value: sum_marks(totals, f"{question.id}.{one.value}").get(1, 0) for one in question.choices}
    return tuple(_bar(one, ticked[one.value], count) for one in question.choices)


def _ranked(question: Question, totals: Sequence[Total], count: int) -> tuple[Bar, ...]:
    """The mean rank first of those ranked by most; a choice nobody ranked comes last."""
    bars = []
    for one in question.choices:
        ranks = sum_marks(totals, f"{question.id}.{one.value}")
        given = sum(ranks.values())
        mean = sum(rank * number for rank, number in ranks.items()) / given if given else None
        bars.append(Bar(one.label, given, round(100 * given / count), "", mean))
    return tuple(sorted(bars, key=lambda bar: (bar.mean_rank is None, bar.mean_rank or 0.0)))


def _bar(choice: Choice, given: int, count: int) -> Bar:
    return Bar(choice.label, given, round(100 * given / count), choice.face)


def mean_of(marks: Mapping[int, int]) -> tuple[float, float | None]:
    """The mean of these numbers and its margin (see QuestionResult); somebody must have answered."""
    count = sum(marks.values())
    mean = sum(mark * number for mark, number in marks.items()) / count
    if count < 2:
        return mean, None
    spread = sum(number * (mark - mean) ** 2 for mark, number in marks.items()) / (count - 1)
    return mean, 1.96 * sqrt(spread / count)


def list_groups(node: Node, code: str, limit: int = -1, offset: int = 0) -> list[ResultGroup]:
    """The groups that answered a questionnaire, counted as far as they may be."""
    refresh(node)
    return queries.list_result_groups(node.store, code, limit, offset)
