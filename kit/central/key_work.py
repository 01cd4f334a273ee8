"""Reading a key in the background: one at a time, with what each bundle was; the page can be left."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from kit.central import bringing
from kit.central.bringing import Taken
from kit.errors import Problem
from kit.people.node import Node
from kit.usb import REMOVED, list_keys

_log = logging.getLogger(__name__)


class KeyWork:
    """The key being read now (`progress`: bundles read, of how many), or how the last one of this start ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.progress: tuple[int, int] | None = None
        self.taken: list[Taken] | None = None
        self.problem: Problem | None = None
        self.place = ""

    def start(self, node: Node, place: Path) -> None:
        """Begin, unless one is being read. Raises Problem `sync.bad_key` for a folder that is no marked key."""
        if place not in list_keys(node.settings.keys_folder):
            raise Problem("sync.bad_key", reason=REMOVED)
        with self._lock:
            if self.progress is not None:
                return
            self.progress, self.taken, self.problem, self.place = (0, 0), None, None, place.parent.name
        threading.Thread(target=self._run, args=(node, place), name="reading a key", daemon=True).start()

    def _run(self, node: Node, place: Path) -> None:
        try:
            self.taken = bringing.read_key(node, place, self._note)
        except Problem as problem:
            self.problem = problem
        except Exception:
            _log.exception("reading a key broke")
            self.problem = Problem("web.broken")
        finally:
            self.progress = None
            node.store.close()

    def _note(self, done: int, total: int) -> None:
        self.progress = (done, total)
