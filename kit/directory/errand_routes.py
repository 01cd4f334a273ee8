"""“J’ai besoin de…”, “Près d’ici” and the map: for people who do not know where to begin; slips to take away."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kit.directory import errands, maps, queries
from kit.directory.atlas.tiles import find_tiles
from kit.people.node import the_node
from kit.web.language import say

blueprint = Blueprint("errands", __name__)


@blueprint.get("/besoin")
def list_page() -> str:
    """The errands, one big line each."""
    return render_template("directory/errands.html", errands=errands.errands().values())


@blueprint.get("/besoin/<code>")
def errand_page(code: str) -> str:
    """One errand: what to bring, who helps nearest, where the suitcase goes next; printable as a slip."""
    node, errand = the_node(), errands.get_errand(code)
    stop = queries.find_next_stop(node.store, node.clock.wall_ms())
    origin = errands.find_origin(node.store, stop)
    helpers = errands.list_nearest(node.store, origin, errand.services, limit=4)
    return render_template("directory/errand.html", errand=errand, helpers=helpers, stop=stop, origin=origin)


@blueprint.get("/pres-d-ici")
def nearby_page() -> str:
    """The eight nearest helpers with large numbers: a sheet for a letterbox."""
    node = the_node()
    stop = queries.find_next_stop(node.store, node.clock.wall_ms())
    origin = errands.find_origin(node.store, stop)
    helpers = errands.list_nearest(node.store, origin)
    return render_template("directory/nearby.html", helpers=helpers, stop=stop, origin=origin)


@blueprint.get("/annuaire/carte")
def map_page() -> str:
    """The places on a map that needs no Internet: links to look elsewhere, nearer and wider, and the same as a list."""
    node, asked = the_node(), request.args
    stop = queries.find_next_stop(node.store, node.clock.wall_ms())
    origin = errands.find_origin(node.store, stop)
    first = maps.first_view(node.store, origin)
    view = maps.read_view(asked.get("n", ""), asked.get("e", ""), asked.get("km", ""), first)
    marks = maps.list_marks(node.store, view)
    return render_template(
        "directory/map.html", view=view, marks=marks, outlines=maps.outlines(view), stop=stop, maps=maps,
        here=origin, ways=_ways(view), tiles=find_tiles(node.data),
    )  # fmt: skip


def _ways(view: maps.View) -> list[tuple[str, maps.View]]:
    return [
        (say("Plus près"), view.moved(times=0.5)),
        (say("Plus loin"), view.moved(times=2)),
        (say("Vers le nord"), view.moved(up=0.5)),
        (say("Vers le sud"), view.moved(up=-0.5)),
        (say("Vers l’ouest"), view.moved(along=-0.5)),
        (say("Vers l’est"), view.moved(along=0.5)),
    ]
