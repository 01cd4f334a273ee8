"""Correcting a place, and what was proposed: the same pages on a kit and at the central."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.directory import forms, proposals, queries
from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, tell, to_page
from kit.web.security import form_nonce

blueprint = Blueprint("proposals", __name__)
PER_PAGE = 30
PAGE = "/console/annuaire"
SAID = {
    "changed": fr("C’est corrigé."),
    "proposed": fr("C’est corrigé ici, et proposé à ceux qui tiennent ce lieu."),
    "same": fr("Rien n’a changé : c’était déjà écrit ainsi."),
}


@blueprint.get(PAGE)
@staff_only("directory")
def list_page() -> str:
    """Corrections proposed, those that people must settle first."""
    store = the_node().store
    page = to_page(
        proposals.count_proposals(store), asked_page(), PER_PAGE,
        lambda limit, skip: proposals.list_proposals(store, limit, skip),
    )  # fmt: skip
    places = queries.find_places(store, [one.place_id for one in page.rows])
    return render_template("directory/proposals.html", page=page, places=places, labels=forms.CORRECTED)


@blueprint.post(f"{PAGE}/corrections/<proposal>")
@staff_only("directory")
def settle(proposal: str) -> Response:
    """People say yes or no."""
    is_accepted = request.form.get("reponse") == "oui"
    proposals.settle(the_node(), read_text(proposal), is_accepted)
    tell("ok", fr("La correction est acceptée.") if is_accepted else fr("La correction est refusée."))
    return redirect(PAGE, 303)


@blueprint.get(f"{PAGE}/lieux/<place>")
@staff_only("directory")
def correct_page(place: str) -> str:
    """What is written of a place, to be corrected."""
    found = queries.get_place(the_node().store, read_text(place))
    return _form(found, found.fields | {"telephone": found.phone})


@blueprint.post(f"{PAGE}/lieux/<place>")
@staff_only("directory")
def correct(place: str) -> Response | tuple[str, int]:
    """Correct a place, or propose it to its home."""
    node = the_node()
    found = queries.get_place(node.store, read_text(place))
    try:
        wanted = forms.read_correction(request.form)
    except FieldProblems as problem:
        return _form(found, problem.values, problem), problem.status
    tell("ok", SAID[proposals.correct(node, found.place_id, wanted, form_nonce())])
    where = PAGE if node.settings.is_central else f"/annuaire/{to_text(found.place_id)}"
    return redirect(where, 303)


def _form(place: queries.Place, values: dict[str, str], problem: FieldProblems | None = None) -> str:
    errors = problem.fields if problem else {}
    return render_template("directory/correct.html", place=place, values=values, errors=errors, labels=forms.CORRECTED)
