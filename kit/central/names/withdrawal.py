"""A kit is accepted no longer: what was certified for it is to be revoked, and its name is given to nobody."""

from __future__ import annotations

import msgspec

from kit.central.names import queries
from kit.central.names.queries import READY, REVOKED, TO_REVOKE, WAITING
from kit.people.node import Node


def withdraw(node: Node, kit_id: bytes) -> None:
    """Have the background work revoke it. Only inside `write()`."""
    known = queries.find(node.store, kit_id)
    if known is not None and known.state in (WAITING, READY):
        state = TO_REVOKE if queries.list_chains(node.store, kit_id) else REVOKED
        queries.save(node.store, msgspec.structs.replace(known, state=state, tries=0, next_ms=0, problem="", detail=""))
