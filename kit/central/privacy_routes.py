"""Personal data at home: what is kept and until when, the register to fill, one person's file, copy and erasure."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kit.central import person_file, privacy_queries, queries, register
from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.feedback import queries as feedback
from kit.ids import read_code, read_text
from kit.people import audit_queries, identities
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.workshops import purge_queries

blueprint = Blueprint("privacy", __name__)
PAGE = "/donnees-personnelles"
DAY_MS = 86_400_000


@blueprint.get(PAGE)
@staff_only("names")
def privacy_page() -> str:
    """What is kept, until when, what went by itself, and the doors to the rest."""
    node, days = the_node(), the_node().settings.keep_days
    now = node.clock.wall_ms()
    soon = now - max(0, days - 30) * DAY_MS
    lines = audit_queries.list_lines(node.store, "retention.purged", 12, 0)
    return render_template(
        "central/privacy.html", days=days, keep=register.keep_words(node), lines=lines,
        kept=privacy_queries.count_envelopes(node.store), erased=identities.count_erased(node),
        names_soon=purge_queries.count_old_names(node.store, soon) if days else 0,
        texts_soon=feedback.count_aged_texts(node.store, soon) if days else 0,
        to_fill=[one.title for one in register.list_sheets(node) if one.is_empty],
    )  # fmt: skip


@blueprint.get(f"{PAGE}/registre")
@staff_only("names")
def register_page() -> str:
    """The register, to fill and to print."""
    return _register()


def _register(problem: FieldProblems | None = None, code: str = "") -> str:
    node = the_node()
    return render_template(
        "central/register.html", sheets=register.list_sheets(node), wrong=code, now_ms=node.clock.wall_ms(),
        errors=problem.fields if problem else {}, values=problem.values if problem else {},
    )  # fmt: skip


@blueprint.post(f"{PAGE}/registre/<code>")
@staff_only("names")
def change_register(code: str) -> AnyResponse | tuple[str, int]:
    """Write one sheet."""
    try:
        changed = register.change(the_node(), current_staff(), code, request.form)
    except FieldProblems as problem:
        return _register(problem, code), problem.status
    tell("ok" if changed else "info", fr("C’est noté dans le registre.") if changed else fr("Rien n’a changé."))
    return redirect(f"{PAGE}/registre#{code}", 303)


@blueprint.get(f"{PAGE}/personne")
@staff_only("names")
def person() -> str:
    """Find somebody by the code of a ticket, then her whole file (`personne`, an id)."""
    node, chosen, code = the_node(), request.args.get("personne", ""), request.args.get("code", "")[:60]
    found = person_file.open_file(node, current_staff(), read_text(chosen)) if chosen else None
    holders = queries.find_ticket_holders(node.store, read_code(code)) if code else []
    return render_template("central/person.html", file=found, code=code, holders=holders)


@blueprint.post(f"{PAGE}/personne/copie")
@staff_only("names")
def copy() -> Response:
    """The copy to give her, as JSON."""
    subject = read_text(request.form.get("personne", ""))
    found = person_file.open_file(the_node(), current_staff(), subject, "person.exported")
    answer = Response(person_file.as_json(found), content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="vos-donnees.json"'
    return answer
