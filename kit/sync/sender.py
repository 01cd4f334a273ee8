"""Carrying in the background of the served program: one at a time, never in the way of a visitor's page."""

from __future__ import annotations

import logging
import threading

from kit.errors import Problem
from kit.people.node import Node
from kit.sync.actions import send
from kit.sync.carriers import Carried, Carrier, Progress

_log = logging.getLogger(__name__)


class Sender:
    """At most one carrying at a time; `progress` is None while nothing runs.

    Afterwards `carried` or `problem` says how it ended, `place` where it went, `carrier` by what (None: the network),
    until the next one begins.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.progress: Progress | None = None
        self.carried: Carried | None = None
        self.problem: Problem | None = None
        self.place = ""
        self.carrier: Carrier | None = None

    def start(self, node: Node, carrier: Carrier | None = None, place: str = "") -> None:
        """Begin, by the network unless a carrier is given. Raises Problem `sync.running` when one is under way."""
        if not self._lock.acquire(blocking=False):
            raise Problem("sync.running")
        self.carried, self.problem, self.place, self.carrier = None, None, place, carrier
        self.progress = Progress(0, 0)
        threading.Thread(target=self._run, args=(node, carrier), name="sending", daemon=True).start()

    def _run(self, node: Node, carrier: Carrier | None) -> None:
        try:
            self.carried = send(node, self._note, carrier).carried
        except Problem as problem:
            _log.warning("sending stopped: %s", problem.code)
            self.problem = problem
        except Exception:
            _log.exception("sending broke")
            self.problem = Problem("web.broken")
        finally:
            node.store.close()  # this thread's connection
            self.progress = None
            self._lock.release()

    def _note(self, progress: Progress) -> None:
        self.progress = progress
