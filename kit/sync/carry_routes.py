"""The console's doors to the key and the phone."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, request, send_file
from flask.blueprints import BlueprintSetupState

from kit.errors import CATALOGUE, Problem
from kit.errors.kind import fr
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.sync import packing
from kit.sync.carriers import courier
from kit.sync.carriers.file import FileCarrier
from kit.sync.enrolment import get_enrolment
from kit.sync.sender import Sender
from kit.usb import REMOVED, list_keys
from kit.web.pages import tell
from kit.web.uploads import takes_file

blueprint = Blueprint("carry", __name__)
PAGE = "/console/envoi"
EXTENSION = "valise.key_copy"
MOST_NUMBER = 999


def _incoming(_length: int) -> courier.Incoming:
    return courier.Incoming(the_node().data / "tmp")


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Each application copies to one key at a time; a slow line does not hold up a key."""
    state.app.extensions[EXTENSION] = Sender()


def the_key_copy() -> Sender:
    """The copy to a key of the application that answers this request."""
    work: Sender = current_app.extensions[EXTENSION]
    return work


@blueprint.post("/console/envoi/cle")
@staff_only("send")
def copy_to_key() -> Response:
    """Begin to take in what a key brings from home, and to copy on it what is only here; a second press does nothing.

    Raises Problem `sync.bad_key` or `sync.not_enrolled`.
    """
    place, node = Path(request.form.get("cle", "")), the_node()
    get_enrolment(node)
    if place not in list_keys(node.settings.keys_folder):
        tell("bad", str(Problem("sync.bad_key", reason=REMOVED)))
        return _back()
    try:
        the_key_copy().start(node, FileCarrier(place), place.parent.name)
    except Problem as problem:
        if problem.code != "sync.running":
            raise
        tell("info", fr("Une copie sur clé est déjà en cours."))
    return _back()


@blueprint.get("/console/envoi/fichier")
@staff_only("send")
def download() -> Response:
    """One file for a phone; `numero` counts the files from 1 when there are several."""
    number = request.args.get("numero", "1")
    if not number.isascii() or not number.isdigit() or not 1 <= int(number[:4]) <= MOST_NUMBER:
        raise Problem("web.not_found")
    made = courier.make_download(the_node(), int(number[:4]))
    answer = send_file(
        made.file, mimetype="application/octet-stream", as_attachment=True, download_name=made.name, max_age=0
    )
    answer.content_length = made.size
    return answer


@blueprint.post("/console/envoi/retour")
@staff_only("send")
@takes_file(courier.most_bytes, _incoming)
def take_back() -> Response:
    """Answers of the coordination that somebody brings back."""
    receipts = came = files = 0
    for name, file in courier.incoming():
        files += 1
        try:
            brought = packing.take_back(the_node(), file)
        except Problem as problem:
            if problem.code not in ("sync.not_a_bundle", "sync.newer_bundle"):
                raise
            tell("bad", f"{name} : {problem}")
            continue
        receipts, came = receipts + brought.receipts, came + brought.segments
        trouble = brought.trouble if brought.answers else "sync.not_an_answer"
        if trouble:
            tell("warn", f"{name} : {CATALOGUE[trouble].words}")
    if not files:
        tell("bad", str(Problem("sync.no_file")))
    elif receipts or came:
        the_node().answer_home()
        tell("ok", fr("La réponse de la coordination est prise en compte."))
    return _back()


def _back() -> Response:
    return redirect(PAGE, 303)  # type: ignore[return-value]
