"""Public pages of consultations: what is asked, and the tally of those that ended."""

from __future__ import annotations

import msgspec
from flask import Blueprint, render_template

from kit.feedback import catalogue, pages
from kit.feedback.polls import actions, queries
from kit.feedback.questionnaires import Questionnaire
from kit.people.node import Node, the_node

blueprint = Blueprint("polls", __name__)


class Line(msgspec.Struct, frozen=True):
    """One choice: chosen on screen, on paper, in all; `percent` of all who took part."""

    label: str
    screen: int
    paper: int
    total: int
    percent: int


class Result(msgspec.Struct, frozen=True):
    """A tally ready to show, the most chosen first."""

    closed: queries.Closed
    lines: tuple[Line, ...]

    @property
    def voters(self) -> int:
        """How many took part, on screen and on paper."""
        return self.closed.screen_voters + self.closed.paper_ballots


def read_result(node: Node, poll: Questionnaire) -> Result | None:
    """The tally of a consultation, or None while it is open."""
    closed = queries.find_closed(node.store, poll.code)
    if closed is None:
        return None
    screen, paper = dict(closed.screen), dict(closed.paper)
    voters = max(1, closed.screen_voters + closed.paper_ballots)
    lines = [
        Line(one.label, screen.get(one.value, 0), paper.get(one.value, 0), total, round(100 * total / voters))
        for one in poll.questions[0].choices
        for total in [screen.get(one.value, 0) + paper.get(one.value, 0)]
    ]
    return Result(closed, tuple(sorted(lines, key=lambda line: -line.total)))


@blueprint.get("/consultations")
def list_page() -> str:
    """Consultations that are open, and those that ended."""
    node = the_node()
    polls = [one for one in catalogue.list_questionnaires(node) if one.questionnaire.purpose == "poll"]
    told = [(pages.spoken(one.questionnaire), read_result(node, one.questionnaire), one.is_offered) for one in polls]
    return render_template(
        "feedback/polls/list.html",
        open_ones=[poll for poll, result, is_offered in told if result is None and is_offered],
        ended=[(poll, result) for poll, result, _ in told if result is not None],
    )


@blueprint.get("/consultations/<code>")
def poll_page(code: str) -> str:
    """One consultation: how many took part, or its tally."""
    node = the_node()
    poll = pages.spoken(actions.get_poll(node, code))
    taken = queries.count_noted(node.store, code) + queries.count_in_urn(node.store, code)
    return render_template("feedback/polls/poll.html", poll=poll, result=read_result(node, poll), taken=taken)
