"""A consultation as staff write it, and its paper tally."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kit.feedback.questionnaires import Choice, Question, Questionnaire
from kit.ids import read_code
from kit.web.fields import Fields

QUESTION = "choix"
BALLOT = "bulletin"
MOST_BALLOTS = 100_000
MOST_CODES = 400


class NewPaper(msgspec.Struct, frozen=True):
    """What was counted on paper: how many ballots (blank ones included), and how many for each choice."""

    ballots: int
    counts: tuple[tuple[int, int], ...]


def read_poll(values: Mapping[str, str], code: str) -> Questionnaire:
    """A new consultation. Raises FieldProblems."""
    fields = Fields({name: value.replace("\r\n", "\n") for name, value in values.items()})
    title = fields.text("title", 120, required=True)
    intro = fields.text("intro", 600, lines=True)
    kind = fields.choice("kind", ("one", "several"))
    lines = [line.strip() for line in fields.text("options", 6000, required=True, lines=True).splitlines()]
    labels = [line[:200] for line in dict.fromkeys(lines) if line]
    if not 2 <= len(labels) <= 30:
        fields.refuse("options", "polls.options")
    fields.check()
    choices = tuple(Choice(number, label) for number, label in enumerate(labels, 1))
    question = Question(QUESTION, kind, title, required=True, choices=choices)  # type: ignore[arg-type]
    return Questionnaire(code, 1, title, (question,), "poll", intro, needs_code="needs_code" in values)


def with_option(poll: Questionnaire, label: str) -> Questionnaire:
    """The same with one more choice: what was chosen before goes on meaning the same. Raises FieldProblems."""
    fields = Fields({"label": label})
    told = fields.text("label", 200, required=True)
    question = poll.questions[0]
    if len(question.choices) >= 30 or told in [one.label for one in question.choices]:
        fields.refuse("label", "polls.options")
    fields.check()
    number = 1 + max(one.value for one in question.choices)
    grown = msgspec.structs.replace(question, choices=(*question.choices, Choice(number, told)))
    return msgspec.structs.replace(poll, questions=(grown, *poll.questions[1:]))


def read_paper(values: Mapping[str, str], poll: Questionnaire) -> NewPaper:
    """A paper tally. Raises FieldProblems: with one choice a ballot, the choices cannot outnumber the ballots."""
    fields = Fields(values)
    question = poll.questions[0]
    ballots = fields.number("ballots", 0, MOST_BALLOTS)
    counts = tuple((one.value, fields.number(f"n{one.value}", 0, ballots, default=0)) for one in question.choices)
    if question.kind == "one" and sum(count for _, count in counts) > ballots:
        fields.refuse("ballots", "polls.paper", ballots=ballots, chosen=sum(count for _, count in counts))
    fields.check()
    return NewPaper(ballots, counts)


def read_ballot(typed: str) -> str:
    """The code of a slip as somebody typed it."""
    return read_code(typed)
