"""Long work that can be left: one at a time in a thread of its own, how far it is, and how the last one ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from kit.errors import Problem
from kit.store import Store

R = TypeVar("R")
Report = Callable[[int, int], None]
_log = logging.getLogger(__name__)


class Work(Generic[R]):
    """What runs now, or how the last of this start ended: `made`, or a `problem`. `progress`: done, of how many."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self.is_running = False
        self.progress = (0, 0)
        self.made: R | None = None
        self.problem: Problem | None = None

    def begin(self, store: Store, do: Callable[[Report], R]) -> bool:
        """Begin `do`, whose thread then lets go of the store; False when one is running."""
        with self._lock:
            if self.is_running:
                return False
            self.is_running, self.progress, self.made, self.problem = True, (0, 0), None, None
        threading.Thread(target=self._run, args=(store, do), name=self._name, daemon=True).start()
        return True

    def forget(self) -> None:
        """Say no more how the last one ended: it is so no longer."""
        with self._lock:
            if not self.is_running:
                self.made = self.problem = None

    def _run(self, store: Store, do: Callable[[Report], R]) -> None:
        try:
            self.made = do(self._report)
        except Problem as problem:
            self.problem = problem
        except Exception:  # the page must not wait for ever for a thread that is gone
            _log.exception("%s broke", self._name)
            self.problem = Problem("web.broken")
        finally:
            self.is_running = False
            store.close()

    def _report(self, done: int, total: int) -> None:
        self.progress = (done, total)
