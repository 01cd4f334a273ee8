"""The page that reads a plugged-in USB key: what lies on it, one button to take it in, what each bundle was."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from kit.central import bringing
from kit.central.key_work import KeyWork
from kit.errors import CATALOGUE, Problem
from kit.people.access import staff_only
from kit.people.node import Node, the_node
from kit.usb import list_keys
from kit.web.pages import tell

blueprint = Blueprint("keys", __name__)
PAGE = "/cle"
EXTENSION = "valise.key_work"
MOST_LISTED = 200


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Each application reads one key at a time."""
    state.app.extensions[EXTENSION] = KeyWork()


@blueprint.get(PAGE)
@staff_only("keep")
def key_page() -> str:
    """The keys that are plugged in with what lies on them, and how the last reading went."""
    node, work = the_node(), current_app.extensions[EXTENSION]
    keys = [] if work.is_running else [(place, *_look(node, place)) for place in list_keys(node.settings.keys_folder)]
    return render_template("central/key.html", work=work, keys=keys, say_trouble=_say)


def _look(node: Node, place: Path) -> tuple[list[bringing.Found], Problem | None]:
    try:
        return [bringing.look_at(node, path) for path in bringing.list_bundles(place)[:MOST_LISTED]], None
    except Problem as problem:
        return [], problem


def _say(code: str) -> str:
    """The words of a trouble whose details are not known here."""
    return CATALOGUE[code].words if code in CATALOGUE and "%(" not in CATALOGUE[code].words else code


@blueprint.post(PAGE)
@staff_only("keep")
def read_key() -> Response:
    """Begin to take in all that lies on a key; a second press does nothing."""
    work: KeyWork = current_app.extensions[EXTENSION]
    try:
        work.start(the_node(), Path(request.form.get("cle", "")))
    except Problem as problem:
        if problem.code != "sync.bad_key":
            raise
        tell("bad", str(problem))
    return redirect(PAGE, 303)  # type: ignore[return-value]
