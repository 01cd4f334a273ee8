"""Putting a node back while it is served: everything is staged in its folder, and taken up at the next start."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from kit.backup.manifest import key_by_recovery_code, read_key, read_manifest
from kit.backup.restoring import Restored
from kit.backup.taking_up import drop, stage
from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.people.node import Node
from kit.usb import list_keys

_CLOCK, _SHELVES = ("clock.",), ("item.", "pack.", "shelf.")
_PATTERN = "sauvegarde-*"
Restart = Callable[[], object]


class OnKey(msgspec.Struct, frozen=True):
    """A backup on a plugged-in key. `role` is kit or central; `made_at_ms` Unix milliseconds."""

    folder: Path
    role: str
    made_at_ms: int


def list_backups(keys_folder: Path) -> list[OnKey]:
    """The backups on the marked keys, newest first; what cannot be read is no backup."""
    found = []
    for place in list_keys(keys_folder):
        for folder in sorted(place.glob(_PATTERN)):
            try:
                manifest = read_manifest(folder)
                found.append(OnKey(folder, str(manifest["role"]), int(str(manifest["made_at_ms"]))))
            except (Problem, KeyError, ValueError):
                continue
    return sorted(found, key=lambda one: one.made_at_ms, reverse=True)


def is_unused(node: Node) -> bool:
    """True while nothing was noted here but the hour, and works that came on its card: such a node may be replaced."""
    return not journal_queries.has_facts_beside(node.store, (*_CLOCK, *_SHELVES))


def has_works(node: Node) -> bool:
    """True when works stand on the shelves of an unused node: they go aside with the rest of it."""
    return journal_queries.has_facts_beside(node.store, _CLOCK)


def open_with(folder: Path, words: str) -> bytes:
    """The data key of a backup, by what somebody typed: the printed recovery code, or the key its coordination showed.

    Raises Problem `backup.wrong_code`.
    """
    try:
        return read_key(words)
    except Problem:
        pass
    try:
        return key_by_recovery_code(folder, words)
    except Problem as refusal:
        raise Problem("backup.wrong_code") from refusal


class RestoreWork:
    """The backup being put back now, or how the last try ended. `restart` begins the program anew, once it is staged.

    `progress`: files done, of how many.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.restart: Restart | None = None
        self.progress: tuple[int, int] | None = None
        self.restored: Restored | None = None
        self.problem: Problem | None = None

    def start(self, node: Node, folder: Path, words: str) -> None:
        """Begin, unless one runs. Raises Problem `backup.in_use`, `backup.not_one`, `backup.other_role` or
        `backup.wrong_code`."""
        found = next((one for one in list_backups(node.settings.keys_folder) if one.folder == folder), None)
        if found is None:
            raise Problem("backup.not_one")
        if found.role != node.settings.role:
            raise Problem("backup.other_role")
        if not is_unused(node):
            raise Problem("backup.in_use")
        key = open_with(folder, words)
        with self._lock:
            if self.progress is not None or self.restored is not None:
                return
            self.progress, self.problem = (0, 0), None
        threading.Thread(target=self._run, args=(node, folder, key), name="restoring", daemon=True).start()

    def _run(self, node: Node, folder: Path, key: bytes) -> None:
        try:
            restored = stage(folder, node.data, key, self._note)
            if not is_unused(node):  # somebody noted something while the key was read
                drop(node.data)
                raise Problem("backup.in_use")
            self.restored = restored
        except Problem as problem:
            self.problem = Problem("backup.damaged") if problem.code == "keys.cannot_open" else problem
        except OSError as refusal:
            full = refusal.errno in (errno.ENOSPC, errno.EDQUOT)
            self.problem = Problem("backup.no_room" if full else "backup.not_read")
        finally:
            self.progress = None
            node.store.close()
        if self.restored is not None and self.restart is not None:
            self.restart()

    def _note(self, done: int, total: int) -> None:
        self.progress = (done, total)
