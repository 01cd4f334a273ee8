"""The page that puts a node back from a backup on a key: at its first start only, by who set it up."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from kit.backup.restarting import RestoreWork, is_unused, list_backups
from kit.errors import Problem
from kit.people.access import current_staff, staff_only
from kit.people.actions import Throttle
from kit.people.node import the_node

blueprint = Blueprint("restore", __name__)
PAGE = "/restaurer"
EXTENSION = "valise.restore"


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Each application puts back one backup at a time; who serves it says how to begin anew."""
    state.app.extensions[EXTENSION] = RestoreWork()


@blueprint.get(PAGE)
@staff_only("self")
def restore_page() -> str:
    """The backups on the plugged keys, or how far putting one back has come."""
    return _page()


def _page(problem: Problem | None = None, chosen: str = "") -> str:
    node = the_node()
    return render_template(
        "shared/restore.html", work=current_app.extensions[EXTENSION], is_unused=is_unused(node),
        backups=list_backups(node.settings.keys_folder), role=node.settings.role, problem=problem, chosen=chosen,
    )  # fmt: skip


@blueprint.post(PAGE)
@staff_only("self")
def begin() -> Response | tuple[str, int]:
    """Begin to put a backup back; wrong codes are slowed down."""
    node, chosen = the_node(), request.form.get("sauvegarde", "")
    if not (current_staff().may("box") or current_staff().may("keep")):
        raise Problem("people.forbidden")
    work: RestoreWork = current_app.extensions[EXTENSION]
    throttle: Throttle = current_app.extensions["valise.throttle"]
    who = f"restore {request.remote_addr}"
    try:
        throttle.check(who)
        work.restart = current_app.extensions.get("valise.again")
        work.start(node, Path(chosen), request.form.get("code", "")[:400])
    except Problem as problem:
        if problem.code == "keys.cannot_open":
            throttle.failed(who)
        return _page(problem, chosen), problem.status
    throttle.passed(who)
    return redirect(PAGE, 303)  # type: ignore[return-value]
