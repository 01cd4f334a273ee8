"""The states that pages are designed for, each somewhere in a served kit: full, empty, wrong, late."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kit.ids import new_id, to_text
from kit.people.node import Node
from kit.workshops import actions as workshops
from kit.workshops.forms import NewWorkshop, Person
from tests import cast
from tests.conftest import copy_node, open_node
from tests.served import Served

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class World:
    """A kit where much happened, one where nothing did, and the addresses of what happened."""

    full: Served
    bare: Served
    open: str
    crowded: str
    cancelled: str
    over: str
    closed: str
    ticket: str
    waiting: str

    def end(self) -> None:
        """Stop both; a fault that was logged fails the test."""
        for served in (self.full, self.bare):
            served.stop()
            assert not served.words_of_failure(), served.words_of_failure()


def _workshop(node: Node, title: str, in_hours: float, places: int = 8) -> bytes:
    start = node.clock.wall_ms() + int(in_hours * HOUR_MS)
    plan = NewWorkshop(
        title=title, stop_id=b"", stop_label="Salle des fêtes, Saint-Auban", place="Grande salle", starts_at_ms=start,
        length_minutes=60, places=places, waiting_places=1, level="debutant", theme="email", summary="Premiers pas.",
    )  # fmt: skip
    return workshops.plan_workshop(node, plan)


def _fill(node: Node) -> dict[str, str]:
    """Workshops in every state, and the codes of two tickets."""
    made = {
        "open": _workshop(node, "Mes photos à l’abri", 2),
        "crowded": _workshop(node, "Ma boîte déborde", 3, places=1),
        "cancelled": _workshop(node, "Trop peu de monde", 4),
        "over": _workshop(node, "Hier encore ouvert", -4),
        "closed": _workshop(node, "Tout est noté", -8),
    }
    codes = {"ticket": workshops.sign_up(node, made["open"], new_id(), Person(cast.ODETTE, "")).code}
    for number in range(2):
        codes["waiting"] = workshops.sign_up(node, made["crowded"], new_id(), Person(f"Léon {number}", "")).code
    workshops.cancel_workshop(node, made["cancelled"], "La salle est fermée.")
    workshops.close_workshop(node, made["closed"], lambda *_: None)
    return {name: to_text(one) for name, one in made.items()} | codes


def make_node(data: Path) -> tuple[Node, dict[str, str]]:
    """The node of a demonstration's folder, with workshops in every state, and what they are called in addresses."""
    node = open_node(data)
    return node, _fill(node)


def make_world(demo: Path, empty: Path, folder: Path) -> World:
    """Both kits, served."""
    data = copy_node(demo, folder / "full")
    node, made = make_node(data)
    node.store.flush()
    node.store.close()
    bare = copy_node(empty, folder / "bare")
    return World(Served(data, ("serve",)).start(), Served(bare, ("serve",)).start(), **made)
