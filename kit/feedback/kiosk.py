"""Kiosk mode: a tablet that asks one questionnaire, whose former person leaves nothing, and that staff leave by a code.

The tablet's cookie says which questionnaire, about which workshop, and carries a tag that only this node can make.
The leaving code is nowhere: its tag is in the cookie, under this node's secret, and tries are slowed like passphrases.
"""

from __future__ import annotations

import base64
import secrets

import msgspec

from kit.keys.primitives import is_same, mac
from kit.people.node import Node

COOKIE = "valise_borne"
RESET_SECONDS = 180
THANKS_SECONDS = 10
DAYS = 2
_TAG_BYTES = 12


class Kiosk(msgspec.Struct, frozen=True, array_like=True):
    """What one tablet asks. `workshop` is the text of an id, empty for the stop in general."""

    code: str
    workshop: str
    leaving: bytes


def new_leaving_code() -> str:
    """Six digits, told once to whoever starts the kiosk."""
    return f"{secrets.randbelow(1_000_000):06}"


def make_cookie(node: Node, code: str, workshop: str, leaving_code: str) -> str:
    """The cookie of a tablet."""
    kiosk = Kiosk(code, workshop, _leaving(node, code, leaving_code))
    raw = msgspec.msgpack.encode(kiosk)
    return base64.urlsafe_b64encode(_tag(node, raw) + raw).decode().rstrip("=")


def read_cookie(node: Node, cookie: str | None) -> Kiosk | None:
    """What a tablet asks, or None when this is no kiosk of ours."""
    if not cookie or len(cookie) > 500:
        return None
    try:
        both = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
        tag, raw = both[:_TAG_BYTES], both[_TAG_BYTES:]
        return msgspec.msgpack.decode(raw, type=Kiosk) if is_same(tag, _tag(node, raw)) else None
    except (ValueError, msgspec.MsgspecError):
        return None


def is_leaving_code(node: Node, kiosk: Kiosk, typed: str) -> bool:
    """True for the code that was told when the kiosk began."""
    return is_same(kiosk.leaving, _leaving(node, kiosk.code, "".join(typed.split())[:20]))


def _leaving(node: Node, code: str, leaving_code: str) -> bytes:
    return mac(node.identity.web_secret, b"kiosk-leaving", code.encode(), leaving_code.encode())[:_TAG_BYTES]


def _tag(node: Node, raw: bytes) -> bytes:
    return mac(node.identity.web_secret, b"kiosk", raw)[:_TAG_BYTES]
