"""What a person of the team with territories of her own may see: kits that go there, and what came from them.

This is a rule of access, not cryptography (journal.md, "Personal data"): the key she holds would open the rest.
"""

from __future__ import annotations

from collections.abc import Collection

from kit.central import queries
from kit.central.queries import Kit
from kit.errors import Problem
from kit.people.actions import Staff
from kit.people.node import Node


def find_logs(node: Node, by: Staff) -> Collection[int] | None:
    """The local numbers of the logs she may read; None: all."""
    return queries.logs_of_territories(node.store, by.territories) if by.territories else None


def check_log(node: Node, by: Staff, log_no: int) -> None:
    """Raise Problem `people.other_territory` unless she may read what this log says."""
    logs = find_logs(node, by)
    if logs is not None and log_no not in logs:
        raise Problem("people.other_territory")


def get_kit(node: Node, by: Staff, kit_id: bytes | None) -> Kit:
    """One kit of hers. Raises Problem `web.not_found` or `people.other_territory`."""
    found = queries.get_kit(node.store, kit_id)
    if by.territories and found.territory not in by.territories:
        raise Problem("people.other_territory")
    return found
