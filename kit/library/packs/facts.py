"""What is noted about packs: installed here, and taken back."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from kit.errors.kind import keep_plain
from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.library.packs import queries
from kit.library.packs.rules import About
from kit.store import Store

Id = Annotated[bytes, Meta(min_length=16, max_length=16)]


class PackInstalled(Body, frozen=True):
    """A pack came onto the shelves. `items`, `shown` and `hidden` are ids one after another: all it holds, those it
    brought into sight, those it took out of sight because this version no longer has them."""

    pack_id: Id
    version: Annotated[int, Meta(ge=1)]
    title: Annotated[str, Meta(min_length=1, max_length=400)]
    signer: Annotated[bytes, Meta(min_length=32, max_length=32)]
    about: bytes
    items: bytes
    shown: bytes
    hidden: bytes


class PackUndone(Body, frozen=True):
    """Staff went back to what was before."""


INSTALLED = Kind("pack.installed", PackInstalled)
UNDONE = Kind("pack.undone", PackUndone)


def fold_pack(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Rewrite an installation's row."""
    queries.remove_pack(store, subject)
    first = next((fact for fact in facts if fact.kind == INSTALLED.name), None)
    if first is None:
        return
    body = first.body
    is_undone = any(fact.kind == UNDONE.name for fact in facts)
    row = queries.Pack(
        subject, body.pack_id, body.version, body.title, body.signer, body.about, body.items, body.shown, body.hidden,
        int(is_undone), first.moment.wall_ms,
    )  # fmt: skip
    queries.insert_pack(store, log_number(store, first.home, None, None), row)


def to_bytes(about: About) -> bytes:
    """What is told of a pack, as it is kept."""
    return msgspec.msgpack.encode(about, enc_hook=keep_plain)


PACK = Thing("pack", (INSTALLED, UNDONE), ("pack",), fold_pack)
