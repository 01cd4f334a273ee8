"""Pages of halls for the team, and of a stop for everybody."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from msgspec.structs import asdict
from werkzeug.wrappers import Response

from kit.directory import stop_queries
from kit.directory.advisers.queries import list_here
from kit.directory.halls import actions, forms, queries, vocabulary
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.fields import read_version
from kit.web.pages import asked_page, tell, to_page
from kit.web.security import form_nonce

blueprint = Blueprint("halls", __name__)
PAGE = "/console/salles"
PER_PAGE = 30


@blueprint.get("/annuaire/haltes/<stop>")
def stop_page(stop: str) -> str:
    """One halt of the tour for everybody: where, when, how to get in, who helps there."""
    node = the_node()
    found = stop_queries.get_stop(node.store, read_text(stop))
    return render_template(
        "directory/halls/stop.html", stop=found, hall=queries.find_hall(node.store, found.hall_id),
        advisers=list_here(node.store, found.stop_id, node.today()),
    )  # fmt: skip


@blueprint.get(PAGE)
@staff_only("directory")
def list_page() -> str:
    """Every hall, with how far one is with it."""
    store, words, state = the_node().store, request.args.get("q", "")[:100], request.args.get("etat", "")
    page = to_page(
        queries.count_halls(store, words, state), asked_page(), PER_PAGE,
        lambda limit, skip: queries.list_halls(store, words, state, limit, skip),
    )  # fmt: skip
    return render_template("directory/halls/list.html", page=page, words=words, state=state, states=vocabulary.STATES)


@blueprint.get(f"{PAGE}/nouvelle")
@staff_only("directory")
def add_page() -> str:
    """An empty sheet, to fill on the spot."""
    return _form({"state": "candidate"})


@blueprint.post(f"{PAGE}/nouvelle")
@staff_only("directory")
def add() -> Response | tuple[str, int]:
    """Note a hall."""
    try:
        body = forms.read_hall(request.form)
    except FieldProblems as problem:
        return _form(problem.values, problem), problem.status
    hall_id = actions.add_hall(the_node(), form_nonce(), body)
    tell("ok", fr("La salle est notée."))
    return redirect(f"{PAGE}/{to_text(hall_id)}", 303)


@blueprint.get(f"{PAGE}/<hall>")
@staff_only("directory")
def hall_page(hall: str) -> str:
    """The practical sheet of a hall, to print."""
    found = queries.get_hall(the_node().store, read_text(hall))
    stops = stop_queries.list_stops_in(the_node().store, found.hall_id)
    return render_template("directory/halls/hall.html", hall=found, stops=stops)


@blueprint.get(f"{PAGE}/<hall>/changer")
@staff_only("directory")
def change_page(hall: str) -> str:
    """The sheet, to be changed."""
    found = queries.get_hall(the_node().store, read_text(hall))
    said = {name: str(value) for name, value in asdict(found).items() if name != "sheet"}
    said |= {"seats": str(found.seats or ""), "host_phone": found.phone_words}
    return _form({**said, **found.sheet}, hall=found)


@blueprint.post(f"{PAGE}/<hall>/changer")
@staff_only("directory")
def change(hall: str) -> Response | tuple[str, int]:
    """Change a hall; somebody else's change meanwhile is not written over."""
    node = the_node()
    found = queries.get_hall(node.store, read_text(hall))
    try:
        body = forms.read_hall(request.form, read_version(request.form))
        actions.change_hall(node, found.hall_id, body)
    except FieldProblems as problem:
        return _form(problem.values, problem, found), problem.status
    except Problem as problem:
        return _form(dict(request.form), hall=found, refused=problem), problem.status
    tell("ok", fr("C’est noté."))
    return redirect(f"{PAGE}/{to_text(found.hall_id)}", 303)


@blueprint.post(f"{PAGE}/<hall>/retirer")
@staff_only("directory")
def remove(hall: str) -> Response:
    """It is no hall any more."""
    actions.remove_hall(the_node(), read_text(hall))
    tell("ok", fr("La salle est retirée."))
    return redirect(PAGE, 303)


def _form(
    values: dict[str, str],
    problem: FieldProblems | None = None,
    hall: queries.Hall | None = None,
    refused: Problem | None = None,
) -> str:
    return render_template(
        "directory/halls/edit.html", values=values, errors=problem.fields if problem else {}, hall=hall,
        refused=refused, states=list(vocabulary.STATES.items()), questions=vocabulary.QUESTIONS,
    )  # fmt: skip
