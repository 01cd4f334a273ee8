"""A kit is stolen or lost: what was on it, by category and count; refusing it; a draft for whoever answers for data.

Source of the draft: GDPR (EU 2016/679), article 33 (1) the 72 hours, (3) a to d its content, (5) keeping a record.
"""

from __future__ import annotations

import msgspec

from kit.central import actions, queries
from kit.errors import Problem
from kit.errors.kind import fr
from kit.people import audit
from kit.people.actions import Staff
from kit.people.node import Node

NOTICE_HOURS = 72


class Category(msgspec.Struct, frozen=True):
    """One kind of data on a kit: its French name, how many, and how it lies there: none, sealed, door or clear."""

    name: str
    count: int
    state: str


class OnBoard(msgspec.Struct, frozen=True):
    """What a kit can have held at most, as far as it told home. `behind_doors` people are in unclosed workshops."""

    categories: list[Category]
    people: int
    behind_doors: int
    not_arrived: int


class Loss(msgspec.Struct, frozen=True):
    """What is known of a loss. `was_open`: it was switched on with a phone of the team signed in."""

    kit_id: bytes
    noticed_at_ms: int
    was_open: bool
    noted_at_ms: int

    @property
    def deadline_ms(self) -> int:
        """Until when the authority must be told, if it must."""
        return self.noticed_at_ms + NOTICE_HOURS * 3_600_000


def read_on_board(node: Node, kit: queries.Kit) -> OnBoard:
    """What was on a kit, counted from what arrived; what it may have purged since is counted all the same."""
    counts = queries.count_on_board(node.store, kit.kit_id)
    behind, shut = counts["names_open"], counts["names_closed"]
    return OnBoard(
        [
            Category(fr("Noms de personnes, ateliers non terminés"), behind, "door"),
            Category(fr("dont numéros de téléphone, ateliers non terminés"), counts["phones_open"], "door"),
            Category(fr("Noms de personnes, ateliers terminés"), shut, "sealed"),
            Category(fr("Textes d’avis"), counts["texts"], "door"),
            Category(fr("Questions et doléances : texte, contact s’il est laissé"), counts["letters"], "door"),
            Category(fr("Œuvres données : nom de qui donne, autorisation"), counts["deposits"], "door"),
            Category(fr("Mots de remerciement aux auteurs"), counts["words"], "door"),
            Category(fr("Présences et inscriptions, sans nom"), counts["attendance"], "clear"),
            Category(fr("Réponses anonymes à des questionnaires"), counts["answers"], "clear"),
            Category(fr("Ateliers (titres, dates, lieux)"), counts["workshops"], "clear"),
        ],
        behind + shut, behind, kit.held_back,
    )  # fmt: skip


def declare_loss(node: Node, kit_id: bytes, noticed_at_ms: int, was_open: bool, by: Staff | None = None) -> None:
    """Note a loss and accept the kit no longer, in one step. Noted again, the newer words count."""
    with node.journal.write():
        actions.set_revoked(node, kit_id, True, by)
        audit.note(node, by, "kit.lost", kit_id)
        queries.save_loss(node.store, kit_id, noticed_at_ms, was_open, node.clock.wall_ms())


def find_loss(node: Node, kit_id: bytes) -> Loss | None:
    """What was noted of a loss, or None."""
    row = queries.find_loss(node.store, kit_id)
    return Loss(row["kit_id"], row["noticed_at_ms"], bool(row["was_open"]), row["noted_at_ms"]) if row else None


def get_loss(node: Node, kit_id: bytes) -> Loss:
    """The same. Raises Problem `web.not_found`."""
    found = find_loss(node, kit_id)
    if found is None:
        raise Problem("web.not_found")
    return found
