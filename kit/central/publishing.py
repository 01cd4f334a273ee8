"""What the central tells its kits by itself: who was erased, wherever that was asked; who is accepted no longer."""

from __future__ import annotations

from kit.central import queries
from kit.people import facts as people
from kit.people.node import Node
from kit.sync import facts as sync


def publish_erasures(node: Node) -> int:
    """Tell every kit of erasures that none was told of yet; how many. The feed of them never ends."""
    waiting = queries.erasures_to_tell(node.store)
    if waiting:
        with node.journal.write():
            for subject in waiting:
                node.journal.append(people.ERASED, subject, people.Erased("told"))
    return len(waiting)


def publish_access(node: Node, kit: queries.Kit, is_revoked: bool) -> None:
    """Tell every kit that this one is accepted no longer, or again. Only inside `write()`."""
    turn = queries.count_facts(node.store, kit.kit_id, sync.KIT_ACCESS.name) + 1
    node.journal.append(sync.KIT_ACCESS, kit.kit_id, sync.KitAccess(kit.sign_public, is_revoked, turn))
