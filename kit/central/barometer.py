"""The barometer: what people think, over territories, periods and themes. Small groups never show.

It only adds up numbers that the results of some group show already, each of them a step of five answers or more:
whatever one filters and subtracts, no answer can be told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from kit.central import barometer_queries as queries
from kit.central.barometer_queries import Given
from kit.clock import at
from kit.errors.kind import fr
from kit.feedback import catalogue, places, results
from kit.feedback.places import Place
from kit.feedback.questionnaires import END_OF_WORKSHOP, SCALES, Question, Questionnaire
from kit.feedback.results import QuestionResult
from kit.people.node import Node
from kit.workshops import vocabulary
from kit.workshops.reports.forms import read_period


class Asked(msgspec.Struct, frozen=True):
    """What one looks at: [`from_ms`, `until_ms`), a territory (None: everywhere) and a theme (empty: all).

    `logs`: only groups that were given on kits of these logs alone, since a part of a shared group would tell who said
    what (None: all groups).
    """

    questionnaire: Questionnaire
    place: Place | None
    is_nowhere: bool
    from_ms: int
    until_ms: int
    theme: str
    logs: frozenset[int] | None = None


class Step(msgspec.Struct, frozen=True):
    """The leading question in one month or one territory; `mean` is None while too few answered."""

    label: str
    count: int
    mean: float | None
    margin: float | None


class Barometer(msgspec.Struct, frozen=True):
    """`leading` is the question that months and territories are told by (None: there is no scale)."""

    asked: Asked
    told: list[QuestionResult]
    answers: int
    groups: int
    waiting: int
    leading: Question | None
    months: list[Step]
    territories: list[Step]


def read_asked(node: Node, values: Mapping[str, str], logs: Collection[int] | None = None) -> Asked:
    """What an address asks for, of these logs; what makes no sense is no limit.

    Raises Problem `questionnaires.not_found`.
    """
    lieu = values.get("lieu", "")
    theme = values.get("theme", "")
    return Asked(
        catalogue.get_questionnaire(node, values.get("questionnaire") or END_OF_WORKSHOP),
        places.find_place(node, lieu), lieu == places.NOWHERE,
        *read_period(values, node.settings.timezone),
        theme if theme in vocabulary.labels("theme") else "",
        None if logs is None else frozenset(logs),
    )  # fmt: skip


def read_barometer(node: Node, asked: Asked) -> Barometer:
    """Everything the page says."""
    code, enough = asked.questionnaire.code, node.settings.small_group
    chosen = list_chosen(node, asked)
    totals = queries.sum_totals(node.store, code, chosen)
    told = [results.tell_question(question, totals, enough) for question in asked.questionnaire.asked]
    leading = _leading(asked.questionnaire)
    marks = queries.marks_by_group(node.store, code, leading.id, chosen) if leading else {}
    zone = ZoneInfo(node.settings.timezone)
    return Barometer(
        asked, told, sum(one.released for one in chosen), len(chosen), count_waiting(node, asked), leading,
        _steps(chosen, marks, lambda one: f"{at(one.day_ms).astimezone(zone):%Y-%m}", enough),
        sorted(_steps(chosen, marks, _namer(node), enough), key=_best_first),
    )  # fmt: skip


def look_again(node: Node, asked: Asked) -> tuple[Hashable, Hashable]:
    """(as of when, of what): the same twice, and a barometer made before still says what is true.

    Adding up five thousand groups takes a quarter of a second: pages keep it. How many answers wait is not in it.
    """
    results.refresh(node)
    place = asked.place.value if asked.place else ""
    what = (asked.questionnaire.code, asked.questionnaire.version, place, asked.is_nowhere, asked.from_ms,
            asked.until_ms, asked.theme, node.settings.small_group, asked.logs)  # fmt: skip
    return queries.read_change(node.store), what


def count_waiting(node: Node, asked: Asked) -> int:
    """How many answers arrived, of whatever group of these logs, that are too few together to be counted."""
    return queries.count_waiting(node.store, asked.questionnaire.code, asked.logs)


def _best_first(one: Step) -> tuple[bool, float, str]:
    return one.mean is None, -(one.mean or 0), one.label


def list_chosen(node: Node, asked: Asked) -> list[Given]:
    """The groups that somebody asks for, the oldest first; only those that are counted, five or more at a time."""
    results.refresh(node)
    code = asked.questionnaire.code
    given = _of_logs(node, code, queries.list_given(node.store, code), asked.logs)
    return [one for one in given if _is_asked(one, asked)]


def _of_logs(node: Node, code: str, given: list[Given], logs: Collection[int] | None) -> list[Given]:
    if logs is None:
        return given
    homes = queries.logs_of_groups(node.store, code)
    return [one for one in given if homes.get((one.scope, one.scope_id), {-1}) <= set(logs)]


def _is_asked(one: Given, asked: Asked) -> bool:
    is_there = asked.place is None or one.stop_id in asked.place.stop_ids or one.scope_id in asked.place.tour_ids
    if asked.is_nowhere:
        is_there = not one.stop_id
    return is_there and asked.from_ms <= one.day_ms < asked.until_ms and asked.theme in ("", one.theme)


def steps_by(node: Node, asked: Asked, name: Callable[[Given], str]) -> list[Step]:
    """The leading question of what is asked, for each name that the caller gives a group."""
    chosen, leading = list_chosen(node, asked), _leading(asked.questionnaire)
    marks = queries.marks_by_group(node.store, asked.questionnaire.code, leading.id, chosen) if leading else {}
    return _steps(chosen, marks, name, node.settings.small_group)


def by_place(node: Node, level: str, logs: Collection[int] | None = None) -> list[tuple[Place | None, Step]]:
    """What people said at the end of workshops, for each territory of one level (None: none of them).

    `logs`: see `Asked`.
    """
    results.refresh(node)
    questionnaire = catalogue.get_questionnaire(node, END_OF_WORKSHOP)
    leading = _leading(questionnaire)
    groups = _of_logs(node, questionnaire.code, queries.list_given(node.store, questionnaire.code), logs)
    marks = queries.marks_by_group(node.store, questionnaire.code, leading.id, groups) if leading else {}
    known = [one for one in places.list_places(node) if one.level == level]
    by_id = {name: one for one in known for name in (*one.stop_ids, *one.tour_ids)}

    def value(one: Given) -> str:
        found = by_id.get(one.stop_id) or by_id.get(one.scope_id)
        return found.value if found else ""

    by_value = {one.value: one for one in known}
    return [(by_value.get(step.label), step) for step in _steps(groups, marks, value, node.settings.small_group)]


def _leading(questionnaire: Questionnaire) -> Question | None:
    """The first question that is answered by a scale: what months and territories are told by."""
    return next((one for one in questionnaire.asked if one.kind == "faces" or one.kind in SCALES), None)


def _namer(node: Node) -> Callable[[Given], str]:
    """The department of a group, else its commune; what was pooled over a tour has the tour's name."""
    stops = {stop.stop_id: stop for stop in node.list_stops()}
    known = places.list_places(node)
    tours = {tour_id: one.label for one in known if one.level == "tour" for tour_id in one.tour_ids}
    whole = {tour_id: one.label for one in known if one.level == "department" for tour_id in one.tour_ids}

    def name(one: Given) -> str:
        stop = stops.get(one.stop_id)
        told = places.place_of(stop, "department")[1] or places.place_of(stop, "commune")[1]
        return told or whole.get(one.scope_id) or tours.get(one.scope_id) or fr("Hors tournée")

    return name


def _steps(
    groups: Sequence[Given], marks: Mapping[bytes, Mapping[int, int]], name: Callable[[Given], str], enough: int
) -> list[Step]:
    """The leading question for each name, in the order of the groups."""
    added: dict[str, dict[int, int]] = {}
    for one in groups:
        here = added.setdefault(name(one), {})
        for mark, count in marks.get(one.scope_id, {}).items():
            here[mark] = here.get(mark, 0) + count
    return [_step(label, given, enough) for label, given in added.items()]


def _step(label: str, given: Mapping[int, int], enough: int) -> Step:
    count = sum(given.values())
    if count < enough:
        return Step(label, count, None, None)
    return Step(label, count, *results.mean_of(given))
