"""What a kit and its central say about the kit's own https name, signed as all they say.

Plain questions and answers, not facts: a certificate is a state that the next one replaces, no history to keep.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from kit.sync.messages import Id16, Line, Message

PATH = "/sync/name"
OFF, WANTED, WAITING, READY, WITHDRAWN = "off", "wanted", "waiting", "ready", "withdrawn"

Host = Annotated[str, msgspec.Meta(max_length=253)]
Request = Annotated[bytes, msgspec.Meta(max_length=4096)]
Chain = Annotated[bytes, msgspec.Meta(max_length=32_768)]


class NameAsked(Message, frozen=True):
    """The kit asks: `request` is its certificate request (PEM) for `name`; both empty when it begins anew."""

    nonce: Id16
    name: Host
    request: Request


class NameTold(Message, frozen=True):
    """The central's word. `state` is one of `off` (no names here), `wanted` (make a request for `name`), `waiting`
    (it is being asked for), `ready` (`chain`, PEM, the kit's own first) and `withdrawn` (that key serves no more).
    `problem`: the code of what keeps the newest certificate from coming, or nothing."""

    nonce: Id16
    state: Line
    name: Host
    chain: Chain = b""
    problem: Annotated[str, msgspec.Meta(max_length=60)] = ""
