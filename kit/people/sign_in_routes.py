"""The page of phones that are signed in."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors.kind import fr
from kit.people import sign_ins
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell

blueprint = Blueprint("sign_ins", __name__)
PAGE = "/equipe/connexions"


@blueprint.get(PAGE)
@staff_only("self")
def list_page() -> str:
    """One's own phones, or everybody's for who may change the team."""
    staff = current_staff()
    return render_template(
        "people/sign_ins.html", sign_ins=sign_ins.list_sign_ins(the_node(), staff), is_all=staff.may("team")
    )


@blueprint.post(PAGE)
@staff_only("self")
def end() -> Response:
    """Sign one of them out."""
    mark = request.form.get("connexion", "")[:200]
    is_hex = set(mark) <= set("0123456789abcdef") and len(mark) % 2 == 0
    sign_ins.end(the_node(), current_staff(), bytes.fromhex(mark) if is_hex else b"")
    tell("ok", fr("Cet appareil est déconnecté."))
    return redirect(PAGE, 303)  # type: ignore[return-value]
