"""What was done, as the home side shows it: vouchers that kits took, and figures by stop and tour."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from kit.central import bounds, figures_by
from kit.people import audit
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.workshops.figures_pages import show_figures
from kit.workshops.vouchers import pages

blueprint = Blueprint("activities", __name__)


@blueprint.get("/bons")
@staff_only("central", bounded=True)
def vouchers_received() -> str:
    """Vouchers that every kit took."""
    node, staff = the_node(), current_staff()
    may_write = staff.opens("enrol", False)
    return pages.show_statement(node, request.args, "/bons", bounds.find_logs(node, staff), may_write=may_write)


@blueprint.get("/bons/export.xlsx")
@staff_only("central", bounded=True)
def vouchers_file() -> Response:
    """The same as a spreadsheet."""
    audit.note(the_node(), current_staff(), "exported")
    return pages.send_statement(the_node(), request.args, bounds.find_logs(the_node(), current_staff()))


@blueprint.post("/bons")
@staff_only("enrol")
def note_voucher_kind() -> AnyResponse | tuple[str, int]:
    """Write a kind of voucher: every kit hears of it."""
    return pages.note_kind(the_node(), "/bons")


@blueprint.get("/chiffres")
@staff_only("central", bounded=True)
def figures_received() -> str:
    """Figures of everything that came home."""
    node, staff = the_node(), current_staff()
    missing = figures_by.list_missing(node, staff.territories)
    return show_figures(node, request.args, "/chiffres", bounds.find_logs(node, staff), missing)
