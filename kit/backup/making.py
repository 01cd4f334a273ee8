"""Making a backup: beside the running program, read back before it is called one."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kit.backup import files
from kit.backup.files import Copied, Report, sync
from kit.backup.manifest import INDEX, SEALED, read_manifest, write_manifest
from kit.errors import Problem
from kit.errors.kind import keep_plain
from kit.journal import queries as journal_queries
from kit.keys import primitives
from kit.keys.identity import FILE_NAME
from kit.keys.stream import decrypt_file, encrypt_file
from kit.people.node import Node
from kit.usb import list_keys, reason_of
from kit.work import Work


class Backup(msgspec.Struct, frozen=True):
    """A backup that was written, synced and read back: its folder, and its size in bytes (files left out).

    `works`: files it holds, of which `fresh` were written now. `left`: files that had no room on the key. `damaged`:
    files that are spoilt on this node's own disk.
    """

    folder: Path
    size_bytes: int
    works: int
    fresh: int = 0
    left: int = 0
    left_bytes: int = 0
    damaged: int = 0


class LastBackup(msgspec.Struct, array_like=True, frozen=True):
    """The last backup that was read back: when (Unix milliseconds), and the folder it was called."""

    at_ms: int
    name: str


_LAST = "backup.last"
_COUNT = "backup.count"
_DAY_MS = 86_400_000
Make = Callable[[Node, Path, Report], Backup]


def _nothing(_done: int, _total: int) -> None:
    """Nobody looks."""


def make_backup(node: Node, place: Path, report: Report = _nothing) -> Backup:
    """Write a backup below `place` (a USB folder) and read it back, before it gets its name.

    Facts first, then files (see `kit.backup.files`). Raises Problem `backup.bad_place` (not a folder, read-only, full),
    `backup.not_same` (what was read back differs) or `backup.running`.
    """
    draft = place / f".sauvegarde-{node.journal.log_id.hex()[:8]}.new"
    number = int(journal_queries.get_state(node.store, _COUNT) or b"0") + 1
    files.files_key(node)  # before the database is copied: the node that is put back goes on with the same one
    with _alone(node), _told(draft):
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        key = primitives.new_key()
        hashes = _write_sealed(node, draft, key)
        copied = files.copy_files(node, place, number, report)
        hashes[INDEX] = files.write_index(copied.index, draft, node.data / "tmp" / "backup.index", key, INDEX)
        write_manifest(node, draft, key, hashes)
        for path in draft.iterdir():
            sync(path)
        _read_back(draft, key)
        final = _settle(node, draft, place, number)
        files.prune(place, copied.index.folder)
    _remember(node, final)
    return _describe(final, copied)


def _describe(final: Path, copied: Copied) -> Backup:
    size = sum(path.stat().st_size for path in final.iterdir())
    return Backup(
        final, size, len(copied.index.entries), copied.fresh, copied.left, copied.left_bytes, copied.damaged
    )  # fmt: skip


@contextmanager
def _alone(node: Node) -> Iterator[None]:
    """One backup of a node at a time, whoever asks: the page, or a command. Raises Problem `backup.running`."""
    with (node.data / "tmp" / "backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as refusal:
            raise Problem("backup.running") from refusal
        yield


@contextmanager
def _told(draft: Path) -> Iterator[None]:
    """What a key refuses, in plain words; no half backup stays."""
    try:
        yield
    except OSError as refusal:
        raise Problem("backup.bad_place", reason=reason_of(refusal)) from refusal
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _remember(node: Node, final: Path) -> None:
    with node.store.write():
        last = LastBackup(node.clock.wall_ms(), final.name)
        journal_queries.set_state(node.store, _LAST, msgspec.msgpack.encode(last, enc_hook=keep_plain))


def find_last(node: Node) -> LastBackup | None:
    """The last backup made of this node, or None."""
    kept = journal_queries.get_state(node.store, _LAST)
    return msgspec.msgpack.decode(kept, type=LastBackup) if kept else None


def days_since(node: Node) -> int | None:
    """Whole days since the last backup, or None when there was none; never below 0, whatever the clock says."""
    last = find_last(node)
    return None if last is None else max(0, (node.clock.wall_ms() - last.at_ms) // _DAY_MS)


def is_due(node: Node) -> bool:
    """True when a backup is expected: there is none, or the last is older than the setting `backup_days`."""
    days = days_since(node)
    return days is None or days >= node.settings.backup_days


class BackupWork(Work[Backup]):
    """The backup running now, or how the last one of this start ended. `make` writes it.

    `progress`: files done, of how many; (0, 0) while facts are being written.
    """

    def __init__(self, make: Make = make_backup) -> None:
        super().__init__("backup")
        self._make = make

    def start(self, node: Node, place: Path) -> None:
        """Begin, unless one is running. Raises Problem `backup.bad_place` for a folder that is no marked key."""
        if place not in list_keys(node.settings.keys_folder):
            raise Problem("backup.bad_place", reason="clé retirée")
        self.begin(node.store, lambda report: self._make(node, place, report))


def _write_sealed(node: Node, draft: Path, key: bytes) -> dict[str, str]:
    copy = node.data / "tmp" / "backup.db"
    try:
        node.store.copy_to(copy)
        return {
            "database.sealed": encrypt_file(copy, draft / "database.sealed", key),
            "node.sealed": encrypt_file(node.data / FILE_NAME, draft / "node.sealed", key),
        }
    finally:
        copy.unlink(missing_ok=True)


def _settle(node: Node, draft: Path, place: Path, number: int) -> Path:
    """Give it its name; the number only grows, also after a death between the name and the count."""
    name = f"sauvegarde-{node.journal.log_id.hex()[:8]}-"
    while (place / f"{name}{number:04}").exists():
        number += 1
    final = place / f"{name}{number:04}"
    draft.rename(final)
    sync(place)
    with node.store.write():
        journal_queries.set_state(node.store, _COUNT, str(number).encode())
    return final


def _read_back(folder: Path, key: bytes) -> None:
    hashes = read_manifest(folder)["sha256"]
    for name in (*SEALED, INDEX):
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if not isinstance(hashes, dict) or hashes.get(name) != found:
            raise Problem("backup.not_same")
        decrypt_file(folder / name, None, key)
