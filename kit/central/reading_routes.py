"""Pages of what people said: the barometer, and everything territory by territory."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from flask import Blueprint, Response, render_template, request

from kit.central import barometer, bounds, chart, reading
from kit.central.barometer import Asked, Barometer
from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback import places, result_pages, results
from kit.people.access import current_staff, staff_only
from kit.people.node import Node, the_node
from kit.web.keeping import keep
from kit.workshops import vocabulary
from kit.workshops.reports.exports import send_xlsx
from kit.workshops.spreadsheet import Cell, Sheet, row_xml, write_csv

blueprint = Blueprint("reading", __name__)
HEADERS = (fr("Question"), fr("Réponse"), fr("Nombre"), fr("Sur cent"), fr("Moyenne"), fr("À plus ou moins"))


@blueprint.context_processor
def phrases() -> dict[str, object]:
    """The words of these pages."""
    return {"one_digit": results.one_digit, "month": month_words}


def month_words(label: str) -> str:
    """`2027-01` as `01/2027`."""
    year, _, number = label.partition("-")
    return f"{number}/{year}"


@blueprint.get("/barometre")
@staff_only("central", bounded=True)
def barometer_page() -> str:
    """What people think, by territory, period and theme."""
    node = the_node()
    asked = barometer.read_asked(node, request.args, bounds.find_logs(node, current_staff()))
    made = _read(node, asked)
    return render_template(
        "central/barometer.html", made=made, asked=request.args, enough=node.settings.small_group,
        line=_draw(made), **_choices(node, asked),
    )  # fmt: skip


def _read(node: Node, asked: Asked) -> Barometer:
    """The barometer, kept until results, workshops or stops change; how many answers wait is told as of now."""
    made = keep("barometer", *barometer.look_again(node, asked), lambda: barometer.read_barometer(node, asked))
    return msgspec.structs.replace(made, waiting=barometer.count_waiting(node, asked))


def _choices(node: Node, asked: Asked) -> Mapping[str, object]:
    known = result_pages.list_questionnaires(node)
    known = [asked.questionnaire, *(one for one in known if one.code != asked.questionnaire.code)]
    return {
        "questionnaires": [(one.code, one.title) for one in known],
        "choices": places.to_choices(places.list_places(node)),
        "themes": [("", fr("Tous les thèmes")), *vocabulary.labels("theme").items()],
    }


def _draw(made: Barometer) -> chart.Chart | None:
    """The months as a line, when at least two of them may be told."""
    told = [(month_words(one.label), one.mean, one.margin) for one in made.months if one.mean is not None]
    if made.leading is None or len(told) < 2:
        return None
    marks = made.leading.marks
    return chart.draw(told[-24:], min(marks), max(marks))


@blueprint.get("/barometre.<kind>")
@staff_only("central", bounded=True)
def barometer_file(kind: str) -> Response:
    """The same as a file: `csv` or `xlsx`."""
    node = the_node()
    made = _read(node, barometer.read_asked(node, request.args, bounds.find_logs(node, current_staff())))
    rows = to_rows(made)
    if kind == "csv":
        answer = Response(write_csv(HEADERS, rows), content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        answer = send_xlsx(node, [Sheet(fr("Baromètre"), HEADERS, (row_xml(row) for row in rows))])
    else:
        raise Problem("web.not_found")
    answer.headers["Content-Disposition"] = f'attachment; filename="barometre.{kind}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def to_rows(made: Barometer) -> list[list[Cell]]:
    """The barometer as rows: each answer of each question, then months and territories. Nothing of small groups."""
    rows: list[list[Cell]] = []
    for one in made.told:
        if not one.missing:
            is_moment = one.question.kind in ("date", "time")
            told = (one.mean_words, one.margin_words) if is_moment else (_round(one.mean), _round(one.margin))
            rows.append([one.question.text, "", one.count, None, *told])
            rows += [[one.question.text, bar.label, bar.count, bar.percent, None, None] for bar in one.bars]
    for what, steps in ((fr("Mois"), made.months), (fr("Lieu"), made.territories)):
        rows += [
            [what, step.label, step.count, None, _round(step.mean), _round(step.margin)]
            for step in steps if step.mean is not None
        ]  # fmt: skip
    return rows


def _round(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


@blueprint.get("/par-territoire")
@staff_only("central", bounded=True)
def territories_page() -> str:
    """Opinions, grievances, questions and works offered, territory by territory."""
    level = request.args.get("par", "department")
    level = level if level in reading.LEVELS else "department"
    lines = reading.list_lines(the_node(), level, bounds.find_logs(the_node(), current_staff()))
    return render_template("central/territories.html", lines=lines, level=level, levels=reading.LEVELS)
