"""One's own account, and what others of the team may see."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors.kind import fr
from kit.ids import read_text
from kit.people import rules, second_factor_queries, sign_ins, team
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell

blueprint = Blueprint("account", __name__)


@blueprint.get("/equipe/moi")
@staff_only("self")
def account_page() -> str:
    """Who I am here, and my phrase, my second factor, my phones."""
    node, staff = the_node(), current_staff()
    mine = [one for one in sign_ins.list_sign_ins(node, staff) if one.staff_id == staff.staff_id]
    return render_template(
        "people/account.html", me=staff, role=rules.ROLE_WORDS.get(staff.role, staff.role), phones=len(mine),
        is_on=second_factor_queries.is_on(node.store, staff.staff_id), is_central=node.settings.is_central,
    )  # fmt: skip


@blueprint.post("/equipe/<person>/territoires")
@staff_only("team")
def change_territories(person: str) -> Response:
    """Show somebody these territories only; none ticked: all."""
    team.change_territories(the_node(), current_staff(), read_text(person) or b"", request.form.getlist("territoire"))
    tell("ok", fr("C’est noté."))
    return redirect("/equipe", 303)  # type: ignore[return-value]
