"""Pages of the home side: the fleet, what came in, links to enrol a kit, what waits for people."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from kit.central import (
    actions,
    activities,
    all_pages,
    api_gate,
    bounds,
    bringing_routes,
    chosen_routes,
    coordination_routes,
    enrolment_routes,
    erasure,
    figures_routes,
    fleet,
    fleet_routes,
    gift_routes,
    heard,
    key_routes,
    loss_routes,
    open_calendar,
    opinions,
    parcel_routes,
    planner_routes,
    planning_routes,
    privacy_routes,
    protocol,
    public_pages,
    queries,
    reading_routes,
    received,
    report_routes,
    safekeeping,
    same_person_routes,
    stop_routes,
    taking_routes,
    token_routes,
    tour_papers,
    tour_routes,
    words,
)
from kit.central.names import queries as name_queries
from kit.central.names import routes as name_routes
from kit.clock import at
from kit.directory import open_routes
from kit.errors.kind import fr
from kit.feedback import editor_routes, result_routes
from kit.feedback import queries as feedback
from kit.feedback.letters import desk_routes as letter_desk
from kit.feedback.polls import desk_routes as poll_desk
from kit.ids import read_text
from kit.library.kept_lists import find_guides
from kit.people.access import current_staff, staff_only
from kit.people.node import Node, the_node
from kit.sync import aside_queries, inbox
from kit.web.all_pages import show
from kit.web.navigation import ALL_PAGES_AT_CENTRAL
from kit.web.pages import asked_page, tell, to_page
from kit.workshops import queries as workshops
from kit.workshops import series_actions

blueprint = Blueprint("central", __name__)
blueprint.register_blueprint(protocol.blueprint)
_PARTS = (
    activities,
    api_gate,
    bringing_routes,
    chosen_routes,
    coordination_routes,
    editor_routes,
    enrolment_routes,
    erasure,
    figures_routes,
    fleet_routes,
    gift_routes,
    key_routes,
    letter_desk,
    loss_routes,
    name_routes,
    open_calendar,
    open_routes,
    parcel_routes,
    planner_routes,
    planning_routes,
    privacy_routes,
    poll_desk,
    reading_routes,
    report_routes,
    result_routes,
    safekeeping,
    same_person_routes,
    stop_routes,
    taking_routes,
    tour_papers,
    token_routes,
    tour_routes,
)
for part in (*_PARTS, public_pages):
    blueprint.register_blueprint(part.blueprint)
PER_PAGE = 50
MOST_LISTED = 2_000  # workshops in the list, the newest; a month of the planning finds the others


@blueprint.record_once
def recover(state: BlueprintSetupState) -> None:
    """At start, make facts of whatever was stored when the program was last killed."""
    node: Node = state.app.extensions["valise.node"]
    if not node.settings.works_apart:
        inbox.project_waiting(node)
    state.app.extensions[result_routes.LABELS] = lambda ids: queries.scope_labels(node.store, ids)


@blueprint.context_processor
def phrases() -> dict[str, object]:
    """The words of this room, for its templates."""
    now = the_node().clock.wall_ms()
    return {
        "ago": lambda then_ms: words.ago(then_ms, now),
        "year": lambda unix_ms: at(unix_ms).year,
        "aside": words.aside,
        "page_url": lambda number: f"{request.path}?page={number}",
    }


# -- the fleet ----------------------------------------------------------------------------------------------------


@blueprint.get("/")
@staff_only("central", bounded=True)
def fleet_page() -> str:
    """Every kit: last seen, what it holds back, what arrived."""
    store, hers = the_node().store, current_staff().territories
    page = to_page(
        queries.count_kits(store, hers), asked_page(), PER_PAGE,
        lambda limit, skip: queries.list_kits(store, limit, skip, hers),
    )  # fmt: skip
    lines = fleet.describe(the_node(), page.rows)
    aside = 0 if hers else aside_queries.count_to_look_at(store)
    return render_template("central/fleet.html", page=page, lines=lines, to_look_at=aside, bounds=hers)


@blueprint.get("/valises/<kit_id>")
@staff_only("central", bounded=True)
def kit(kit_id: str) -> str:
    """One kit."""
    store = the_node().store
    found = bounds.get_kit(the_node(), current_staff(), read_text(kit_id))
    logs = queries.logs_of_kit(store, found.kit_id)
    recent = queries.list_recent_workshops(store, found.kit_id, 20)
    (line,) = fleet.describe(the_node(), [found])
    return render_template(
        "central/kit.html",
        kit=found,
        line=line,
        clock_words=fleet.CLOCK_WORDS,
        logs=logs,
        workshops=recent,
        received=heard.read(the_node(), found.kit_id),
        https=name_queries.find(store, found.kit_id),
    )


@blueprint.post("/valises/<kit_id>/acces")
@staff_only("enrol")
def change_access(kit_id: str) -> Response:
    """Accept what a kit sends no longer (stolen, lost), or again."""
    is_revoked = request.form.get("acces") == "non"
    found = queries.get_kit(the_node().store, read_text(kit_id))
    actions.set_revoked(the_node(), found.kit_id, is_revoked, current_staff())
    tell("ok", fr("Cette valise n’est plus acceptée.") if is_revoked else fr("Cette valise est acceptée de nouveau."))
    return redirect(f"/valises/{kit_id}", 303)  # type: ignore[return-value]


@blueprint.get(ALL_PAGES_AT_CENTRAL)
@staff_only("self")
def every_page() -> str:
    """Every page of the coordination that whoever asks may open."""
    return show(all_pages.GROUPS, current_staff(), find_guides(the_node().store))


# -- what came in -------------------------------------------------------------------------------------------------


@blueprint.get("/ateliers-recus")
@staff_only("central", bounded=True)
def workshops_received() -> str:
    """Workshops of every kit with sign-ups and attendance."""
    store, logs = the_node().store, bounds.find_logs(the_node(), current_staff())
    page = to_page(
        workshops.count_workshops(store, MOST_LISTED, logs), asked_page(), PER_PAGE,
        lambda limit, skip: workshops.list_with_counts(store, limit, skip, logs),
    )  # fmt: skip
    names = queries.names_of_logs(store, [workshop.log_no for workshop in page.rows])
    given = queries.count_opinions(store, [workshop.workshop_id for workshop in page.rows])
    return render_template(
        "central/workshops.html", page=page, names=names, opinions=given, is_cut=page.total == MOST_LISTED
    )


@blueprint.get("/ateliers-recus/<workshop_id>")
@staff_only("central", bounded=True)
def workshop_received(workshop_id: str) -> str:
    """One workshop: counts for all, names for those who hold the key."""
    node = the_node()
    bounds.check_log(node, current_staff(), workshops.get_workshop(node.store, read_text(workshop_id)).log_no)
    roll = received.open_roll(node, current_staff(), read_text(workshop_id))
    names = queries.names_of_logs(node.store, [roll.workshop.log_no])
    opinions_count = queries.count_opinions(node.store, [roll.workshop.workshop_id]).get(roll.workshop.workshop_id, 0)
    later = len(series_actions.list_later(node, roll.workshop))
    return render_template(
        "central/workshop.html", roll=roll, workshop=roll.workshop, names=names, opinions=opinions_count, later=later
    )


@blueprint.get("/avis-recus")
@staff_only("central", bounded=True)
def opinions_received() -> str:
    """Opinions of every kit, by where they were given."""
    node = the_node()
    logs = bounds.find_logs(node, current_staff())
    hers = opinions.list_hers(node, logs) if logs is not None else []
    page = to_page(
        feedback.count_groups(node.store) if logs is None else len(hers), asked_page(), PER_PAGE,
        lambda limit, skip: opinions.list_groups(node, limit, skip) if logs is None else hers[skip : skip + limit],
    )  # fmt: skip
    return render_template("central/opinions.html", page=page, enough=node.settings.small_group)


@blueprint.get("/avis-recus/<scope>/<scope_id>")
@staff_only("central", bounded=True)
def opinion_received(scope: str, scope_id: str) -> str:
    """One group of opinions: how many were happy, and what was written when the key is there."""
    node = the_node()
    group = opinions.get_group(node, scope, read_text(scope_id))
    opinions.check_hers(node, group, bounds.find_logs(node, current_staff()))
    page = to_page(
        max(1, group.counted.text_count), asked_page(), opinions.MOST_TEXTS,
        lambda _limit, skip: [opinions.open_texts(node, current_staff(), group, skip)],
    )  # fmt: skip
    return render_template("central/opinion.html", group=group, page=page, enough=node.settings.small_group)


@blueprint.get("/a-regarder")
@staff_only("central")
def to_look_at() -> str:
    """Segments kept aside for people, each with its reason."""
    store = the_node().store
    page = to_page(
        aside_queries.count_set_aside(store), asked_page(), PER_PAGE,
        lambda limit, skip: aside_queries.list_to_look_at(store, limit, skip),
    )  # fmt: skip
    misplaced = aside_queries.list_misplaced(store)
    names = queries.names_of_logs(store, [one.log_no for one in (*page.rows, *misplaced)])
    return render_template("central/to_look_at.html", page=page, names=names, misplaced=misplaced)
