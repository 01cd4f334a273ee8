"""The page « Étagères et bibliothèques »: whose each shelf is, and who works for which library."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.ids import read_text
from kit.library.queries import count_by_shelf
from kit.library.shelves import actions, queries
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.people.queries import list_staff
from kit.web.fields import Fields
from kit.web.pages import tell

blueprint = Blueprint("shelves", __name__)
PAGE = "/console/etageres"


@blueprint.get(PAGE)
@staff_only("library")
def shelves_page() -> str:
    """Every shelf with its organisation, and the team."""
    store, staff = the_node().store, current_staff()
    owners, counts = queries.list_owners(store), dict(count_by_shelf(store))
    shelves = [(name, counts.get(name, 0), owners.get(name, "")) for name in sorted({*owners, *counts})]
    return render_template(
        "library/shelves_desk.html", shelves=shelves, organisations=queries.list_organisations(store),
        own=queries.find_organisation(store, staff.staff_id), leads=staff.may(actions.LEADS),
        team=[row for row in list_staff(store)], members=queries.list_members(store),
    )  # fmt: skip


def _read(*names: str) -> list[str]:
    fields = Fields(request.form)
    values = [fields.text(name, 200, required=name == "shelf") for name in names]
    fields.check()
    return values


@blueprint.post(PAGE)
@staff_only("library")
def give() -> Response:
    """Say whose a shelf is."""
    try:
        shelf, organisation = _read("shelf", "organisation")
    except FieldProblems as problem:
        tell("bad", " ".join(str(one) for one in problem.fields.values()))
        return _back()
    actions.give(the_node(), current_staff(), shelf, organisation)
    tell(
        "ok",
        fr("« %(shelf)s » est à %(organisation)s.") % {"shelf": shelf, "organisation": organisation}
        if organisation
        else fr("« %(shelf)s » est à tout le monde.") % {"shelf": shelf},
    )
    return _back()


@blueprint.post(f"{PAGE}/equipe")
@staff_only("team")
def appoint() -> Response:
    """Say for which library somebody works."""
    try:
        (organisation,) = _read("organisation")
    except FieldProblems as problem:
        tell("bad", " ".join(str(one) for one in problem.fields.values()))
        return _back()
    actions.appoint(the_node(), read_text(request.form.get("person", "")) or b"", organisation)
    tell("ok", fr("C’est noté."))
    return _back()


def _back() -> Response:
    return redirect(PAGE, 303)  # type: ignore[return-value]
