"""Long work on packs that can be left: one at a time in a thread, with how far it is and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kit.errors import Problem
from kit.people.node import Node

EXTENSION = "valise.packs"
Report = Callable[[int, int], None]


class PackWork:
    """The work running now, or how the last one of this start ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.is_running = False
        self.done_bytes = self.total_bytes = 0
        self.words = ""
        self.problem: Problem | None = None

    def start(self, node: Node, do: Callable[[Report], str]) -> bool:
        """Begin `do`, which gives the words for what came of it; False when another work is running."""
        with self._lock:
            if self.is_running:
                return False
            self.is_running, self.words, self.problem = True, "", None
            self.done_bytes = self.total_bytes = 0
        threading.Thread(target=self._run, args=(node, do), name="packs", daemon=True).start()
        return True

    def _report(self, done: int, total: int) -> None:
        self.done_bytes, self.total_bytes = done, total

    def _run(self, node: Node, do: Callable[[Report], str]) -> None:
        try:
            self.words = do(self._report)
        except Problem as problem:
            self.problem = problem
        except Exception as fault:  # the page must not wait for ever for a thread that is gone
            self.problem = Problem("web.broken")
            raise fault
        finally:
            self.is_running = False
            node.store.close()
