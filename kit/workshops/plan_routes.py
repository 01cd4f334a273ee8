"""The console's pages of planning: the list, the form, changing, cancelling, closing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem, counted
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import current_staff, staff_only
from kit.people.node import Node, the_node
from kit.web.fields import read_version
from kit.web.language import speaking, written_in
from kit.web.pages import asked_page, tell, to_page
from kit.web.security import form_nonce
from kit.workshops import actions, again, forms, plan_pages, queries, rules, series_actions
from kit.workshops.public_routes import FAR_MS, find_state, looks_over
from kit.workshops.queries import Workshop
from kit.workshops.words import day_hour, field_words, problem_words

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
    shown = {name: [(one, _shown_state(node, one)) for one in found] for name, found in lists.items()}
    return render_template("workshops/console_list.html", pager=past, again=again.find_next(node), **shown)


def _shown_state(node: Node, workshop: Workshop) -> str:
    state = find_state(node, workshop)
    return "over" if looks_over(node, workshop) and state not in ("cancelled", "elsewhere") else state


# -- the form -----------------------------------------------------------------------------------------------------


@blueprint.get("/console/ateliers/nouveau")
@staff_only("plan")
def plan_page() -> str:
    """An empty form; at the stop of today, or copied from the workshop that `modele` names."""
    node = the_node()
    model = queries.find_workshop(node.store, read_text(request.args.get("modele", "")) or b"")
    if model is not None:
        return plan_pages.show_form(plan_pages.as_values(model, node) | {"day": "", "hour": ""})
    stop = node.current_stop()
    return plan_pages.show_form(
        {"stop": to_text(stop.stop_id) if stop else "", "length": "90", "places": "12", "waiting": "4"}
    )


@blueprint.post("/console/ateliers/nouveau")
@staff_only("plan")
def plan() -> Response | tuple[str, int]:
    """Plan a workshop."""
    node = the_node()
    try:
        plan, repeat = plan_pages.read_plan(node, request.form, None), forms.read_repeat(request.form)
        made = series_actions.plan_series(node, plan, repeat, form_nonce())
    except FieldProblems as problem:
        return plan_pages.show_form(problem.values, errors=field_words(problem)), problem.status
    few = fr("L’atelier est prévu. Les visiteurs peuvent s’inscrire.")
    tell(
        "ok",
        few
        if len(made) == 1
        else fr("%(made)s dates sont prévues. Les visiteurs peuvent s’inscrire.") % {"made": len(made)},
    )
    return redirect(f"/console/ateliers#a{to_text(made[0])}", 303)


@blueprint.get("/console/ateliers/<workshop>/changer")
@staff_only("plan")
def change_page(workshop: str) -> str:
    """The form of a planned workshop."""
    found = queries.get_workshop(the_node().store, read_text(workshop))
    return _change_form(plan_pages.as_values(found, the_node()), found)


@blueprint.post("/console/ateliers/<workshop>/changer")
@staff_only("plan")
def change(workshop: str) -> Response | tuple[str, int]:
    """Note what changed."""
    node = the_node()
    found = queries.get_workshop(node.store, read_text(workshop))
    try:
        version = read_version(request.form)
        plan, is_all = plan_pages.read_plan(node, request.form, found), request.form.get("later") == "1"
        act = series_actions.change_series if is_all else actions.change_workshop
        count = int(act(node, found.workshop_id, plan, version))
    except FieldProblems as problem:
        return _change_form(problem.values, found, errors=field_words(problem)), problem.status
    except Problem as problem:
        if not problem.code.startswith("workshops."):
            raise
        return _change_form(request.form, found, refused=problem_words(problem)), problem.status
    words = (
        fr("C’est changé. Les tickets le montrent.")
        if count < 2
        else fr("%(count)s dates sont changées. Les tickets le montrent.") % {"count": count}
    )
    tell("ok", words if count else fr("Rien n’a changé."))
    return redirect(f"/console/ateliers/{workshop}/presences", 303)


def _change_form(values: Mapping[str, str], found: Workshop, **more: object) -> str:
    later = len(series_actions.list_later(the_node(), found))
    return plan_pages.show_form(values, found, later=later, **more)


@blueprint.post("/console/ateliers/refaire")
@staff_only("plan")
def plan_again() -> Response:
    """Plan the workshops of this stop again at the next one of its tour."""
    planned, label = again.plan_day_again(the_node(), read_text(request.form.get("halte", "")) or b"")
    words = (
        fr("%(planned)s ateliers sont prévus à : %(label)s.") % {"planned": planned, "label": label}
        if planned > 1
        else fr("1 atelier est prévu à : %(label)s.") % {"label": label}
    )
    tell(
        "ok" if planned else "info",
        words if planned else fr("Ces ateliers étaient déjà prévus à : %(label)s.") % {"label": label},
    )
    return redirect("/console/ateliers", 303)


# -- cancelling and closing ---------------------------------------------------------------------------------------


@blueprint.get("/console/ateliers/<workshop>/annuler")
@staff_only("plan")
def cancel_page(workshop: str) -> str:
    """Ask before cancelling: alone, with the later dates of its series, or with its people going to another one."""
    return _cancel_form(queries.get_workshop(the_node().store, read_text(workshop)), {}, {})


@blueprint.post("/console/ateliers/<workshop>/annuler")
@staff_only("plan")
def cancel(workshop: str) -> Response | tuple[str, int]:
    """Cancel it, with a word for those who signed up."""
    node = the_node()
    found = queries.get_workshop(node.store, read_text(workshop))
    try:
        words = _cancel(node, found, forms.read_reason(request.form))
    except FieldProblems as problem:
        return _cancel_form(found, problem.values, field_words(problem)), problem.status
    except Problem as problem:
        if problem.code not in ("workshops.not_elsewhere", "workshops.names_closed"):
            raise
        return _cancel_form(found, request.form, {"target": problem_words(problem)}), problem.status
    tell("ok", words)
    return redirect(f"/console/ateliers/{workshop}/presences", 303)


def _cancel(node: Node, found: Workshop, reason: str) -> str:
    """Do what was chosen; what to say then."""
    target = read_text(request.form.get("target", ""))
    if target is not None:
        moved = series_actions.merge_into(node, current_staff(), found.workshop_id, target, reason)
        many = fr("L’atelier est annulé. %s inscriptions vont à l’autre : même ticket.")
        return counted(moved, fr("L’atelier est annulé. %s inscription va à l’autre : même ticket."), many)
    if request.form.get("later") == "1":
        count = series_actions.cancel_later(node, found.workshop_id, reason)
        return fr("%(count)s dates sont annulées. Les tickets le disent.") % {"count": count}
    actions.cancel_workshop(node, found.workshop_id, reason)
    return fr("L’atelier est annulé. Les tickets le disent.")


def _cancel_form(workshop: Workshop, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    node = the_node()
    day, _ = rules.day_bounds(node.clock.wall_ms(), node.settings.timezone)
    coming = queries.list_between(node.store, day, FAR_MS, PER_PAGE, 0)
    targets = [
        (to_text(one.workshop_id), _name_in_a_list(one))
        for one in coming
        if one.is_ours and not one.is_cancelled and not one.is_closed and one.workshop_id != workshop.workshop_id
    ]
    later = series_actions.list_later(node, workshop)
    given = {"values": values, "errors": errors, "targets": targets, "later": len(later)}
    return render_template("workshops/cancel.html", workshop=workshop, **given)


def _name_in_a_list(workshop: Workshop) -> str:
    """An option is said in one language: that of the title."""
    with speaking(written_in(workshop.title)):
        return f"{day_hour(workshop.starts_at_ms)} · {workshop.title}"


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
    tell("ok", closing_words(node))
    return redirect(f"/console/comptes-rendus/{workshop}", 303)


def closing_words(node: Node) -> str:
    """What is said after a closing; after the day's last one, what may be unplugged."""
    start, end = rules.day_bounds(node.clock.wall_ms(), node.settings.timezone)
    left = [one for one in queries.list_today(node.store, start, end) if not one.is_closed and not one.is_cancelled]
    if left:
        return fr("L’atelier est terminé. Tout est noté. Les noms ne se lisent plus sur cette valise.")
    return fr(
        "Tout est noté. Vous pouvez débrancher. C’était le dernier atelier du jour : "
        "éteignez la valise dans Réglages, puis débranchez-la, avec les tablettes et "
        "l’imprimante. Ce qui n’est pas encore envoyé reste noté dedans."
    )


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
