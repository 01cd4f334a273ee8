"""The background work of a central in a process of its own: its web processes store what comes, this one makes facts.

What waits is a table (`arrival`, state "stored"), so nothing is lost with this process: whoever comes next goes on.
"""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType
from typing import TextIO

from kit.app import build_node
from kit.central import actions
from kit.central.names.work import carry_on
from kit.errors import Problem
from kit.people.node import Node
from kit.settings import Settings
from kit.upkeep import CentralUpkeep, Repeating

PAUSE_SECONDS = 0.5
GONE_SECONDS = 5.0
NAMES_SECONDS = 60.0
_log = logging.getLogger(__name__)


def work_once(node: Node) -> int:
    """Make facts of everything that waits; how many segments."""
    return actions.project_all(node)


def give_names(node: Node, pause_seconds: float = NAMES_SECONDS) -> Repeating:
    """Ask certificates for the https names of kits, where the administrator set that up."""
    names = Repeating(node, carry_on, pause_seconds)
    names.start()
    return names


def work_forever(settings: Settings, out: TextIO) -> None:
    """Work until SIGINT or SIGTERM; a database that is gone is waited for."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    node = build_node(settings)
    upkeep = CentralUpkeep(node, note_counts=lambda: None)
    upkeep.start()
    names = give_names(node)
    print("Au travail.", file=out, flush=True)
    while not ended.is_set():
        pause = PAUSE_SECONDS
        try:
            work_once(node)
        except Problem as problem:
            _log.warning("background work: %s", problem.code)
            pause = GONE_SECONDS
        ended.wait(pause)
    upkeep.end()
    names.end()
    node.store.close()
