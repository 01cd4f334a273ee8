"""The console's page of figures."""

from __future__ import annotations

from flask import Blueprint, request

from kit.people.access import staff_only
from kit.people.node import the_node
from kit.workshops.figures_pages import show_figures

blueprint = Blueprint("figures", __name__, url_prefix="/console/chiffres")


@blueprint.get("")
@staff_only("plan")
def figures_page() -> str:
    """Figures to print for a mayor or a funder."""
    return show_figures(the_node(), request.args, "/console/chiffres")
