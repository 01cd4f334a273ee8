"""The sealed files of works offered go home whole: the organisation opens them even when the suitcase is lost."""

from __future__ import annotations

from kit.journal.going import Fate, Going
from kit.library.deposits import queries
from kit.library.deposits.actions import waiting_path
from kit.people.node import Node

MOST = 1000


def make_going(node: Node) -> Going:
    """How the sync room is told of them, on a kit and at a central."""

    def ready() -> list[bytes]:
        return [one.deposit_id for one in queries.list_waiting(node.store, node.identity.sign_public, MOST, 0)]

    def fate(deposit_id: bytes) -> Fate:
        found = queries.find_deposit(node.store, deposit_id)
        if found is None or found.state == "waiting":
            return "waiting"
        return "keep" if found.state == "accepted" else "drop"

    return Going("deposit", ready, lambda deposit_id: waiting_path(node, deposit_id), fate)
