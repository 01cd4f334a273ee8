"""The two maps of what lacks, each with a table that says the same."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template

from kit.central import atlas, coverage
from kit.directory import maps
from kit.errors.kind import fr
from kit.people.node import Node


def show_uncovered(node: Node, values: Mapping[str, str]) -> str:
    """Communes of the department `departement` without help within `km`."""
    known = atlas.read_atlas(node.store)
    departments = coverage.list_departments(known)
    usual = next((one.code_insee[:2] for one in node.list_stops() if one.code_insee[:2] in departments), "")
    asked = values.get("departement", "") or usual
    department = asked if asked in departments else (departments[0] if departments else "")
    typed = values.get("km", "")
    km = int(typed) if typed in {str(one) for one in coverage.KM_CHOICES} else coverage.KM_CHOICES[1]
    made = coverage.measure(node, department, km)
    communes = [*(one.commune for one in made.far), *made.near]
    view = coverage.view_of(communes)
    marks = []
    if view is not None:
        marks = [coverage.mark(view, one, 0, one.name) for one in made.near]
        marks += [coverage.mark(view, one.commune, 1, one.commune.name) for one in made.far]
    return render_template(
        "central/coverage.html",
        made=made,
        departments=[(one, fr("Département %(department)s") % {"department": one}) for one in departments],
        kms=[(one, f"{one} km") for one in coverage.KM_CHOICES],
        marks=marks,
        most=coverage.MOST_SHOWN,
        land=maps.outlines(view) if view else "",
        width=maps.WIDTH,
        height=maps.HEIGHT,
        credit=maps.credit(),
        groups=sum(1 for one in known.values() if one.epci),
    )


def show_demands(node: Node) -> str:
    """Demands without an answer, by commune."""
    lines = coverage.list_demands(node)
    view = coverage.view_of(one.commune for one in lines if one.commune is not None)
    placed = [one for one in lines if one.commune is not None and one.commune.north is not None]
    most = max((one.count for one in placed), default=1)
    marks = [
        coverage.mark(view, one.commune, 9 + round(22 * (one.count / most) ** 0.5), f"{one.label} : {one.count}")
        for one in placed
        if view is not None and one.commune is not None
    ]
    return render_template(
        "central/demands.html", lines=lines, marks=marks, land=maps.outlines(view) if view else "",
        width=maps.WIDTH, height=maps.HEIGHT, credit=maps.credit(), unplaced=len(lines) - len(placed),
    )  # fmt: skip
