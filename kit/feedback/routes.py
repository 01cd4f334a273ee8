"""Pages of this room: answering (no account, no cookie), and what the team reads of opinions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, current_app, render_template

from kit.errors import Problem
from kit.feedback import (
    answer_routes,
    editor_routes,
    kiosk_routes,
    opinions,
    paper_routes,
    queries,
    result_routes,
    step_routes,
)
from kit.feedback.letters import desk_routes as letter_desk
from kit.feedback.letters import routes as letter_routes
from kit.feedback.polls import desk_routes as poll_desk
from kit.feedback.polls import routes as poll_routes
from kit.ids import read_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, to_page

blueprint = Blueprint("feedback", __name__)
LABELS = "valise.workshop_labels"
GROUPS_PER_PAGE = 20
TEXTS_PER_PAGE = 50
for part in (
    answer_routes,
    step_routes,
    editor_routes,
    letter_routes,
    letter_desk,
    kiosk_routes,
    paper_routes,
    poll_routes,
    poll_desk,
    result_routes,
):
    blueprint.register_blueprint(part.blueprint)


# -- the team -----------------------------------------------------------------------------------------------------


@blueprint.get("/console/avis")
@staff_only("feedback")
def list_page() -> str:
    """Every group of opinions, and how many wait in the urn."""
    node = the_node()
    page = to_page(
        queries.count_groups(node.store),
        asked_page(),
        GROUPS_PER_PAGE,
        lambda limit, offset: opinions.list_opinions(node, _labels, limit, offset),
    )
    waiting = opinions.list_waiting(node, _labels)
    return render_template("feedback/list.html", page=page, waiting=waiting, enough=node.settings.small_group)


@blueprint.get("/console/avis/<scope>/<scope_id>")
@staff_only("feedback")
def group_page(scope: str, scope_id: str) -> str:
    """One group: its counts and, when it is large enough, what people wrote."""
    node, vault = the_node(), current_staff().vault()
    opinion = opinions.find_opinion(node, _labels, scope, read_text(scope_id))
    if opinion is None:
        raise Problem("feedback.not_found")
    page = to_page(
        opinion.text_count,
        asked_page(),
        TEXTS_PER_PAGE,
        lambda limit, offset: [opinions.read_texts(node, vault, opinion, limit, offset)],
    )
    return render_template("feedback/group.html", opinion=opinion, page=page, texts=page.rows[0])


def _labels(workshop_ids: Sequence[bytes]) -> Mapping[bytes, str]:
    """The titles of workshops, from the application."""
    read: opinions.Labels = current_app.extensions.get(LABELS, lambda _ids: {})
    return read(workshop_ids)
