"""The page that puts a node back from a backup on a key: at its first start only, by who set it up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from kit.backup.restarting import RestoreWork, has_works, is_unused, list_backups
from kit.errors import Problem
from kit.people.access import current_staff, staff_only, the_throttle
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


def _page(errors: Mapping[str, Problem] | None = None, chosen: str = "") -> str:
    node = the_node()
    backups, role = list_backups(node.settings.keys_folder), node.settings.role
    usable = [str(one.folder) for one in backups if one.role == role]
    return render_template(
        "shared/restore.html", work=current_app.extensions[EXTENSION], is_unused=is_unused(node), role=role,
        has_works=has_works(node), backups=sorted(backups, key=lambda one: one.role != role), errors=errors or {},
        chosen=chosen if chosen in usable else next(iter(usable), ""),
    )  # fmt: skip


@blueprint.post(PAGE)
@staff_only("self")
def begin() -> Response | tuple[str, int]:
    """Begin to put a backup back; wrong codes are slowed down."""
    node, chosen = the_node(), request.form.get("sauvegarde", "")
    if not (current_staff().may("box") or current_staff().may("keep")):
        raise Problem("people.forbidden")
    work: RestoreWork = current_app.extensions[EXTENSION]
    throttle = the_throttle()
    who = f"restore {request.remote_addr}"
    try:
        throttle.check(who)
        work.restart = current_app.extensions.get("valise.again")
        work.start(node, Path(chosen), request.form.get("code", "")[:400])
    except Problem as problem:
        if problem.code == "backup.wrong_code":
            throttle.failed(who)
        field = "code" if problem.code in ("backup.wrong_code", "people.slow_down") else "sauvegarde"
        return _page({field: problem}, chosen), problem.status
    throttle.passed(who)
    return redirect(PAGE, 303)  # type: ignore[return-value]
