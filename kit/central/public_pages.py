"""What a central tells everybody: what it notes about people, and how far its pages are accessible."""

from __future__ import annotations

from flask import Blueprint, render_template

from kit.library.deposits.rules import WAIT_DAYS
from kit.people.node import the_node
from kit.web import judged

blueprint = Blueprint("public_pages", __name__)


@blueprint.get("/vos-donnees")
def your_data() -> str:
    """What is noted about people, and what is not."""
    keep_days = the_node().settings.keep_days
    return render_template("central/your_data.html", wait_days=WAIT_DAYS, keep_days=keep_days)


@blueprint.get("/accessibilite")
def accessibility() -> str:
    """How far the pages are accessible, honestly."""
    return render_template("central/accessibility.html", judged=judged)
