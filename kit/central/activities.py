"""What was done, as the home side shows it: reports of every kit with their files, and figures by stop and tour."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kit.ids import read_text
from kit.people import audit
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, to_page
from kit.workshops.figures_pages import show_figures
from kit.workshops.reports import forms, queries, vocabulary
from kit.workshops.reports.exports import export
from kit.workshops.vouchers import pages

blueprint = Blueprint("activities", __name__)
BASE = "/comptes-rendus"
PER_PAGE = 50


@blueprint.get(BASE)
@staff_only("central")
def reports_received() -> str:
    """Reports of every kit, those nobody has read first."""
    store = the_node().store
    page = to_page(
        queries.count_reports(store),
        asked_page(),
        PER_PAGE,
        lambda limit, skip: queries.list_reports(store, limit, skip),
    )
    unchecked = queries.count_unchecked(store)
    return render_template("workshops/reports/list.html", page=page, unchecked=unchecked, tours=[], base=BASE)


@blueprint.get(f"{BASE}/export.<kind>")
@staff_only("central")
def export_reports(kind: str) -> Response:
    """All reports, or those of the days `du` to `au`, as xlsx, csv or json."""
    node = the_node()
    audit.note(node, current_staff(), "exported")
    return export(node, kind, *forms.read_period(request.args, node.settings.timezone))


@blueprint.get(f"{BASE}/<report>/recopier")
@staff_only("central")
def report_received(report: str) -> str:
    """One report in the order of La Coop's form."""
    found = queries.get_report(the_node().store, read_text(report))
    return render_template("workshops/reports/copy.html", report=found, words=vocabulary, base=BASE)


@blueprint.get("/bons")
@staff_only("central")
def vouchers_received() -> str:
    """Vouchers that every kit took."""
    return pages.show_statement(the_node(), request.args, "/bons")


@blueprint.get("/bons/export.xlsx")
@staff_only("central")
def vouchers_file() -> Response:
    """The same as a spreadsheet."""
    audit.note(the_node(), current_staff(), "exported")
    return pages.send_statement(the_node(), request.args)


@blueprint.post("/bons")
@staff_only("enrol")
def note_voucher_kind() -> AnyResponse | tuple[str, int]:
    """Write a kind of voucher: every kit hears of it."""
    return pages.note_kind(the_node(), "/bons")


@blueprint.get("/chiffres")
@staff_only("central")
def figures_received() -> str:
    """Figures of everything that came home."""
    return show_figures(the_node(), request.args, "/chiffres")
