"""The page of a stop at home: change it, or say that it will not take place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.central import stop_changes
from kit.directory import forms, queries
from kit.directory.queries import Stop
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.fields import read_version
from kit.web.pages import problem_words, tell
from kit.web.security import form_nonce
from kit.workshops.forms import read_reason

blueprint = Blueprint("stop_changes", __name__)


@blueprint.get("/console/haltes/<stop>/changer")
@staff_only("propose")
def change_page(stop: str) -> str:
    """The form, with the workshops that follow."""
    found = queries.get_stop(the_node().store, read_text(stop))
    return _page(found, _values(found))


def _page(stop: Stop, values: Mapping[str, str], errors: Mapping[str, Problem] | None = None, refused: str = "") -> str:
    there = stop_changes.list_there(the_node(), stop)
    return render_template(
        "central/stop.html", stop=stop, values=values, errors=errors or {}, refused=refused, there=there,
        people=sum(one.workshop.placed + one.workshop.waiting for one in there),
    )  # fmt: skip


def _values(stop: Stop) -> dict[str, str]:
    zone = ZoneInfo(the_node().settings.timezone)
    begins, ends = (datetime.fromtimestamp(ms / 1000, zone) for ms in (stop.starts_at_ms, stop.ends_at_ms))
    named = {
        name: str(getattr(stop, name)) for name in ("label", "commune", "address", "tour", "code_insee", "version")
    }
    return named | {
        "day": f"{begins:%Y-%m-%d}", "hour": f"{begins:%H:%M}", "last_day": f"{ends:%Y-%m-%d}",
        "last_hour": f"{ends:%H:%M}", "hall": to_text(stop.hall_id) if stop.hall_id else "", "moves": "1",
    }  # fmt: skip


@blueprint.post("/console/haltes/<stop>/changer")
@staff_only("propose")
def change(stop: str) -> Response | tuple[str, int]:
    """Change it; the kits of its workshops are asked to follow."""
    node, found = the_node(), queries.get_stop(the_node().store, read_text(stop))
    try:
        new, moves = forms.read_stop(request.form, node.settings.timezone), request.form.get("moves") == "1"
        version, ask_id = read_version(request.form), form_nonce()
        is_changed, asked = stop_changes.change(node, found.stop_id, version, new, ask_id, moves=moves)
    except FieldProblems as problem:
        return _page(found, problem.values, problem.fields), problem.status
    except Problem as problem:
        return _page(
            found, request.form | {"version": str(found.version)}, refused=problem_words(problem)
        ), problem.status
    tell(
        "ok" if is_changed else "info",
        fr("La halte est changée.%(asked)s") % {"asked": _asked(asked)} if is_changed else fr("Rien n’a changé."),
    )
    return redirect("/console/haltes", 303)


@blueprint.post("/console/haltes/<stop>/annuler")
@staff_only("propose")
def cancel(stop: str) -> Response:
    """It will not take place; the kits of its workshops are asked to cancel them. Raises Problem `directory.*`."""
    node, found = the_node(), queries.get_stop(the_node().store, read_text(stop))
    asked = stop_changes.cancel(node, found.stop_id, read_reason(request.form), form_nonce())
    tell("ok", fr("La halte est annulée.%(asked)s") % {"asked": _asked(asked)})
    return redirect("/console/haltes", 303)


def _asked(count: int) -> str:
    if not count:
        return ""
    return (
        fr(" C’est demandé à la valise de son atelier.")
        if count == 1
        else fr(" C’est demandé pour ses %(count)s ateliers.") % {"count": count}
    )
