"""The page of each list: before leaving, after coming back."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app, render_template

from kit.front import lists
from kit.front.machine_routes import ROOT
from kit.hotspot.door import find_phones
from kit.people.access import staff_only
from kit.people.node import the_node

blueprint = Blueprint("lists", __name__)


def _root() -> Path:
    return Path(current_app.config.get(ROOT, "/"))


@blueprint.get("/console/repetition")
@staff_only("box")
def before_leaving() -> str:
    """The rehearsal before a tour."""
    phones = find_phones()
    items = lists.before_leaving(the_node(), phones.count() if phones is not None else None, _root())
    return render_template("front/list.html", items=items, left=lists.count_left(items), is_return=False)


@blueprint.get("/console/retour")
@staff_only("box")
def after_coming_back() -> str:
    """What to do when the suitcase is back."""
    items = lists.after_coming_back(the_node(), _root())
    return render_template("front/list.html", items=items, left=lists.count_left(items), is_return=True)
