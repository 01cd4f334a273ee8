"""The form of a workshop, the same on a kit and at the central."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import render_template

from kit.ids import to_text
from kit.people.node import Node, the_node
from kit.workshops import forms, vocabulary
from kit.workshops.queries import Workshop


def read_plan(node: Node, values: Mapping[str, str], found: Workshop | None) -> forms.NewWorkshop:
    """What staff wrote; the series of a workshop that is changed stays hers. Raises FieldProblems."""
    plan = forms.read_plan(values, list_stops(node, found), node.settings.timezone)
    if found is None:
        return plan
    return msgspec.structs.replace(plan, series_id=found.series_id, is_cycle=found.is_cycle)


def list_stops(node: Node, found: Workshop | None) -> dict[bytes, str]:
    """The stops to choose among; the one a workshop has stays possible even when it is no longer listed."""
    kept = {found.stop_id: found.stop_label} if found and found.stop_id else {}
    return kept | {stop.stop_id: stop.label for stop in node.list_stops()}


def as_values(workshop: Workshop, node: Node) -> dict[str, str]:
    """A known workshop as the form's text."""
    fields: dict[str, Any] = {name: getattr(workshop, name) for name in forms.NewWorkshop.__struct_fields__}
    return forms.plan_values(forms.NewWorkshop(**fields), node.settings.timezone)


def show_form(values: Mapping[str, str], workshop: Workshop | None = None, **more: object) -> str:
    """The page; `more` may say where it is posted to (`action`), what it is called (`heading`), among which `kits`."""
    return render_template(
        "workshops/plan.html",
        values=values,
        workshop=workshop,
        stops=[(to_text(stop_id), label) for stop_id, label in list_stops(the_node(), workshop).items()],
        levels=list(vocabulary.labels("level").items()),
        themes=vocabulary.themes_by_group(),
        kinds=list(vocabulary.labels("kind").items()),
        audiences=list(vocabulary.labels("audience").items()),
        languages=list(vocabulary.LANGUAGES.items()),
        **more,
    )
