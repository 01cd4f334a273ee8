"""The same person twice on a roll: who may open names says so, or takes it back."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from kit.central import queries
from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.workshops import queries as workshops
from kit.workshops import same_person

blueprint = Blueprint("same_person", __name__)


@blueprint.post("/ateliers-recus/<workshop_id>/meme-personne")
@staff_only("names")
def put_together(workshop_id: str) -> Response:
    """`personne` is the same as `avec`; without `avec` she is somebody else after all."""
    node = the_node()
    workshop = workshops.get_workshop(node.store, read_text(workshop_id))
    one, into = read_text(request.form.get("personne", "")), read_text(request.form.get("avec", "")) or b""
    if one is None or (request.form.get("avec") and not into):
        raise Problem("workshops.nobody")
    same_person.merge(node, workshop, one, into, queries.find_host(node.store, workshop.log_no))
    tell(
        "ok", fr("C’est noté : une seule personne est comptée.") if into else fr("C’est noté : ce sont deux personnes.")
    )
    return redirect(f"/ateliers-recus/{workshop_id}", 303)  # type: ignore[return-value]
