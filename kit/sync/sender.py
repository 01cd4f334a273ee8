"""Sending in the background of the served program: one at a time, never in the way of a visitor's page."""

from __future__ import annotations

import logging
import threading

from kit.errors import Problem
from kit.people.node import Node
from kit.sync.actions import send
from kit.sync.carriers import Progress

_log = logging.getLogger(__name__)


class Sender:
    """At most one sending of a node at a time; `progress` is None while nothing runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.progress: Progress | None = None

    def start(self, node: Node) -> None:
        """Begin to send. Raises Problem `sync.running` when a sending is under way."""
        if not self._lock.acquire(blocking=False):
            raise Problem("sync.running")
        self.progress = Progress(0, 0)
        threading.Thread(target=self._run, args=(node,), name="sending", daemon=True).start()

    def _run(self, node: Node) -> None:
        try:
            send(node, self._note)
        except Problem as problem:
            _log.warning("sending stopped: %s", problem.code)  # kept for the page by `send`
        except Exception:
            _log.exception("sending broke")
        finally:
            node.store.close()  # this thread's connection
            self.progress = None
            self._lock.release()

    def _note(self, progress: Progress) -> None:
        self.progress = progress
