"""The code by which a place confirms what is written of it: nobody else can make it, and nothing is stored of it."""

from __future__ import annotations

import base64
from datetime import timedelta

from kit.directory.freshness import queries
from kit.keys.primitives import is_same, mac
from kit.people.node import Node

GOOD_DAYS = 120
_BYTES = 10  # sixteen signs: 80 bits, far beyond what can be tried at the pace of a door


def make_code(node: Node, place_id: bytes, asked_on: str) -> str:
    """The code of a place that was asked on a day: sixteen signs in fours."""
    raw = mac(node.identity.web_secret, b"place-confirms", place_id, asked_on.encode())[:_BYTES]
    text = base64.b32encode(raw).decode().lower()
    return "-".join(text[place : place + 4] for place in range(0, 16, 4))


def find_place(node: Node, typed: str) -> bytes | None:
    """The place whose code this is, when it was asked within four months; or None."""
    code = _read(typed)
    since = (node.local_now().date() - timedelta(days=GOOD_DAYS)).isoformat()
    if len(code) != 19:
        return None
    for place_id, asked_on in queries.list_waiting(node.store, since):
        if is_same(make_code(node, place_id, asked_on).encode(), code.encode()):
            return place_id
    return None


def _read(typed: str) -> str:
    """As it was made, whatever spaces, dashes and capitals were typed; 0 and 1 are no signs of it, O and I are."""
    signs = "".join(sign for sign in typed.lower()[:60] if sign.isalnum() and sign.isascii())
    signs = signs.replace("0", "o").replace("1", "i")
    return "-".join(signs[place : place + 4] for place in range(0, len(signs), 4))
