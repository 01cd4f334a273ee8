"""Long work of the box that can be left: one backup at a time, in a thread of its own, with what came of it."""

from __future__ import annotations

import threading
from pathlib import Path

from flask import Flask, current_app

from kit.backup import Backup, make_backup
from kit.errors import Problem
from kit.people.node import Node


class BackupWork:
    """The backup running now, or how the last one of this start ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.is_running = False
        self.made: Backup | None = None
        self.problem: Problem | None = None

    def start(self, node: Node, place: Path) -> None:
        """Begin, unless one is running already."""
        with self._lock:
            if self.is_running:
                return
            self.is_running, self.made, self.problem = True, None, None
        threading.Thread(target=self._run, args=(node, place), daemon=True).start()

    def _run(self, node: Node, place: Path) -> None:
        try:
            self.made = make_backup(node, place)
        except Problem as problem:
            self.problem = problem
        finally:
            self.is_running = False
            node.store.close()


def backup_work() -> BackupWork:
    """This application's backup work."""
    work: BackupWork = current_app.extensions["valise.backup"]
    return work


def init_box(app: Flask) -> None:
    """Give the application its place for long work."""
    app.extensions["valise.backup"] = BackupWork()
