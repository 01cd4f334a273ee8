"""The page of figures, the same on a kit and at the central: what to count is in the address."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec
from flask import render_template

from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.node import Node
from kit.web.language import Written
from kit.workshops import charts, figures
from kit.workshops.figures import Figures, Scope
from kit.workshops.figures_kept import Counting
from kit.workshops.reports import forms
from kit.workshops.reports.vocabulary import FAMILIES, FAMILY_WORDS

MOST_BARS = 9


def show_figures(
    node: Node, asked: Mapping[str, str], base: str, logs: Collection[int] | None = None, missing: Sequence[str] = ()
) -> str:
    """Figures of the stop `halte`, the tour `tournee`, or everything; between the days `du` and `au`; of these logs.

    `missing`: what else these figures do not know, in words.
    """
    stops = node.list_stops()
    title, scope = _read_scope(node, asked)
    scope = msgspec.structs.replace(scope, logs=logs)
    zone = node.settings.timezone
    found = Counting(node.store, scope, node.clock.wall_ms(), zone).count()
    return render_template(
        "workshops/figures.html",
        title=title,
        found=found,
        charts=_charts(found),
        stops=[(to_text(stop.stop_id), stop.label) for stop in stops],
        tours=sorted({stop.tour for stop in stops if stop.tour}),
        asked=asked,
        base=base,
        missing=missing,
        noted_ms=node.clock.wall_ms(),
    )


def _read_scope(node: Node, asked: Mapping[str, str]) -> tuple[str, Scope]:
    from_ms, until_ms = forms.read_period(asked, node.settings.timezone)
    stop = node.find_stop(read_text(asked.get("halte", "")) or b"")
    tour = asked.get("tournee", "").strip()
    if stop is not None:
        return Written(stop.label), Scope(from_ms, until_ms, {stop.stop_id})
    if tour:
        of_tour = {one.stop_id for one in node.list_stops() if one.tour == tour}
        return fr("Tournée « %(tour)s »") % {"tour": Written(tour)}, Scope(from_ms, until_ms, of_tour)
    return fr("Toutes les haltes"), Scope(from_ms, until_ms)


def _charts(found: Figures) -> list[tuple[str, figures.Rows, object]]:
    """Each chart as its title, its rows and its drawing; one without rows is left out."""
    asked: list[tuple[str, figures.Rows]] = [(fr("Participations par thématique"), found.theme_rows())]
    asked += [(FAMILY_WORDS[family], found.family_rows(family)) for family in FAMILIES]
    return [(title, rows, charts.bars(shorten(rows))) for title, rows in asked if rows]


def shorten(rows: figures.Rows) -> figures.Rows:
    """What a drawing has room for: the first rows, the others added up; the table below keeps them all."""
    if len(rows) <= MOST_BARS:
        return rows
    return [
        *rows[: MOST_BARS - 1],
        (
            fr("Les %(count)s autres") % {"count": len(rows) - MOST_BARS + 1},
            sum(n for _, n in rows[MOST_BARS - 1 :]),
        ),
    ]
