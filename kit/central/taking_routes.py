"""The page where a coordinator takes along what people wrote, as a file."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request

from kit.central import barometer, taking
from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback import catalogue, pages, places
from kit.people import audit
from kit.people.access import current_staff, staff_only
from kit.people.node import Node, the_node
from kit.workshops.reports.forms import read_period

blueprint = Blueprint("taking", __name__)


@blueprint.get("/emporter")
@staff_only("names")
def page() -> str:
    """What may be taken along, and what it means."""
    return _page({})


def _page(values: Mapping[str, str], refused: str = "") -> str:
    node = the_node()
    found = [(catalogue.find_questionnaire(node, code), count) for code, count in taking.count_texts(node).items()]
    sorts = [
        (f"q.{one.code}", fr("Textes : %(title)s (%(count)s)") % {"title": one.title, "count": count})
        for one, count in found
        if one is not None
    ]
    sorts += [("grievance", fr("Doléances")), ("question", fr("Questions"))]
    return render_template(
        "central/take.html", sorts=sorts, choices=places.to_choices(places.list_places(node)), values=values,
        refused=refused, can_open=audit.holds_key(current_staff()), most=taking.MOST,
    )  # fmt: skip


@blueprint.post("/emporter")
@staff_only("names")
def take() -> Response | tuple[str, int]:
    """The file itself; the audit trail has its line first."""
    try:
        taken = _take(the_node(), request.form)
    except Problem as problem:
        return _page(request.form, pages.problem_words(problem)), problem.status
    kind = "csv" if request.form.get("fichier") == "csv" else "xlsx"
    raw, mimetype = taking.to_file(taken, kind)
    answer = Response(raw, content_type=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{taken.name}.{kind}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _take(node: Node, values: Mapping[str, str]) -> taking.Taken:
    sort = values.get("sorte", "")
    if sort in taking.LETTERS:
        stop_ids, _ = places.read_asked(node, values.get("lieu", ""))
        days = read_period(values, node.settings.timezone)
        return taking.take_letters(node, current_staff(), sort, stop_ids, days)
    if not sort.startswith("q."):
        raise Problem("taking.nothing")
    asked = barometer.read_asked(node, {**values, "questionnaire": sort.removeprefix("q.")})
    return taking.take_answers(node, current_staff(), asked)
