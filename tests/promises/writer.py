"""A box at work, for the drills that kill it or cut its power: every line it prints is something a person was told.

Usage: python -m tests.promises.writer DATA COUNT SEED [NORMAL]
With NORMAL the database runs with synchronous=NORMAL: the control that must lose what was told.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from kit.app import build_node
from kit.ids import new_id
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from kit.workshops import actions as workshops
from kit.workshops.forms import NewWorkshop, Person, Profile

START_MS = 4_000_000_000_000


def tell(kind: str, subject: bytes) -> None:
    """What a person reads once it is noted; one write call, straight to the pipe."""
    sys.stdout.write(f"{kind} {subject.hex()}\n")
    sys.stdout.flush()


def plan(node: Node, title: str) -> bytes:
    """A workshop with many places, far in the future."""
    return workshops.plan_workshop(node, plan_at(START_MS, title))


def plan_at(starts_at_ms: int, title: str = "Atelier") -> NewWorkshop:
    """A workshop with many places as staff would write it."""
    return NewWorkshop(
        title=title,
        stop_id=b"",
        stop_label="Saint-Auban",
        place="",
        starts_at_ms=starts_at_ms,
        length_minutes=60,
        places=10_000,
        waiting_places=0,
        level="debutant",
        theme="email",
        summary="",
    )


def work(node: Node, count: int, chance: random.Random) -> None:
    """Sign people up, tick them, add some at the door, open new workshops now and then."""
    workshop = plan(node, "Premier")
    tell("workshop", workshop)
    for number in range(count):
        if chance.random() < 0.1:
            workshop = plan(node, f"Atelier {number}")
            tell("workshop", workshop)
        elif chance.random() < 0.6:
            signup = workshops.sign_up(node, workshop, new_id(), Person(f"Personne {number}", ""))
            tell("signup", signup.signup_id)
        else:
            person = new_id()
            workshops.add_anonymous(node, workshop, person, Profile("", "", ""))
            tell("attendance", person)


def command(folder: Path, count: int, seed: int, *more: str) -> list[str]:
    """The command of a box at work."""
    return [sys.executable, "-m", "tests.promises.writer", str(folder), str(count), str(seed), *more]


def main() -> None:
    """Work on a data folder; the first line says that it is prepared."""
    data, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    node = build_node(read_settings({}, data=data))
    if "NORMAL" in sys.argv:
        node.store.db.execute_sql("PRAGMA synchronous=1")
    if not people.is_set_up(node):
        people.set_up(node, "Équipe", "mediator", "un deux trois quatre cinq six")
    print("ready", flush=True)
    work(node, count, random.Random(seed))


if __name__ == "__main__":
    main()
