"""What the coordination notes about packs it sends: offered to every suitcase, and withdrawn."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.library.packs import offer_queries as queries
from kit.store import Store


class PackOffered(Body, frozen=True):
    """A pack may be asked for. `list_id` is the digest of the hashes of its pieces, one after another."""

    list_id: Annotated[bytes, Meta(min_length=32, max_length=32)]
    title: Annotated[str, Meta(min_length=1, max_length=400)]
    version: Annotated[int, Meta(ge=1)]
    size_bytes: Annotated[int, Meta(ge=1)]


class PackWithdrawn(Body, frozen=True):
    """It is sent no longer; who has it keeps it."""


OFFERED = Kind("pack.offered", PackOffered)
WITHDRAWN = Kind("pack.withdrawn", PackWithdrawn)


def fold_offer(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Rewrite an offer's row; offered again after it was withdrawn, it is there again."""
    queries.remove_offer(store, subject)
    offered = [fact for fact in facts if fact.kind == OFFERED.name]
    if not offered:
        return
    body, first = offered[-1].body, offered[0]
    is_withdrawn = len([fact for fact in facts if fact.kind == WITHDRAWN.name]) >= len(offered)
    row = queries.Offer(
        subject, body.list_id, body.title, body.version, body.size_bytes, int(is_withdrawn), first.moment.wall_ms
    )
    queries.insert_offer(store, log_number(store, first.home, None, None), row)


OFFER = Thing("pack_offer", (OFFERED, WITHDRAWN), ("pack_offer",), fold_offer, goes_down=True)
