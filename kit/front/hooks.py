"""Where rooms that must not know each other meet: what one room does when another closes something, and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Flask

from kit.feedback import actions as feedback
from kit.ids import to_text
from kit.people.node import Node
from kit.workshops import queries as workshops
from kit.workshops import series
from kit.workshops.reports import actions as reports
from kit.workshops.rules import day_bounds


def init_hooks(app: Flask, node: Node) -> None:
    """Closing a workshop drafts its report and empties the urn; opinions may name today's workshops."""
    app.extensions["valise.after_close"] = [feedback.after_workshop_close, reports.draft_after_close]
    app.extensions["valise.after_stop_close"] = [feedback.after_stop_close]
    app.extensions["valise.workshop_choices"] = lambda: list_choices(node)
    app.extensions["valise.workshop_labels"] = lambda ids: read_labels(node, ids)


def list_choices(node: Node) -> list[tuple[str, str]]:
    """Today's workshops that take place, as (id, title)."""
    start, end = day_bounds(node.clock.wall_ms(), node.settings.timezone)
    today = workshops.list_today(node.store, start, end)
    return [(to_text(one.workshop_id), one.title) for one in today if not one.is_cancelled and not one.is_closed]


def read_labels(node: Node, workshop_ids: Sequence[bytes]) -> Mapping[bytes, str]:
    """The titles of workshops."""
    return series.read_titles(node.store, workshop_ids)
