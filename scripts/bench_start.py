"""Start-up of a box with a million facts beside an empty one, in turns.

The facts are one real fact (somebody came, no name), written a million times by one SQL statement through the store,
each with a number and a random subject of its own. They are not folded: starting up must look at neither.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kit.app import build_node
from kit.ids import new_id
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from kit.workshops import actions as workshops
from kit.workshops.forms import Profile
from tests.promises.writer import plan

FACTS = 1_000_000
_COPY = """
WITH RECURSIVE number(seq) AS (VALUES (?) UNION ALL SELECT seq + 1 FROM number WHERE seq < ?)
INSERT INTO fact (log_no, seq, kind, version, boot, mono_ms, wall_ms, subject, home, refs, envelope, body)
SELECT f.log_no, number.seq, f.kind, f.version, f.boot, f.mono_ms + number.seq, f.wall_ms + number.seq,
randomblob(16), f.home, f.refs, f.envelope, f.body FROM number, fact AS f WHERE f.log_no = ? AND f.seq = ?
"""


class Started(Protocol):
    """A served node."""

    start_seconds: float

    def end(self) -> None:
        """End it."""


def make_box(data: Path, facts: int) -> None:
    """A kit that is set up, with a workshop, and `facts` more."""
    node = build_node(read_settings({}, data=data))
    people.set_up(node, "Équipe", "mediator")
    workshops.add_anonymous(node, plan(node, "Atelier"), new_id(), Profile("", "", ""))
    if facts:
        _fill(node, facts)
    node.store.flush()
    node.store.close()


def _fill(node: Node, facts: int) -> None:
    head, log_no = node.journal.head(), node.journal.log_no
    with node.store.write():
        node.store.run(_COPY, head + 1, head + facts, log_no, head)
        node.store.run("UPDATE log SET head_seq = ? WHERE log_no = ?", head + facts, log_no)


def start_ratio(folder: Path, serve: Callable[[Path], Started], runs: int) -> tuple[float, float]:
    """Median start of the full box beside the empty one, and the size of the full database in MB."""
    boxes = {"empty": folder / "empty", "full": folder / "full"}
    for name, data in boxes.items():
        make_box(data, FACTS if name == "full" else 0)
    seconds: dict[str, list[float]] = {name: [] for name in boxes}
    for turn in range(runs + 1):
        for name, data in boxes.items():
            server = serve(data)
            server.end()
            if turn:  # the first start of each compiles its pages
                seconds[name].append(server.start_seconds)
    size = (boxes["full"] / "valise.db").stat().st_size / 1e6
    return statistics.median(seconds["full"]) / statistics.median(seconds["empty"]), size
