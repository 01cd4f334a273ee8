"""Putting a node back while it is served: everything is written beside its folder, and taken up at the next start.

`<data>.restored` is complete or not there: it gets that name by a rename, once all of it is on the disk. What was in
the data folder before goes to `<data>.before-N` and is never removed by us. The marker goes, so that the node begins a
new log. A death between the two renames is mended by the next start.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from kit.backup.files import Report, sync
from kit.backup.manifest import key_by_recovery_code, read_key, read_manifest
from kit.backup.restoring import Restored, write_restored
from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.people.node import Node
from kit.usb import list_keys

CLOCK = "clock."
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
    """True while nothing but the hour was noted here: only such a node may be replaced by a backup."""
    return journal_queries.count_facts_beside(node.store, CLOCK) == 0


def open_with(folder: Path, words: str) -> bytes:
    """The data key of a backup, by what somebody typed: the printed recovery code, or the key its coordination showed.

    Raises Problem `keys.cannot_open`.
    """
    try:
        return read_key(words)
    except Problem:
        return key_by_recovery_code(folder, words)


def stage(folder: Path, data: Path, key: bytes, report: Report = lambda done, total: None) -> Restored:
    """Write a backup beside `data`, whole, for the next start. Raises Problem like `restore`."""
    draft, ready = data.with_name(f"{data.name}.restoring"), data.with_name(f"{data.name}.restored")
    try:
        restored = write_restored(folder, draft, key, report)
        shutil.rmtree(ready, ignore_errors=True)
        draft.rename(ready)
        sync(data.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return restored


def take_up(data: Path, marker: Path) -> Path | None:
    """At a start: put what was staged in the place of the data folder; where the former one is now, or None."""
    ready = data.with_name(f"{data.name}.restored")
    if not ready.is_dir():
        return None
    number = 1
    while (before := data.with_name(f"{data.name}.before-{number}")).exists():
        number += 1
    if data.exists():
        data.rename(before)
    marker.unlink(missing_ok=True)
    ready.rename(data)
    sync(data.parent)
    return before


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
        `keys.cannot_open`."""
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
            self.restored = stage(folder, node.data, key, self._note)
        except Problem as problem:
            self.problem = problem
        except OSError:
            self.problem = Problem("backup.not_read")
        finally:
            self.progress = None
            node.store.close()
        if self.restored is not None and self.restart is not None:
            self.restart()

    def _note(self, done: int, total: int) -> None:
        self.progress = (done, total)
