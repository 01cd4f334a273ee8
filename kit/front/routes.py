"""Pages of this room."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("front", __name__)


@blueprint.get("/vos-donnees")
def your_data() -> str:
    """What is noted about people, and what is not."""
    return render_template("front/your_data.html")


@blueprint.get("/accessibilite")
def accessibility() -> str:
    """How far the pages are accessible, honestly."""
    return render_template("front/accessibility.html")
