"""The console's pages of planning: the list, the form, changing, cancelling, closing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.ids import read_text, to_text
from kit.people.access import staff_only
from kit.people.node import Node, the_node
from kit.web.pages import asked_page, tell, to_page
from kit.web.security import form_nonce
from kit.workshops import actions, forms, queries, rules, vocabulary
from kit.workshops.public_routes import FAR_MS, find_state
from kit.workshops.queries import Workshop
from kit.workshops.words import field_words, problem_words

blueprint = Blueprint("plan", __name__)
PER_PAGE = 50
AFTER_CLOSE = "valise.after_close"
Hook = Callable[[Node, bytes, bytes], None]


@blueprint.get("/console/ateliers")
@staff_only("roll")
def console_list() -> str:
    """Today's workshops, those to come, and those that were."""
    node = the_node()
    start, end = rules.day_bounds(node.clock.wall_ms(), node.settings.timezone)
    past = to_page(
        queries.count_between(node.store, 0, start),
        asked_page(),
        PER_PAGE,
        lambda limit, offset: queries.list_before(node.store, start, limit, offset),
    )
    lists = {
        "today": queries.list_today(node.store, start, end),
        "later": queries.list_between(node.store, end, FAR_MS, 2 * PER_PAGE, 0),
        "past": past.rows,
    }
    shown = {name: [(one, find_state(node, one)) for one in found] for name, found in lists.items()}
    return render_template("workshops/console_list.html", pager=past, **shown)


# -- the form -----------------------------------------------------------------------------------------------------


@blueprint.get("/console/ateliers/nouveau")
@staff_only("plan")
def plan_page() -> str:
    """An empty form; at the stop of today, or copied from the workshop that `modele` names."""
    node = the_node()
    model = queries.find_workshop(node.store, read_text(request.args.get("modele", "")) or b"")
    if model is not None:
        return _form(_as_values(model) | {"day": "", "hour": ""})
    stop = node.current_stop()
    return _form({"stop": to_text(stop.stop_id) if stop else "", "length": "90", "places": "12", "waiting": "4"})


@blueprint.post("/console/ateliers/nouveau")
@staff_only("plan")
def plan() -> Response | tuple[str, int]:
    """Plan a workshop."""
    node = the_node()
    try:
        made = actions.plan_workshop(node, _read_plan(node, None), form_nonce())
    except FieldProblems as problem:
        return _form(problem.values, errors=field_words(problem)), problem.status
    tell("ok", "L’atelier est prévu. Les visiteurs peuvent s’inscrire.")
    return redirect(f"/console/ateliers#a{to_text(made)}", 303)


@blueprint.get("/console/ateliers/<workshop>/changer")
@staff_only("plan")
def change_page(workshop: str) -> str:
    """The form of a planned workshop."""
    found = queries.get_workshop(the_node().store, read_text(workshop))
    return _form(_as_values(found), found)


@blueprint.post("/console/ateliers/<workshop>/changer")
@staff_only("plan")
def change(workshop: str) -> Response | tuple[str, int]:
    """Note what changed."""
    node = the_node()
    found = queries.get_workshop(node.store, read_text(workshop))
    try:
        version = forms.read_version(request.form)
        changed = actions.change_workshop(node, found.workshop_id, _read_plan(node, found), version)
    except FieldProblems as problem:
        return _form(problem.values, found, errors=field_words(problem)), problem.status
    except Problem as problem:
        if not problem.code.startswith("workshops."):
            raise
        return _form(request.form, found, refused=problem_words(problem)), problem.status
    tell("ok", "C’est changé. Les tickets le montrent." if changed else "Rien n’a changé.")
    return redirect(f"/console/ateliers/{workshop}/presences", 303)


def _read_plan(node: Node, found: Workshop | None) -> forms.NewWorkshop:
    return forms.read_plan(request.form, _stops(node, found), node.settings.timezone)


def _stops(node: Node, found: Workshop | None) -> dict[bytes, str]:
    """The stops to choose among; the one a workshop has stays possible even when it is no longer listed."""
    kept = {found.stop_id: found.stop_label} if found and found.stop_id else {}
    return kept | {stop.stop_id: stop.label for stop in node.list_stops()}


def _as_values(workshop: Workshop) -> dict[str, str]:
    fields = {name: getattr(workshop, name) for name in forms.NewWorkshop.__struct_fields__}
    return forms.plan_values(forms.NewWorkshop(**fields), the_node().settings.timezone)


def _form(values: Mapping[str, str], workshop: Workshop | None = None, **more: object) -> str:
    return render_template(
        "workshops/plan.html",
        values=values,
        workshop=workshop,
        stops=[(to_text(stop_id), label) for stop_id, label in _stops(the_node(), workshop).items()],
        levels=list(vocabulary.labels("level").items()),
        themes=vocabulary.themes_by_group(),
        **more,
    )


# -- cancelling and closing ---------------------------------------------------------------------------------------


@blueprint.get("/console/ateliers/<workshop>/annuler")
@staff_only("plan")
def cancel_page(workshop: str) -> str:
    """Ask before cancelling."""
    return render_template(
        "workshops/cancel.html", workshop=queries.get_workshop(the_node().store, read_text(workshop))
    )


@blueprint.post("/console/ateliers/<workshop>/annuler")
@staff_only("plan")
def cancel(workshop: str) -> Response | tuple[str, int]:
    """Cancel it, with a word for those who signed up."""
    node = the_node()
    found = queries.get_workshop(node.store, read_text(workshop))
    try:
        actions.cancel_workshop(node, found.workshop_id, forms.read_reason(request.form))
    except FieldProblems as problem:
        return _cancel_form(found, problem.values, field_words(problem)), problem.status
    tell("ok", "L’atelier est annulé. Les tickets le disent.")
    return redirect(f"/console/ateliers/{workshop}/presences", 303)


def _cancel_form(workshop: Workshop, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template("workshops/cancel.html", workshop=workshop, values=values, errors=errors)


@blueprint.get("/console/ateliers/<workshop>/terminer")
@staff_only("plan")
def close_page(workshop: str) -> str:
    """Ask whether paper or certificates are left, before the names are closed for ever."""
    return _close_form(queries.get_workshop(the_node().store, read_text(workshop)))


@blueprint.post("/console/ateliers/<workshop>/terminer")
@staff_only("plan")
def close(workshop: str) -> Response | tuple[str, int]:
    """Close it and destroy its door."""
    node = the_node()
    found = queries.get_workshop(node.store, read_text(workshop))
    try:
        with_absent = forms.read_closing(request.form)
        actions.close_workshop(node, found.workshop_id, _after_close(node), with_absent=with_absent)
    except FieldProblems as problem:
        return _close_form(found, problem.values, field_words(problem)), problem.status
    tell("ok", "L’atelier est terminé. Tout est noté. Les noms ne se lisent plus sur cette valise.")
    return redirect(f"/console/ateliers/{workshop}/presences", 303)


def _after_close(node: Node) -> actions.AfterClose:
    hooks: list[Hook] = current_app.extensions.get(AFTER_CLOSE, [])

    def run(workshop_id: bytes, stop_id: bytes) -> None:
        for hook in hooks:
            hook(node, workshop_id, stop_id)

    return run


def _close_form(
    workshop: Workshop, values: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    missing = len(actions.list_missing(the_node(), workshop))
    return render_template(
        "workshops/close.html", workshop=workshop, missing=missing, values=values or {}, errors=errors
    )
