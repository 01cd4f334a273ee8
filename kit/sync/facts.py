"""The kinds of fact this room writes, and the fold of each thing."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.writers import CENTRAL
from kit.store import Store

Key = Annotated[bytes, Meta(min_length=32, max_length=32)]


class KitAccess(Body, frozen=True):
    """The central accepts a kit no longer (stolen, lost), or again. `turn` grows: changes have an order."""

    sign_public: Key
    is_revoked: bool
    turn: Annotated[int, Meta(ge=0, le=2**53)]


KIT_ACCESS = Kind("kit.access", KitAccess, writers=CENTRAL)


def fold_access(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One kit: the word of the newest turn; of two with the same turn, the one that refuses."""
    store.run("DELETE FROM revoked_kit WHERE kit_id = ?", subject)
    last = max(facts, key=lambda fact: (fact.body.turn, fact.body.is_revoked), default=None)
    if last is not None and last.body.is_revoked:
        store.run(
            "INSERT INTO revoked_kit (log_no, kit_id, sign_public) VALUES (?,?,?)",
            log_number(store, last.log_id, None, None), subject, last.body.sign_public,
        )  # fmt: skip


THINGS: tuple[Thing, ...] = (Thing("kit access", (KIT_ACCESS,), ("revoked_kit",), fold_access, goes_down=True),)
