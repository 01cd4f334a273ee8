"""Pages of a stolen or lost kit: the form, and the draft to print."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request

from kit.central import losses, queries
from kit.errors import FieldProblems
from kit.ids import read_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.fields import Fields

blueprint = Blueprint("losses", __name__)


@blueprint.get("/valises/<kit_id>/vol")
@staff_only("enrol")
def loss_page(kit_id: str) -> str:
    """What was on it, and the two questions."""
    return _page(kit_id)


def _page(kit_id: str, problem: FieldProblems | None = None) -> str:
    node = the_node()
    kit = queries.get_kit(node.store, read_text(kit_id))
    here = datetime.fromtimestamp(node.clock.wall_ms() / 1000, ZoneInfo(node.settings.timezone))
    return render_template(
        "central/loss.html", kit=kit, on_board=losses.read_on_board(node, kit), problem=problem,
        values=problem.values if problem else {"jour": f"{here:%Y-%m-%d}", "heure": f"{here:%H:%M}"},
        loss=losses.find_loss(node, kit.kit_id), now=node.clock.wall_ms(),
    )  # fmt: skip


@blueprint.post("/valises/<kit_id>/vol")
@staff_only("enrol")
def declare(kit_id: str) -> Response | tuple[str, int]:
    """Refuse the kit and note the loss, in one step; on to the draft."""
    node = the_node()
    kit = queries.get_kit(node.store, read_text(kit_id))
    fields = Fields(request.form)
    noticed = fields.moment("jour", "heure", node.settings.timezone)
    state = fields.choice("etat", ("off", "on", "unknown"))
    try:
        fields.check()
    except FieldProblems as problem:
        return _page(kit_id, problem), problem.status
    losses.declare_loss(node, kit.kit_id, noticed, state != "off", current_staff())
    return redirect(f"/valises/{kit_id}/vol/projet", 303)  # type: ignore[return-value]


@blueprint.get("/valises/<kit_id>/vol/projet")
@staff_only("enrol")
def draft(kit_id: str) -> str:
    """The draft for the data protection officer, to print."""
    node = the_node()
    kit = queries.get_kit(node.store, read_text(kit_id))
    return render_template(
        "central/loss_draft.html", kit=kit, loss=losses.get_loss(node, kit.kit_id),
        on_board=losses.read_on_board(node, kit), now=node.clock.wall_ms(),
    )  # fmt: skip
