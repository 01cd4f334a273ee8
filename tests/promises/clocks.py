"""P9: boxes whose clock stands in 1970, in 2060, or jumps about; what becomes of places must not depend on it."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from pathlib import Path

from kit import retention
from kit.app import build_node
from kit.central import actions as central_actions
from kit.clock import Clock
from kit.errors import Problem
from kit.ids import new_id
from kit.journal import anchors
from kit.people.node import Node
from kit.settings import read_settings
from kit.workshops import actions as workshops
from kit.workshops.forms import Person
from tests.promises.orders import segments_of
from tests.promises.world import World, copy_node, template
from tests.promises.writer import plan_at

NOW = 1_900_000_000.0
HOUR, DAY = 3600.0, 86_400.0
DEEDS = ("plan", "signup", "signup", "cancel", "attendance", "answer")


def jumping(seed: int) -> Callable[[], float]:
    """A wall clock that shows anything between 1970 and 2060 at each look."""
    dice = random.Random(seed)
    return lambda: dice.uniform(0, 90 * 365 * DAY)


def clocks() -> dict[str, Callable[[], float]]:
    """Wall clocks by what is wrong with them."""
    ticks = iter(range(10**9))
    return {
        "right": lambda: NOW,
        "1970": lambda: 0.0,
        "a year behind": lambda: NOW - 365 * DAY,
        "2060": lambda: 90 * 365 * DAY,
        "running backwards": lambda: NOW - next(ticks) * 60.0,
        **{f"jumping {seed}": jumping(seed) for seed in range(3)},
    }


def with_clock(folder: Path, role: str, wall: Callable[[], float]) -> Node:
    """A node whose machine shows this time."""
    ticks = iter(range(1, 10**9))
    return build_node(read_settings({}, data=folder, role=role), Clock(2, 0, wall, lambda: next(ticks) / 1000))


def outcome_of(wall: Callable[[], float], seed: int) -> str:
    """What people got and what arrived when a kit with this clock lived a season; a hash without ids and times."""
    world, dice = World.make(), random.Random(seed)
    try:
        world.nodes["kit-0"].store.close()
        world.nodes["kit-0"] = with_clock(world.base / "kit-0", "kit", wall)
        for _ in range(30):
            world.act("kit-0", dice.choice(DEEDS))
        world.close("kit-0")
        world.settle()
        world.back_up_central()
        world.settle()
        purged = retention.purge(world.nodes["kit-0"], days=0)
        told = (*_told(world.nodes["kit-0"]), *_told(world.central), purged, world.lost(), world.not_home())
        return hashlib.sha256(repr(told).encode()).hexdigest()
    finally:
        world.end()


def answers_at_the_door(wall: Callable[[], float]) -> list[str]:
    """What people who ask for a place are told, at a workshop to come and at one that ended two days ago.

    By the hour of the box alone nobody is refused, whatever it shows; once staff have vouched for the hour, the one
    that ended is over, and only that one.
    """
    world = World.make()
    try:
        world.nodes["kit-0"].store.close()
        kit = world.nodes["kit-0"] = with_clock(world.base / "kit-0", "kit", wall)
        starts = (NOW + HOUR, NOW - 2 * DAY)
        ids = [workshops.plan_workshop(kit, plan_at(int(start * 1000))) for start in starts]
        told = [_ask(kit, one) for one in ids]
        anchors.confirm(kit.journal, int(NOW * 1000), "staff")
        return told + [_ask(kit, one) for one in ids]
    finally:
        world.end()


def _ask(kit: Node, workshop_id: bytes) -> str:
    try:
        return workshops.sign_up(kit, workshop_id, new_id(), Person("Odette", "")).state
    except Problem as refusal:
        return refusal.code


AT_THE_DOOR = ["placed", "placed", "placed", "workshops.over"]


def _told(node: Node) -> list[tuple[object, ...]]:
    sqls = (
        "SELECT kind, count(*) FROM fact GROUP BY 1 ORDER BY 1",
        "SELECT state, is_promoted, count(*) FROM signup GROUP BY 1, 2 ORDER BY 1, 2",
        "SELECT state, how, count(*) FROM attendance GROUP BY 1, 2 ORDER BY 1, 2",
        "SELECT is_closed, is_cancelled, version, count(*) FROM workshop GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        "SELECT placed, waiting, came, beyond FROM workshop_total ORDER BY 1, 2, 3, 4",
        "SELECT scope, count(*) FROM answer GROUP BY 1 ORDER BY 1",
        "SELECT count(*) FROM envelope",
    )
    return [tuple(row) for sql in sqls for row in node.store.rows(sql)]


def hashes_at_centrals(seed: int) -> dict[str, str]:
    """The tables that the same segments give at centrals with each of the clocks."""
    world, dice, found = World.make(), random.Random(seed), {}
    try:
        for _ in range(25):
            world.act("kit-0", dice.choice(DEEDS))
        world.settle()
        for name, wall in clocks().items():
            copy_node(template() / "central", world.base / "central-2", with_marker=True)
            other = with_clock(world.base / "central-2", "central", wall)
            for segment_id, raw in segments_of(world.central):
                central_actions.take_segment(other, segment_id, raw)
            found[name] = other.journal.projection_hash()
            other.store.close()
        return found
    finally:
        world.end()


def try_clocks(seeds: int) -> tuple[int, list[str]]:
    """How many lives were lived, and the clocks that changed something."""
    cases, wrongs = 0, list[str]()
    for name, wall in clocks().items():
        told = answers_at_the_door(wall)
        cases += len(told)
        if told != AT_THE_DOOR:
            wrongs.append(f"kit clock {name}: at the door people were told {told}, not {AT_THE_DOOR}")
    for seed in range(seeds):
        right = outcome_of(clocks()["right"], seed)
        for name, wall in clocks().items():
            cases += 1
            if outcome_of(wall, seed) != right:
                wrongs.append(f"kit clock {name}, season {seed}: another outcome")
        tables = hashes_at_centrals(seed)
        cases += len(tables)
        wrongs += [f"central clock {name}: other tables" for name in tables if tables[name] != tables["right"]]
    return cases, wrongs
