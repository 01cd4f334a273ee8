"""The page where the team finds a ticket again by a name: what is typed stays out of addresses."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kit.errors.kind import fr
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.workshops import by_name

blueprint = Blueprint("by_name", __name__)


@blueprint.get("/console/ateliers/retrouver")
@staff_only("roll")
def find_page() -> str:
    """Asks for a name."""
    return render_template("workshops/by_name.html", typed="", found=None)


@blueprint.post("/console/ateliers/retrouver")
@staff_only("roll")
def find() -> str | tuple[str, int]:
    """Whoever has that name, with her workshop and her code."""
    typed = request.form.get("name", "").strip()[:200]
    if not any(sign.isalnum() for sign in typed):
        return render_template("workshops/by_name.html", typed=typed, found=None, error=fr("Écrivez un nom.")), 422
    found = by_name.find_by_name(the_node(), current_staff(), typed)
    return render_template("workshops/by_name.html", typed=typed, found=found, is_closed=found is None)
