"""What can be done with consultations: begin one, add a choice, print codes, count papers, end it."""

from __future__ import annotations

from kit.errors import Problem
from kit.feedback import actions as answers
from kit.feedback import catalogue, rules
from kit.feedback.forms import NewAnswer
from kit.feedback.polls import facts, queries, slips
from kit.feedback.polls.forms import QUESTION, NewPaper, with_option
from kit.feedback.questionnaires import Questionnaire
from kit.people.node import Node


def get_poll(node: Node, code: str) -> Questionnaire:
    """A consultation in its newest version. Raises Problem `questionnaires.not_found`."""
    found = catalogue.find_questionnaire(node, code)
    if found is None or found.purpose != "poll":
        raise Problem("questionnaires.not_found")
    return found


def begin(node: Node, poll: Questionnaire) -> Questionnaire:
    """Publish a consultation and open it."""
    with node.journal.write():
        made = catalogue.publish(node, poll)
        catalogue.offer(node, made.code, is_offered=True)
    return made


def add_option(node: Node, code: str, label: str) -> Questionnaire:
    """One more choice in an open consultation of ours. Raises FieldProblems, Problem `polls.closed` or others."""
    check_open(node, code)
    return catalogue.publish(node, with_option(get_poll(node, code), label))


def check_open(node: Node, code: str) -> None:
    """Raise Problem `polls.closed` when a consultation ended."""
    if queries.find_closed(node.store, code) is not None:
        raise Problem("polls.closed")


def note_vote(node: Node, form: bytes, answer: NewAnswer, ballot: str = "") -> None:
    """Note a choice; `ballot` is the code of a slip when the consultation asks for one.

    Raises Problem `polls.closed`, `polls.code_unknown` or `polls.code_used`: nothing is noted then.
    """
    poll = get_poll(node, answer.questionnaire)
    check_open(node, poll.code)
    answers.note_answer(node, form, answer, slips.spend(node, poll, ballot) if poll.needs_code else None)
    if poll.needs_code:
        slips.tell_used(node, poll.code)


def count_paper(node: Node, code: str, stop_id: bytes, new: NewPaper) -> None:
    """Note what was counted on paper at one stop; said again, it replaces. Raises Problem `polls.closed`."""
    check_open(node, code)
    with node.journal.write():
        papers = queries.list_papers(node.store, code)
        known = next((one for one in papers if one.is_ours and one.stop_id == stop_id), None)
        body = facts.PaperCounted(known.version if known else 0, code, stop_id, new.ballots, new.counts)
        node.journal.append(facts.COUNTED, rules.paper_id(code, stop_id), body, home=known.home if known else None)


def end(node: Node, code: str) -> queries.Closed:
    """End a consultation: empty the urn of it, count screen and paper once, close it for ever.

    When fewer than a small group answered on screen, only the sum with paper is told. Raises Problem `polls.closed`,
    or `polls.too_few` when both together are too few to hide who chose what.
    """
    with node.journal.write():
        check_open(node, code)
        poll = get_poll(node, code)
        answers.empty_urn_of(node, code)
        slips.tell_used(node, code)
        voters, screen = queries.count_noted(node.store, code), _screen(node, poll)
        papers = queries.list_papers(node.store, code)
        ballots, paper = sum(one.ballots for one in papers), _add([one.counts for one in papers], poll)
        enough = node.settings.small_group
        if 0 < voters + ballots < enough:
            raise Problem("polls.too_few", count=voters + ballots, enough=enough)
        is_merged = 0 < voters < enough
        if is_merged:
            screen, paper = (), _add([screen, paper], poll)
        body = facts.PollClosed(code, voters, ballots, screen, paper, is_merged)
        node.journal.append(facts.CLOSED, rules.poll_id(code), body)
        catalogue.offer(node, code, is_offered=False)
    return queries.Closed(code, voters, ballots, screen, paper, is_merged)


def _screen(node: Node, poll: Questionnaire) -> queries.Counts:
    """How many chose each choice on screen."""
    found, question = queries.tally(node.store, poll.code), poll.questions[0]
    if question.kind == "one":
        chosen = found.get(QUESTION, {})
        return tuple((one.value, chosen.get(one.value, 0)) for one in question.choices)
    return tuple((one.value, found.get(f"{QUESTION}.{one.value}", {}).get(1, 0)) for one in question.choices)


def _add(counts: list[queries.Counts], poll: Questionnaire) -> queries.Counts:
    """Tallies added up, choice by choice."""
    return tuple((one.value, sum(dict(each).get(one.value, 0) for each in counts)) for one in poll.questions[0].choices)
