"""Pages of this room: places of help for everybody, stops of the tour for the team."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request
from msgspec.structs import asdict
from werkzeug.wrappers import Response

from kit.directory import (
    actions,
    desk_routes,
    errand_routes,
    find_queries,
    finding,
    forms,
    looking,
    queries,
    vocabulary,
)
from kit.directory.advisers import routes as adviser_routes
from kit.directory.advisers.queries import list_here
from kit.directory.atlas import routes as atlas_routes
from kit.directory.equipment import routes as equipment_routes
from kit.directory.freshness import routes as freshness_routes
from kit.directory.freshness.actions import HOW
from kit.directory.freshness.queries import find_check
from kit.directory.halls import routes as hall_routes
from kit.directory.halls.queries import find_hall
from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.language import say
from kit.web.pages import asked_page, tell, to_page
from kit.web.security import form_nonce

blueprint = Blueprint("directory", __name__)
blueprint.register_blueprint(desk_routes.blueprint)
blueprint.register_blueprint(errand_routes.blueprint)
blueprint.register_blueprint(adviser_routes.blueprint)
blueprint.register_blueprint(freshness_routes.blueprint)
blueprint.register_blueprint(hall_routes.blueprint)
blueprint.register_blueprint(equipment_routes.blueprint)
blueprint.register_blueprint(atlas_routes.blueprint)
AFTER_STOP_CLOSE = "valise.after_stop_close"
PLACES_PER_PAGE = 20
STOPS_PER_PAGE = 30


@blueprint.get("/annuaire")
def list_page() -> str:
    """Places of help, with a search that forgives, and what the directory honestly holds."""
    node = the_node()
    asked = looking.read_asked(node, request.args)
    found = find_queries.Found(node.store, asked.search)
    page = to_page(
        found.total,
        asked_page(),
        PLACES_PER_PAGE,
        lambda limit, offset: queries.to_lines(found.page(limit, offset)),
    )
    services = [(one, say(vocabulary.say("services", value))) for one, value in vocabulary.service_codes().items()]
    return render_template(
        "directory/list.html",
        page=page,
        asked=asked,
        services=services,
        finding=finding,
        state=queries.describe_directory(node.store),
        is_hour_sure=node.is_hour_sure,
    )


@blueprint.get("/annuaire/<place>")
def place_page(place: str) -> str:
    """One place: where, when, how to get in, what it costs; and where the suitcase will be."""
    node = the_node()
    found = queries.get_place(node.store, read_text(place))
    return render_template(
        "directory/place.html", place=found, stop=queries.find_next_stop(node.store, node.clock.wall_ms()), how=HOW,
        advisers=list_here(node.store, found.place_id, node.today()), check=find_check(node.store, found.place_id),
    )  # fmt: skip


# -- the team -----------------------------------------------------------------------------------------------------


@blueprint.get("/console/haltes")
@staff_only("directory")
def stops_page() -> str:
    """Every stop, newest first."""
    node = the_node()
    page = to_page(
        queries.count_stops(node.store),
        asked_page(),
        STOPS_PER_PAGE,
        lambda limit, offset: queries.page_of_stops(node.store, limit, offset),
    )
    is_central = node.settings.is_central
    return render_template("directory/stops.html", page=page, current=node.current_stop(), is_central=is_central)


@blueprint.get("/console/haltes/nouvelle")
@staff_only("directory")
def plan_page() -> str:
    """The form of a stop, today by default."""
    node = the_node()
    day = node.today()
    hall = find_hall(node.store, read_text(request.args.get("salle", "")))
    said = {name: getattr(hall, name) for name in ("label", "commune", "code_insee", "address")} if hall else {}
    said |= {"hall": request.args["salle"]} if hall else {}
    return _plan_form({"day": day, "hour": "09:00", "last_day": day, "last_hour": "18:00", **said})


@blueprint.post("/console/haltes/nouvelle")
@staff_only("directory")
def plan() -> Response | tuple[str, int]:
    """Plan a stop."""
    node = the_node()
    try:
        new = forms.read_stop(request.form, node.settings.timezone)
    except FieldProblems as problem:
        return _plan_form(problem.values, problem), problem.status
    actions.plan_stop(node, **asdict(new), stop_id=form_nonce())
    tell("ok", fr("La halte est notée."))
    return redirect("/console/haltes", 303)


def _plan_form(values: dict[str, str], problem: FieldProblems | None = None) -> str:
    return render_template("directory/plan.html", values=values, errors=problem.fields if problem else {})


@blueprint.get("/console/haltes/<stop>/terminer")
@staff_only("directory")
def close_page(stop: str) -> str:
    """Say what closing a stop does before it is done."""
    return render_template("directory/close.html", stop=queries.get_stop(the_node().store, read_text(stop)))


@blueprint.post("/console/haltes/<stop>/terminer")
@staff_only("directory")
def close(stop: str) -> Response:
    """Close a stop; the other rooms settle what belongs to it in the same transaction."""
    node = the_node()
    hooks: list[actions.AfterStopClose] = current_app.extensions.get(AFTER_STOP_CLOSE, [])
    found = queries.get_stop(node.store, read_text(stop))
    actions.close_stop(node, found.stop_id, hooks)
    tell("ok", fr("La halte est terminée. Tout est noté."))
    return redirect("/console/haltes", 303)
