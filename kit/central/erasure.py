"""Erasing somebody who asks for it, at the central: by the code of her ticket or from the roll of a workshop."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.central import queries
from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import read_code, read_text
from kit.people import audit, identities
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.workshops import same_person

blueprint = Blueprint("central_erasure", __name__)


@blueprint.get("/effacer")
@staff_only("names")
def erase_page() -> str:
    """Asks for the code of a ticket; codes are unique within one kit only, so several people may hold one."""
    return _page(request.args.get("code", "")[:60])


def _page(code: str) -> str:
    node = the_node()
    found = queries.find_ticket_holders(node.store, read_code(code)) if code else []
    return render_template("central/erase.html", code=code, found=found, erased=identities.count_erased(node))


@blueprint.post("/effacer")
@staff_only("names")
def erase() -> Response:
    """Erase one person, named by her id; it wins over everything, for ever."""
    subject = read_text(request.form.get("personne", ""))
    if subject is None or not queries.is_person(the_node().store, subject):
        raise Problem("workshops.nobody")
    audit.erase(the_node(), current_staff(), list(same_person.everybody(the_node().store, subject)))
    tell(
        "ok",
        fr("C’est effacé ici. Une vieille clé USB ne le fera pas revenir, et les valises l’apprennent à leur visite."),
    )
    return redirect("/effacer", 303)  # type: ignore[return-value]
