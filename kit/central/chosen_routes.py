"""Pages of what is meant for chosen kits: a pack, a questionnaire, and settings."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.central import chosen
from kit.errors import FieldProblems, Problem, counted
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import problem_words, tell

blueprint = Blueprint("chosen", __name__)
SETTINGS = "/valises/reglages"


@blueprint.get("/pour-qui/<thing_id>")
@staff_only("enrol")
def audience_page(thing_id: str) -> str:
    """Every kit, chosen or not, and whether it has heard."""
    return _audience(thing_id)


def _audience(thing_id: str, refused: str = "") -> str:
    thing = chosen.get_thing(the_node(), read_text(thing_id))
    audience, lines = chosen.list_lines(the_node(), thing)
    return render_template(
        "central/audience.html", thing=thing, audience=audience, lines=lines, said=chosen.SAID, refused=refused
    )


@blueprint.post("/pour-qui/<thing_id>")
@staff_only("enrol")
def choose(thing_id: str) -> Response | tuple[str, int]:
    """Say for which kits it is meant."""
    node, thing = the_node(), chosen.get_thing(the_node(), read_text(thing_id))
    kits = None if request.form.get("pour") == "toutes" else request.form.getlist("valise")
    try:
        chosen.choose(node, current_staff(), thing, kits)
    except Problem as problem:
        return _audience(thing_id, problem_words(problem)), problem.status
    tell("ok", fr("C’est noté. Les valises le sauront à leur prochain envoi."))
    return redirect(f"/pour-qui/{thing_id}", 303)


@blueprint.get(SETTINGS)
@staff_only("enrol")
def settings_page() -> str:
    """What each kit was told, and the form."""
    return _settings()


def _settings(problem: FieldProblems | None = None, refused: str = "") -> str:
    return render_template(
        "central/kit_settings.html", lines=chosen.list_terms(the_node()), said=chosen.SAID, refused=refused,
        values=request.form, ticked=request.form.getlist("valise") or request.args.getlist("valise"),
        errors=problem.fields if problem else {},
    )  # fmt: skip


@blueprint.post(SETTINGS)
@staff_only("enrol")
def tell_settings() -> Response | tuple[str, int]:
    """Tell the chosen kits."""
    try:
        terms = chosen.read_terms(request.form)
        count = chosen.tell_terms(the_node(), current_staff(), request.form.getlist("valise"), terms)
    except FieldProblems as problem:
        return _settings(problem), problem.status
    except Problem as problem:
        return _settings(refused=problem_words(problem)), problem.status
    many = fr("C’est noté pour %s valises. Chacune s’y met à son prochain envoi.")
    tell("ok", counted(count, fr("C’est noté pour %s valise. Chacune s’y met à son prochain envoi."), many))
    return redirect(SETTINGS, 303)
