"""The console's pages of reports: those to read, one to correct, one to copy by hand, files, terms of a tour."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.fields import read_version
from kit.web.pages import asked_page, tell, to_page
from kit.web.security import form_nonce
from kit.workshops.reports import actions, forms, pages, queries
from kit.workshops.reports.exports import export
from kit.workshops.words import field_words, problem_words

BASE = "/console/comptes-rendus"
blueprint = Blueprint("reports", __name__, url_prefix=BASE)
PER_PAGE = 50


@blueprint.get("")
@staff_only("plan")
def list_page() -> str:
    """Drafts nobody has read first; the files to take away."""
    store = the_node().store
    page = to_page(
        queries.count_reports(store),
        asked_page(),
        PER_PAGE,
        lambda limit, skip: queries.list_reports(store, limit, skip),
    )
    unchecked, tours = queries.count_unchecked(store), pages.list_tours(the_node())
    return render_template("workshops/reports/list.html", page=page, unchecked=unchecked, tours=tours)


@blueprint.get("/export.<kind>")
@staff_only("plan")
def export_file(kind: str) -> Response:
    """All reports, or those of the days `du` to `au`, as xlsx, csv or json."""
    node = the_node()
    return export(node, kind, *forms.read_period(request.args, node.settings.timezone))


# -- one report ---------------------------------------------------------------------------------------------------


@blueprint.get("/<report>")
@staff_only("plan")
def report_page(report: str) -> str:
    """The form of a report, filled with what is known."""
    found = queries.get_report(the_node().store, read_text(report))
    return pages.show_form(the_node(), BASE, forms.as_new(found), found)


@blueprint.post("/<report>")
@staff_only("plan")
def correct(report: str) -> Response | tuple[str, int]:
    """Note what a person says the activity was."""
    node = the_node()
    found = queries.get_report(node.store, read_text(report))
    before = forms.as_new(found)
    try:
        new = forms.read_report(request.form, pages.ticked_boxes(), before, node.settings.timezone)
        actions.correct_report(node, found, new, read_version(request.form), current_staff().staff_id)
    except FieldProblems as problem:
        words = field_words(problem)
        return pages.show_form(node, BASE, before, found, values=problem.values, errors=words), problem.status
    except Problem as problem:
        if not problem.code.startswith("reports."):
            raise
        refused = problem_words(problem)
        return pages.show_form(node, BASE, before, found, values=request.form, refused=refused), problem.status
    tell("ok", fr("Le compte rendu est noté."))
    return redirect(f"{BASE}/{report}/recopier", 303)


@blueprint.get("/<report>/recopier")
@staff_only("plan")
def copy_page(report: str) -> str:
    """The report in the order of La Coop's own form, to be copied there by hand."""
    found = queries.get_report(the_node().store, read_text(report))
    return pages.show_copy(the_node(), BASE, found, may_correct=True)


@blueprint.post("/<report>/effacer")
@staff_only("plan")
def remove(report: str) -> Response:
    """Take back help noted by mistake."""
    actions.remove_help(the_node(), queries.get_report(the_node().store, read_text(report)))
    tell("ok", fr("Ce compte rendu est effacé."))
    return redirect(BASE, 303)


# -- help given to one person -------------------------------------------------------------------------------------


@blueprint.get("/aide")
@staff_only("plan")
def help_page() -> str:
    """Help given to one person, at the stop of today."""
    return pages.show_form(the_node(), BASE, actions.draft_help(the_node()))


@blueprint.post("/aide")
@staff_only("plan")
def add_help() -> Response | tuple[str, int]:
    """Note help given to one person."""
    node, report_id = the_node(), form_nonce()
    draft = actions.draft_help(node)
    try:
        new = forms.read_report(request.form, pages.ticked_boxes(), draft, node.settings.timezone)
    except FieldProblems as problem:
        words = field_words(problem)
        return pages.show_form(node, BASE, draft, values=problem.values, errors=words), problem.status
    actions.add_help(node, report_id, new)
    tell("ok", fr("L’aide est notée."))
    return redirect(f"{BASE}/{to_text(report_id)}/recopier", 303)


# -- what a tour hands down ---------------------------------------------------------------------------------------


@blueprint.get("/tournee")
@staff_only("plan")
def terms_page() -> str:
    """What every activity of the tour `nom` inherits."""
    return pages.show_terms(the_node(), BASE)


@blueprint.post("/tournee")
@staff_only("plan")
def set_terms() -> Response | tuple[str, int]:
    """Note it."""
    return pages.note_terms(the_node(), BASE)
