"""The statement and the kinds, the same on a kit and at the central: what to count is in the address."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, render_template, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from kit.clock import at
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people.node import Node
from kit.web.pages import tell
from kit.web.security import form_nonce
from kit.workshops.reports.exports import send_xlsx
from kit.workshops.reports.forms import read_period
from kit.workshops.spreadsheet import Sheet, row_xml
from kit.workshops.vouchers import actions, forms, queries
from kit.workshops.words import field_words, problem_words

HEADERS = (fr("Date"), fr("Atelier"), fr("Lieu"), fr("Bon"), fr("Valeur (€)"), fr("Nombre"), fr("Total (€)"))
MOST_LINES = 500


def show_statement(
    node: Node, asked: Mapping[str, str], base: str, logs: Collection[int] | None = None, **more: object
) -> str:
    """Vouchers taken between the days `du` and `au` (`logs`: by these kits), to print for the organisation; the kinds
    below."""
    period = read_period(asked, node.settings.timezone)
    lines = list(queries.iter_lines(node.store, *period, logs))
    totals = queries.sum_up(lines)
    return render_template(
        "workshops/vouchers/statement.html",
        lines=lines[:MOST_LINES],
        left_out=max(0, len(lines) - MOST_LINES),
        totals=totals,
        sum_cents=sum(one.value_cents * one.count for one in totals),
        kinds=queries.list_kinds(node.store),
        asked=asked,
        base=base,
        euros=forms.euros,
        noted_ms=node.clock.wall_ms(),
        **more,
    )


def send_statement(node: Node, asked: Mapping[str, str], logs: Collection[int] | None = None) -> Response:
    """The same as a spreadsheet: one line per workshop and kind, and the totals."""
    zone = ZoneInfo(node.settings.timezone)
    period = read_period(asked, node.settings.timezone)
    totals = queries.sum_up(list(queries.iter_lines(node.store, *period, logs)))
    answer = send_xlsx(
        node,
        [
            Sheet(fr("Bons reçus"), HEADERS, _lines(queries.iter_lines(node.store, *period, logs), zone)),
            Sheet(
                fr("Totaux"), HEADERS[3:], (row_xml(_amounts(one.label, one.value_cents, one.count)) for one in totals)
            ),
        ],
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="bons-recus.xlsx"'
    return answer


def _lines(lines: Iterator[queries.Line], zone: ZoneInfo) -> Iterator[str]:
    for line in lines:
        day: datetime = at(line.starts_at_ms).astimezone(zone)
        told = [day.strftime("%d/%m/%Y"), line.title, line.where]
        yield row_xml([*told, *_amounts(line.label, line.value_cents, line.count)])


def _amounts(label: str, cents: int, count: int) -> list[str | int | float | None]:
    return [label, cents / 100, count, cents * count / 100]


def note_kind(node: Node, base: str) -> AnyResponse | tuple[str, int]:
    """Add a kind, or change the one that `kind` names."""
    kind_id = read_text(request.form.get("kind", "")) or form_nonce()
    try:
        actions.set_kind(node, kind_id, forms.read_kind(request.form))
    except FieldProblems as problem:
        errors = field_words(problem)
        return show_statement(node, {}, base, values=problem.values, errors=errors), problem.status
    except Problem as problem:
        tell("bad", problem_words(problem))
        return redirect(base, 303)
    tell("ok", fr("C’est noté. Cochez « bons acceptés » sur les ateliers qui en prennent."))
    return redirect(f"{base}#sortes", 303)
