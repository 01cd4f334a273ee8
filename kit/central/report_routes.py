"""Reports at home: read, corrected (their box is told), taken away; what a tour hands down to every box."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.central import bounds
from kit.central import queries as kits
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people import audit
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.fields import read_version
from kit.web.pages import asked_page, tell, to_page
from kit.workshops.reports import actions, forms, pages, queries
from kit.workshops.reports.exports import export
from kit.workshops.reports.queries import Report
from kit.workshops.words import field_words, problem_words

blueprint = Blueprint("report", __name__)
BASE = "/comptes-rendus"
PER_PAGE = 50


@blueprint.get(BASE)
@staff_only("central", bounded=True)
def reports_received() -> str:
    """Reports of every kit, those nobody has read first."""
    node, logs = the_node(), bounds.find_logs(the_node(), current_staff())
    page = to_page(
        queries.count_reports(node.store, logs=logs), asked_page(), PER_PAGE,
        lambda limit, skip: queries.list_reports(node.store, limit, skip, logs),
    )  # fmt: skip
    unchecked = queries.count_unchecked(node.store, logs)
    tours = pages.list_tours(node) if current_staff().opens("propose", False) else []
    return render_template("workshops/reports/list.html", page=page, unchecked=unchecked, tours=tours, base=BASE)


@blueprint.get(f"{BASE}/export.<kind>")
@staff_only("central", bounded=True)
def export_reports(kind: str) -> Response:
    """All reports, or those of the days `du` to `au`, as xlsx, csv or json."""
    node = the_node()
    audit.note(node, current_staff(), "exported")
    logs = bounds.find_logs(node, current_staff())
    return export(node, kind, *forms.read_period(request.args, node.settings.timezone), logs)


@blueprint.get(f"{BASE}/<report>/recopier")
@staff_only("central", bounded=True)
def report_received(report: str) -> str:
    """One report in the order of La Coop's form."""
    found = _get(report)
    return pages.show_copy(the_node(), BASE, found, may_correct=current_staff().may("propose"))


def _get(report: str) -> Report:
    """One report of a kit she sees. Raises Problem `reports.not_found` or `people.other_territory`."""
    found = queries.get_report(the_node().store, read_text(report))
    bounds.check_log(the_node(), current_staff(), found.log_no)
    return found


@blueprint.get(f"{BASE}/<report>")
@staff_only("propose", bounded=True)
def report_page(report: str) -> str:
    """The form of a report that a box drafted."""
    found = _get(report)
    return pages.show_form(the_node(), BASE, forms.as_new(found), found)


@blueprint.post(f"{BASE}/<report>")
@staff_only("propose", bounded=True)
def amend(report: str) -> Response | tuple[str, int]:
    """Note what the activity was; its box hears of it."""
    found = _get(report)
    before = forms.as_new(found)
    try:
        is_new = _amend(found)
    except FieldProblems as problem:
        words = field_words(problem)
        return pages.show_form(the_node(), BASE, before, found, values=problem.values, errors=words), problem.status
    except Problem as problem:
        if not problem.code.startswith("reports."):
            raise
        refused = problem_words(problem)
        return pages.show_form(the_node(), BASE, before, found, values=request.form, refused=refused), problem.status
    tell("ok" if is_new else "info", fr("C’est noté, et dit à la valise.") if is_new else fr("Rien n’a changé."))
    return redirect(f"{BASE}/{to_text(found.report_id)}/recopier", 303)


@blueprint.post(f"{BASE}/<report>/effacer")
@staff_only("propose", bounded=True)
def withdraw(report: str) -> Response:
    """Take back help that a box noted by mistake: it counts no longer, and the box hears of it."""
    node, staff, found = the_node(), current_staff(), _get(report)
    actions.withdraw_help(node, found, kits.find_host(node.store, found.log_no))
    audit.note(node, staff, "report.withdrawn", found.report_id)
    tell("ok", fr("Cette aide est retirée, et la valise l’apprendra. Elle ne compte plus dans les chiffres."))
    return redirect(BASE, 303)


def _amend(found: Report) -> bool:
    node, staff = the_node(), current_staff()
    new = forms.read_report(request.form, pages.ticked_boxes(), forms.as_new(found), node.settings.timezone)
    to = kits.find_host(node.store, found.log_no)
    is_new = actions.amend_report(node, found, new, read_version(request.form), staff.staff_id, to)
    if is_new:
        audit.note(node, staff, "report.amended", found.report_id)
    return is_new


@blueprint.get(f"{BASE}/tournee")
@staff_only("propose")
def terms_page() -> str:
    """What every activity of the tour `nom` inherits, on every box."""
    return pages.show_terms(the_node(), BASE)


@blueprint.post(f"{BASE}/tournee")
@staff_only("propose")
def set_terms() -> Response | tuple[str, int]:
    """Note it: every box hears of it."""
    return pages.note_terms(the_node(), BASE)
