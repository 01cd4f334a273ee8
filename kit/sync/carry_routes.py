"""The console's doors to the key and the phone."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, redirect, request

from kit.errors import CATALOGUE, Problem
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.sync import packing
from kit.sync.actions import send
from kit.sync.carriers import courier
from kit.sync.carriers.file import FileCarrier, list_keys
from kit.web.pages import tell
from kit.web.uploads import takes_file

blueprint = Blueprint("carry", __name__)
PAGE = "/console/envoi"


def _incoming(_length: int) -> courier.Incoming:
    return courier.Incoming(the_node().data / "tmp")


@blueprint.post("/console/envoi/cle")
@staff_only("send")
def copy_to_key() -> Response:
    """Take in what the key brings from home, and copy on it what is only here."""
    place = Path(request.form.get("cle", ""))
    if place not in list_keys(the_node().settings.keys_folder):
        raise Problem("sync.bad_key", reason="clé retirée")
    try:
        carried = send(the_node(), carrier=FileCarrier(place)).carried
    except Problem as problem:
        if problem.code not in ("sync.bad_key", "sync.bad_copy"):
            raise
        tell("bad", str(problem))
    else:
        tell("ok", "Copié et relu sur la clé." if carried.segments else "Rien à copier : tout est bien reçu.")
    return redirect(PAGE, 303)  # type: ignore[return-value]


@blueprint.get("/console/envoi/fichier")
@staff_only("send")
def download() -> Response:
    """One file for a phone."""
    made = courier.make_download(the_node())
    answer = Response(made.raw, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


@blueprint.post("/console/envoi/retour")
@staff_only("send")
@takes_file(courier.most_bytes, _incoming)
def take_back() -> Response:
    """Answers of the coordination that somebody brings back."""
    receipts = came = 0
    for name, file in courier.incoming():
        try:
            brought = packing.take_back(the_node(), file)
        except Problem as problem:
            if problem.code not in ("sync.not_a_bundle", "sync.newer_bundle"):
                raise
            tell("bad", f"{name} : {problem}")
            continue
        receipts, came = receipts + brought.receipts, came + brought.segments
        if brought.trouble:
            tell("warn", f"{name} : {CATALOGUE[brought.trouble].words}")
    if receipts or came:
        tell("ok", "La réponse de la coordination est prise en compte.")
    return redirect(PAGE, 303)  # type: ignore[return-value]
