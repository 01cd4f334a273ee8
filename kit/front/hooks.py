"""Where rooms that must not know each other meet: what one room does when another closes something, and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Flask

from kit.ids import to_text
from kit.people.node import Node


def init_hooks(app: Flask, node: Node) -> None:
    """Closing a workshop drafts its report and empties the urn; opinions may name today's workshops."""
    app.extensions["valise.after_close"] = [settle_opinions, draft_report]
    app.extensions["valise.after_stop_close"] = [settle_opinions_of_stop]
    app.extensions["valise.workshop_choices"] = lambda: list_choices(node)
    app.extensions["valise.workshop_labels"] = lambda ids: read_labels(node, ids)


# The rooms are imported where they are used: a start opens none of them.


def settle_opinions(node: Node, workshop_id: bytes, stop_id: bytes) -> None:
    """A workshop was closed: nobody else will answer about it."""
    from kit.feedback.actions import after_workshop_close

    after_workshop_close(node, workshop_id, stop_id)


def draft_report(node: Node, workshop_id: bytes, stop_id: bytes) -> None:
    """A workshop was closed: its report drafts itself."""
    from kit.workshops.reports.actions import draft_after_close

    draft_after_close(node, workshop_id, stop_id)


def settle_opinions_of_stop(node: Node, stop_id: bytes) -> None:
    """A stop was closed: nobody else will answer there."""
    from kit.feedback.actions import after_stop_close

    after_stop_close(node, stop_id)


def list_choices(node: Node) -> list[tuple[str, str]]:
    """Today's workshops that take place, as (id, title)."""
    from kit.workshops.queries import list_today
    from kit.workshops.rules import day_bounds

    start, end = day_bounds(node.clock.wall_ms(), node.settings.timezone)
    today = list_today(node.store, start, end)
    return [(to_text(one.workshop_id), one.title) for one in today if not one.is_cancelled and not one.is_closed]


def read_labels(node: Node, workshop_ids: Sequence[bytes]) -> Mapping[bytes, str]:
    """The titles of workshops."""
    from kit.workshops.series import read_titles

    return read_titles(node.store, workshop_ids)
