"""The console's page of updates: which version serves, what a key brings, and trying it."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from kit.device import machine
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.sync.enrolment import find_enrolment
from kit.updates.actions import versions_here
from kit.updates.work import EXTENSION, UpdateWork, list_found, running_version

blueprint = Blueprint("updates", __name__)
PAGE = "/console/mise-a-jour"


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Each application tries one update at a time."""
    state.app.extensions[EXTENSION] = UpdateWork()


def the_work() -> UpdateWork:
    """The work of the application that answers this request."""
    work: UpdateWork = current_app.extensions[EXTENSION]
    return work


@blueprint.get(PAGE)
@staff_only("box")
def update_page() -> str:
    """The version that serves, and the files of marked keys."""
    node, versions, work = the_node(), versions_here(), the_work()
    return render_template(
        "front/update.html", version=running_version(), is_here=versions is not None,
        choice=versions.read() if versions is not None else {}, is_attached=find_enrolment(node) is not None,
        found=[] if versions is None or work.is_running else list_found(node), work=work,
        can_restart=machine.is_here(node.settings.machine),
    )  # fmt: skip


@blueprint.post(PAGE)
@staff_only("box")
def take_update() -> Response:
    """Try a file of a marked key on a copy of the data; the next start takes it. Raises Problem `updates.gone`."""
    the_work().start(the_node(), Path(request.form.get("fichier", "")))
    return redirect(PAGE)  # type: ignore[return-value]
