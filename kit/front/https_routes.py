"""The team's page of the kit's https name: served or not, until when, and what phones use meanwhile."""

from __future__ import annotations

from flask import Blueprint, render_template

from kit.errors import CATALOGUE, Problem
from kit.https import serving
from kit.people.access import staff_only
from kit.people.node import the_node

blueprint = Blueprint("https", __name__)
PAGE = "/console/adresse-https"


@blueprint.get(PAGE)
@staff_only("box")
def https_page() -> str:
    """What is, as it is now: the front server is asked, not a note of ours."""
    node = the_node()
    status = serving.look(node)
    code = status.told.problem
    is_at_home = code.startswith("names.")  # the coordination reads the details on a page of its own
    return render_template(
        "front/https.html", status=status, is_served=status.is_good and bool(serving.is_served(node, status.told.name)),
        is_stuck_at_home=is_at_home, problem=Problem(code) if code in CATALOGUE and not is_at_home else None,
    )  # fmt: skip
