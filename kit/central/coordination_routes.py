"""What coordinators did besides workshops: noted in a minute, taken away in La Coop's columns."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kit.central import coordination
from kit.central import coordination_queries as queries
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people import audit
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.web.security import form_nonce
from kit.workshops.reports import forms
from kit.workshops.reports.exports import send_xlsx
from kit.workshops.spreadsheet import Sheet, row_xml, write_csv

blueprint = Blueprint("coordination", __name__, url_prefix="/coordination")
MANY = ("type", "subject", "organiser")


@blueprint.get("")
@staff_only("central")
def list_page() -> str:
    """Activities, the newest first, and their files."""
    node = the_node()
    found = coordination.list_activities(node, *forms.read_period(request.args, node.settings.timezone))
    return render_template("central/coordination.html", found=found, label=coordination.label, kinds=_kinds())


def _kinds() -> list[tuple[str, str]]:
    return list(coordination.labels("kind").items())


@blueprint.get("/<kind>/noter")
@staff_only("propose")
def new_page(kind: str) -> str:
    """The form of one kind."""
    return _form(kind)


def _form(kind: str, problem: FieldProblems | None = None) -> str:
    if kind not in coordination.TYPES_OF:
        raise Problem("web.not_found")
    return render_template(
        "central/coordination_form.html", kind=kind, title=coordination.label("kind", kind),
        types=coordination.labels(coordination.TYPES_OF[kind]), labels=coordination.labels,
        values=problem.values if problem else {}, errors=problem.fields if problem else {},
        chosen={name: request.form.getlist(name) for name in MANY},
    )  # fmt: skip


@blueprint.post("/<kind>/noter")
@staff_only("propose")
def note(kind: str) -> AnyResponse | tuple[str, int]:
    """Note one."""
    node, many = the_node(), {name: request.form.getlist(name) for name in MANY}
    try:
        date_ms, said = coordination.read(kind, request.form, many, node.settings.timezone)
    except FieldProblems as problem:
        return _form(kind, problem), problem.status
    coordination.save(node, current_staff(), form_nonce(), kind, date_ms, said)
    tell("ok", fr("C’est noté."))
    return redirect("/coordination", 303)


@blueprint.post("/<activity>/retirer")
@staff_only("propose")
def remove(activity: str) -> AnyResponse:
    """Noted by mistake."""
    with the_node().store.write():
        queries.remove(the_node().store, read_text(activity) or b"")
    tell("ok", fr("C’est retiré."))
    return redirect("/coordination", 303)


@blueprint.get("/export.<kind>")
@staff_only("central")
def export(kind: str) -> Response:
    """The rows of La Coop's export `activites_coordination`, as xlsx or csv."""
    node = the_node()
    if kind not in ("xlsx", "csv"):
        raise Problem("web.not_found")
    zone = node.settings.timezone
    found = coordination.list_activities(node, *forms.read_period(request.args, zone))
    rows = [coordination.row_of(one, zone) for one in found]
    audit.note(node, current_staff(), "exported")
    if kind == "csv":
        answer = Response(write_csv(coordination.HEADERS, rows), content_type="text/csv; charset=utf-8")
    else:
        answer = send_xlsx(node, [Sheet(fr("Activités de coordination"), coordination.HEADERS, map(row_xml, rows))])
    answer.headers["Content-Disposition"] = f'attachment; filename="activites-coordination.{kind}"'
    return answer
