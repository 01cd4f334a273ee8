"""Pages of the fleet: whom to call, and one kit's name, team and person to call."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.central import fleet, fleet_map, queries
from kit.directory import maps
from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell

blueprint = Blueprint("fleet", __name__)


@blueprint.get("/valises/a-appeler")
@staff_only("enrol", bounded=True)
def to_call() -> str:
    """Kits that have not sent, with the number of the person to call; `jours` says since when."""
    days = max(1, min(365, request.args.get("jours", fleet.SILENT_DAYS, type=int)))
    return render_template(
        "central/to_call.html", lines=fleet.list_to_call(the_node(), days, current_staff().territories), days=days
    )


@blueprint.get("/valises/carte")
@staff_only("central", bounded=True)
def map_page() -> str:
    """Kits on a map, each where its last workshop was, and the same as a list."""
    drawn = fleet_map.draw(the_node(), current_staff())
    return render_template(
        "central/fleet_map.html", drawn=drawn, land=fleet_map.land(drawn), width=maps.WIDTH, height=maps.HEIGHT,
        credit=maps.credit(),
    )  # fmt: skip


@blueprint.get("/valises/<kit_id>/equipe")
@staff_only("enrol")
def care_page(kit_id: str) -> str:
    """The form of one kit."""
    return _page(kit_id)


def _page(kit_id: str, problem: FieldProblems | None = None) -> str:
    node = the_node()
    (line,) = fleet.describe(node, [queries.get_kit(node.store, read_text(kit_id))])
    care = {"equipe": line.care.team, "personne": line.care.person, "telephone": line.care.phone}
    known = {"nom": line.kit.nickname, "territoire": line.kit.territory, **care}
    return render_template(
        "central/care.html", kit=line.kit, values=problem.values if problem else known,
        errors=problem.fields if problem else {},
    )  # fmt: skip


@blueprint.post("/valises/<kit_id>/equipe")
@staff_only("enrol")
def change_care(kit_id: str) -> Response | tuple[str, int]:
    """Name it, lend it, say whom to call."""
    try:
        wanted = fleet.read_care(request.form)
    except FieldProblems as problem:
        return _page(kit_id, problem), problem.status
    fleet.change_care(the_node(), current_staff(), read_text(kit_id) or b"", wanted)
    tell("ok", fr("C’est noté."))
    return redirect(f"/valises/{kit_id}", 303)
