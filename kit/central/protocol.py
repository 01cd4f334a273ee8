"""The addresses where kits speak: bytes in, bytes out. Each proves who speaks by signatures, not by a form."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, request

from kit.central import actions, returned
from kit.central.names import asked
from kit.errors import Problem
from kit.people.access import the_throttle
from kit.people.node import the_node
from kit.sync import blob_inbox, blobs, feeds, inbox, parcels, segment
from kit.sync.messages import CONTENT_TYPE
from kit.sync.messages import MOST_BYTES as MOST_MESSAGE_BYTES
from kit.sync.names import PATH

blueprint = Blueprint("protocol", __name__)
MOST_REQUEST_BYTES = 4096
MOST_NAME_BYTES = 8192
V = TypeVar("V", bound=Callable[..., object])


def proves_itself(view: V) -> V:
    """A view that checks signatures itself and takes no form (see `kit.web.security.is_exempt`)."""
    view.proves_itself = True  # type: ignore[attr-defined]
    return view


@blueprint.post("/sync/enrol")
@proves_itself
def enrol() -> Response:
    """A kit asks for its certificate with the code of a link; guessing codes is slowed down."""
    throttle = the_throttle()
    who = f"enrol {request.remote_addr}"
    throttle.check(who)
    try:
        signed = actions.enrol_kit(the_node(), _body(MOST_REQUEST_BYTES))
    except Problem as problem:
        if problem.code == "sync.used_link":
            throttle.failed(who)
        raise
    throttle.passed(who)
    return _answer(signed)


@blueprint.post("/sync/hello")
@proves_itself
def hello() -> Response:
    """A kit says what it has; it hears what is missing here, and receipts."""
    return _answer(actions.answer_hello(the_node(), _body(MOST_MESSAGE_BYTES)))


@blueprint.post("/sync/time")
@proves_itself
def tell_time() -> Response:
    """A kit whose clock is wrong asks for the hour: its nonce comes back with it, signed."""
    return _answer(actions.tell_time(the_node(), _body(MOST_REQUEST_BYTES)))


@blueprint.post(PATH)
@proves_itself
def tell_name() -> Response:
    """A kit asks for its https name, and hands in a request for its certificate."""
    return _answer(asked.answer(the_node(), _body(MOST_NAME_BYTES)))


@blueprint.put("/sync/segment/<name>")
@proves_itself
def put_segment(name: str) -> Response:
    """One segment: 201 when it is new, 200 when it was here."""
    is_new = actions.take_segment(the_node(), _hash(name), _body(segment.MOST_BYTES))
    return _answer(b"", 201 if is_new else 200)


@blueprint.put("/sync/envelope/<name>")
@proves_itself
def put_envelope(name: str) -> Response:
    """One envelope: 201 when it is new, 200 when it was here."""
    is_new = actions.take_envelope(the_node(), _hash(name), _body(inbox.MOST_ENVELOPE_BYTES))
    return _answer(b"", 201 if is_new else 200)


@blueprint.put("/sync/manifest")
@proves_itself
def put_manifest() -> Response:
    """What a file that will come is made of: 201 when it is new, 200 when it was known."""
    is_new = actions.take_manifest(the_node(), _body(MOST_MESSAGE_BYTES))
    return _answer(b"", 201 if is_new else 200)


@blueprint.put("/sync/piece/<name>/<int:number>/<int:at>")
@proves_itself
def put_slice(name: str, number: int, at: int) -> Response:
    """Some more of a piece of it; the answer is how many bytes of the piece are here (8 bytes, big-endian)."""
    have = blob_inbox.take_slice(the_node(), _hash(name), number, at, _body(blobs.SLICE_BYTES))
    return _answer(have.to_bytes(8, "big"))


@blueprint.put("/sync/returned")
@proves_itself
def put_returned() -> Response:
    """One segment this server wrote and lost: 201 when it is new, 200 when it was here."""
    is_new = returned.take_returned(the_node(), _body(MOST_MESSAGE_BYTES))
    return _answer(b"", 201 if is_new else 200)


@blueprint.get("/sync/segment/<name>")
def get_segment(name: str) -> Response:
    """One segment of a log that goes down to kits."""
    return _answer(feeds.get_segment(the_node(), _hash(name)))


@blueprint.get("/sync/envelope/<name>")
def get_envelope(name: str) -> Response:
    """One envelope that goes down beside it."""
    return _answer(feeds.get_envelope(the_node(), _hash(name)))


@blueprint.get("/sync/paquet/<name>")
def get_parcel_list(name: str) -> Response:
    """The hashes of the pieces of a file that comes down."""
    return _answer(parcels.read_list(the_node(), _hash(name)))


@blueprint.get("/sync/paquet/<name>/<int:number>/<int:at>")
def get_parcel_slice(name: str, number: int, at: int) -> Response:
    """Up to 64 KiB of one piece of it."""
    return _answer(parcels.read_slice(the_node(), _hash(name), number, at))


def _body(limit: int) -> bytes:
    request.max_content_length = limit
    return request.get_data(cache=False)


def _hash(text: str) -> bytes:
    try:
        raw = bytes.fromhex(text)
    except (ValueError, binascii.Error) as refusal:
        raise Problem("web.not_found") from refusal
    if len(raw) != 32 or raw.hex() != text:
        raise Problem("web.not_found")
    return raw


def _answer(body: bytes, status: int = 200) -> Response:
    return Response(body, status=status, content_type=CONTENT_TYPE)
