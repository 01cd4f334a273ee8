"""The pages of reports that a kit and the central share: the form, the copy for La Coop, what a tour hands down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import render_template, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.people import queries as people
from kit.people.node import Node
from kit.web.pages import tell
from kit.workshops.reports import actions, forms, queries, vocabulary
from kit.workshops.reports.forms import NewReport
from kit.workshops.reports.queries import Report
from kit.workshops.words import field_words


def ticked_boxes() -> Mapping[str, Sequence[str]]:
    """The boxes ticked in the form that was sent."""
    return {name: request.form.getlist(name) for name in ("theme", "material")}


def show_form(node: Node, base: str, new: NewReport, report: Report | None = None, **more: object) -> str:
    """The form of a report, filled with what is known or with what was typed. `base`: the address of the list."""
    ticked = ticked_boxes() if request.method == "POST" else {"theme": new.themes, "material": new.materials}
    given = {"values": forms.report_values(new, node.settings.timezone)} | more
    return render_template(
        "workshops/reports/report.html", new=new, report=report, ticked=ticked, words=vocabulary, base=base,
        names=staff_names(node), **given,
    )  # fmt: skip


def show_copy(node: Node, base: str, report: Report, *, may_correct: bool) -> str:
    """The report in the order of La Coop's own form, to be copied there by hand."""
    return render_template(
        "workshops/reports/copy.html", report=report, words=vocabulary, base=base, may_correct=may_correct,
        names=staff_names(node),
    )  # fmt: skip


def staff_names(node: Node) -> dict[bytes, str]:
    """Who is who in the team of this node; whoever left it, or is of another node's, has no name here."""
    return {bytes(row["staff_id"]): row["name"] for row in people.list_staff(node.store)}


# -- what a tour hands down ---------------------------------------------------------------------------------------


def list_tours(node: Node) -> list[str]:
    """The labels of the tours that stops belong to."""
    return sorted({stop.tour for stop in node.list_stops() if stop.tour})


def show_terms(node: Node, base: str) -> str:
    """What every activity of the tour `nom` inherits."""
    terms = queries.read_terms(node.store, actions.to_terms_id(request.args.get("nom", "")))
    values = {"tour": request.args.get("nom", "")[:120], "tags": ", ".join(terms.tags)}
    return _terms_form(base, values | {"schemes": ", ".join(terms.schemes)}, terms.materials)


def note_terms(node: Node, base: str) -> Response | tuple[str, int]:
    """Note it."""
    try:
        actions.set_terms(node, forms.read_terms(request.form, ticked_boxes()))
    except FieldProblems as problem:
        words = field_words(problem)
        return _terms_form(base, problem.values, ticked_boxes()["material"], words), problem.status
    tell("ok", fr("C’est noté : les prochains comptes rendus de cette tournée l’auront."))
    return redirect(base, 303)


def _terms_form(
    base: str, values: Mapping[str, str], materials: Sequence[str], errors: Mapping[str, str] | None = None
) -> str:
    ticked = {"material": materials}
    return render_template(
        "workshops/reports/terms.html", values=values, ticked=ticked, words=vocabulary, errors=errors, base=base
    )
