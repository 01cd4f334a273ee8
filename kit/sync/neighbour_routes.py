"""The addresses where other kits of the coordination ask this one to carry for them."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from kit.errors import Problem
from kit.people.node import the_node
from kit.sync import parcels, relay, relay_files, segment
from kit.sync.carriers.neighbour import TOKEN
from kit.sync.messages import CONTENT_TYPE, MOST_BYTES
from kit.web.security import proves_itself

blueprint = Blueprint("neighbour", __name__)
EXTENSION = "valise.neighbours"
_MOST = {"envelope": 192 * 1024, "returned": MOST_BYTES, **relay_files.MOST_BYTES}


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Each application remembers who greeted it."""
    state.app.extensions[EXTENSION] = relay.Doors()


@blueprint.post("/sync/voisine")
@proves_itself
def greet() -> Response:
    """Another kit says who it is."""
    doors: relay.Doors = current_app.extensions[EXTENSION]
    request.max_content_length = MOST_BYTES
    raw = relay.answer_greeting(the_node(), doors, request.get_data(cache=False))
    return Response(raw, content_type=CONTENT_TYPE)


@blueprint.put("/sync/voisine/<kind>/<name>")
@proves_itself
def take(kind: str, name: str) -> Response:
    """One closed thing to carry."""
    doors: relay.Doors = current_app.extensions[EXTENSION]
    if kind not in ("segment", "envelope", "feed", "returned", *relay_files.KINDS):
        raise Problem("web.not_found")
    owner = doors.owner(_hex(request.headers.get(TOKEN, "")))
    request.max_content_length = _MOST.get(kind, segment.MOST_BYTES)
    relay.take(the_node(), owner, kind, _hex(name), request.get_data(cache=False))
    return Response(b"", status=201, content_type=CONTENT_TYPE)


@blueprint.get("/sync/voisine/<kind>/<name>")
def give(kind: str, name: str) -> Response:
    """One thing from home that this kit has for another."""
    doors: relay.Doors = current_app.extensions[EXTENSION]
    if kind not in ("segment", "envelope"):
        raise Problem("web.not_found")
    owner = doors.owner(_hex(request.headers.get(TOKEN, "")))
    return Response(relay.give(the_node(), owner, kind, _hex(name)), content_type=CONTENT_TYPE)


@blueprint.get("/sync/voisine/paquet/<name>")
def give_parcel_list(name: str) -> Response:
    """The hashes of the pieces of a file from home that lies here."""
    _check_greeted()
    return Response(parcels.read_list(the_node(), _hex(name)), content_type=CONTENT_TYPE)


@blueprint.get("/sync/voisine/paquet/<name>/<int:number>/<int:at>")
def give_parcel_slice(name: str, number: int, at: int) -> Response:
    """Up to 64 KiB of one piece of it."""
    _check_greeted()
    return Response(parcels.read_slice(the_node(), _hex(name), number, at), content_type=CONTENT_TYPE)


def _check_greeted() -> None:
    doors: relay.Doors = current_app.extensions[EXTENSION]
    doors.owner(_hex(request.headers.get(TOKEN, "")))


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as refusal:
        raise Problem("sync.not_a_neighbour") from refusal
