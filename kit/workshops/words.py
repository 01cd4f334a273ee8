"""Problems of this room as words on a page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from kit.clock import at
from kit.errors import FieldProblems, Problem
from kit.people.node import the_node
from kit.web.language import say
from kit.web.pages import day_words, hour_words


def problem_words(problem: Problem) -> str:
    """What a page says about a refusal, in the reader's language."""
    details = dict(problem.details)
    if "starts_at_ms" in details:
        start = at(int(str(details.pop("starts_at_ms")))).astimezone(ZoneInfo(the_node().settings.timezone))
        details |= {"day": day_words(start), "hour": hour_words(start)}
    return say(problem.words) % details if details else say(problem.words)


def field_words(problem: FieldProblems) -> dict[str, str]:
    """Field name to what is wrong with it."""
    return {name: problem_words(one) for name, one in problem.fields.items()}


def day_hour(moment_ms: int) -> str:
    """A day and an hour as people say them."""
    local = at(moment_ms).astimezone(ZoneInfo(the_node().settings.timezone))
    return f"{day_words(local)}, {hour_words(local)}"
