"""Planning from home: what is asked of a box, how far it has come. The box alone plans, changes and cancels."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.central import queries
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, tell, to_page
from kit.web.security import form_nonce
from kit.workshops import forms, plan_pages, series_actions
from kit.workshops import queries as workshops
from kit.workshops.proposals import actions
from kit.workshops.proposals import queries as proposals
from kit.workshops.proposals.actions import Box
from kit.workshops.queries import Workshop
from kit.workshops.words import field_words

blueprint = Blueprint("planning", __name__)
BASE = "/ateliers-recus/demandes"
PER_PAGE = 50
MOST_KITS = 500
LEAD = fr(
    "La valise tient ses ateliers elle-même : elle le prévoira quand elle aura de vos nouvelles, et vous le dira."
)
EMPTY = {"length": "90", "places": "12", "waiting": "4"}


@blueprint.get(BASE)
@staff_only("central")
def asked() -> str:
    """What was asked of the boxes, and what they answered."""
    store = the_node().store
    page = to_page(
        proposals.count_proposals(store),
        asked_page(),
        PER_PAGE,
        lambda limit, skip: proposals.list_proposals(store, limit, skip),
    )
    names = {kit.kit_id: kit.nickname for kit in queries.list_kits(store, MOST_KITS, 0)}
    return render_template("central/proposals.html", page=page, names=names)


@blueprint.get("/ateliers-recus/prevoir")
@staff_only("propose")
def plan_page() -> str:
    """An empty form, or a copy of the workshop that `modele` names."""
    model = workshops.find_workshop(the_node().store, read_text(request.args.get("modele", "")) or b"")
    copied = plan_pages.as_values(model, the_node()) | {"hour": ""} if model else EMPTY
    copied = {**copied, "day": request.args.get("jour", "")[:10]}
    return _plan_form(dict(copied))


@blueprint.post("/ateliers-recus/prevoir")
@staff_only("propose")
def plan() -> Response | tuple[str, int]:
    """Ask a box for a workshop, or for one on each date of a series."""
    node, first_id = the_node(), form_nonce()
    try:
        plan, repeat = plan_pages.read_plan(node, request.form, None), forms.read_repeat(request.form)
        made = actions.propose_plan(node, _read_kit(), plan, repeat, first_id)
    except FieldProblems as problem:
        return _plan_form(dict(problem.values), errors=field_words(problem)), problem.status
    tell(
        "ok",
        fr("C’est demandé à la valise.")
        if len(made) == 1
        else fr("%(made)s dates sont demandées à la valise.") % {"made": len(made)},
    )
    return redirect(BASE, 303)


def _plan_form(values: dict[str, str], **more: object) -> str:
    kits = [(to_text(kit.kit_id), kit.nickname) for kit in _accepted()]
    if not kits:
        return render_template("central/no_kit.html")
    words = {"heading": fr("Demander un atelier"), "button": fr("Demander à la valise"), "lead": LEAD, "back": BASE}
    return plan_pages.show_form(values, None, kits=kits, action="/ateliers-recus/prevoir", **words, **more)


def _accepted() -> list[queries.Kit]:
    return [kit for kit in queries.list_kits(the_node().store, MOST_KITS, 0) if not kit.is_revoked]


def _read_kit() -> Box:
    """The box that was chosen. Raises FieldProblems."""
    chosen = read_text(request.form.get("kit", ""))
    found = next((kit for kit in _accepted() if kit.kit_id == chosen), None)
    if found is None:
        raise FieldProblems({"kit": Problem("workshops.no_kit")}, dict(request.form))
    return Box(found.kit_id, found.sign_public)


# -- one that a box holds -----------------------------------------------------------------------------------------


def _get(workshop: str) -> tuple[Workshop, Box]:
    store = the_node().store
    found = workshops.get_workshop(store, read_text(workshop))
    kit = queries.get_kit(store, queries.host_of(store, found.log_no))
    return found, Box(kit.kit_id, kit.sign_public)


@blueprint.get("/ateliers-recus/<workshop>/changer")
@staff_only("propose")
def change_page(workshop: str) -> str:
    """The form of a workshop that a box holds."""
    found, _ = _get(workshop)
    return _change_form(plan_pages.as_values(found, the_node()), found)


@blueprint.post("/ateliers-recus/<workshop>/changer")
@staff_only("propose")
def change(workshop: str) -> Response | tuple[str, int]:
    """Ask its box to change what differs; with `later`, on the later dates of its series too."""
    node, (found, box) = the_node(), _get(workshop)
    try:
        plan = plan_pages.read_plan(node, request.form, found)
    except FieldProblems as problem:
        return _change_form(dict(problem.values), found, errors=field_words(problem)), problem.status
    is_later = request.form.get("later") == "1"
    count = actions.propose_change(node, box, found, plan, form_nonce(), later=is_later)
    tell("ok" if count else "info", fr("C’est demandé à la valise.") if count else fr("Rien n’a changé."))
    return redirect(BASE, 303)


def _change_form(values: dict[str, str], found: Workshop, **more: object) -> str:
    words = {"heading": fr("Demander un changement"), "button": fr("Demander à la valise"), "lead": LEAD}
    url = f"/ateliers-recus/{to_text(found.workshop_id)}"
    later = len(series_actions.list_later(the_node(), found))
    return plan_pages.show_form(values, found, action=f"{url}/changer", back=url, later=later, **words, **more)


@blueprint.post("/ateliers-recus/<workshop>/annuler")
@staff_only("propose")
def cancel(workshop: str) -> Response:
    """Ask its box to cancel it; with `later`, the later dates of its series too."""
    found, box = _get(workshop)
    reason = forms.read_reason(request.form)
    is_later = request.form.get("later") == "1"
    count = actions.propose_cancelling(the_node(), box, found, reason, form_nonce(), later=is_later)
    tell(
        "ok",
        fr("C’est demandé à la valise.")
        if count == 1
        else fr("%(count)s dates : c’est demandé à la valise.") % {"count": count},
    )
    return redirect(BASE, 303)


@blueprint.post(f"{BASE}/<proposal>/retirer")
@staff_only("propose")
def withdraw(proposal: str) -> Response:
    """Ask no longer."""
    done = actions.withdraw(the_node(), read_text(proposal))
    tell("ok" if done else "info", fr("C’est retiré.") if done else fr("La valise a déjà répondu."))
    return redirect(BASE, 303)
