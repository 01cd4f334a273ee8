"""“J’ai besoin de…” and “Près d’ici”: pages for people who do not know where to begin, and slips to take away."""

from __future__ import annotations

from flask import Blueprint, render_template

from kit.directory import errands, queries
from kit.people.node import the_node

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
