"""Backup and restore of a node, kit or central: consistent while running, encrypted to the organisation, read back.

A backup is a folder: `manifest.json`, `database.sealed`, `node.sealed`, and beside all backups of one place a common
`blobs/` with the works (published works are no secret). The data key is sealed to the organisation's public key; a kit
that is not enrolled yet can also be opened by its printed recovery code. A restored node begins a new log (its marker
is missing), so nothing it writes can be taken for what the lost one wrote. Source: journal.md, "Identity".
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.keys import primitives
from kit.keys.identity import FILE_NAME
from kit.keys.stream import decrypt_file, encrypt_file
from kit.people import actions as people
from kit.people.identities import organisation_public
from kit.people.node import Node
from kit.usb import list_keys

DATABASE = "valise.db"
MANIFEST = "manifest.json"
_SEALED = {"database.sealed": DATABASE, "node.sealed": FILE_NAME}


class Backup(msgspec.Struct, frozen=True):
    """A backup that was written, synced and read back: its folder and its size in bytes (works left out)."""

    folder: Path
    size_bytes: int
    works: int


class LastBackup(msgspec.Struct, array_like=True, frozen=True):
    """The last backup that was read back: when (Unix milliseconds), and the folder it was called."""

    at_ms: int
    name: str


_LAST = "backup.last"
_DAY_MS = 86_400_000


def make_backup(node: Node, place: Path) -> Backup:
    """Write a backup below `place` (a USB folder) and read it back.

    Raises Problem `backup.bad_place` (not a folder, read-only, full) or `backup.not_same` (what was read back differs).
    """
    draft = place / f".sauvegarde-{node.journal.log_id.hex()[:8]}.new"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        key = primitives.new_key()
        hashes = _write_sealed(node, draft, key)
        works = _copy_works(node.data / "blobs", place / "blobs")
        _write_manifest(node, draft, key, hashes)
        final = _settle(node, draft, place)
    except OSError as refusal:
        shutil.rmtree(draft, ignore_errors=True)
        raise Problem("backup.bad_place", reason=refusal.strerror or "?") from refusal
    _read_back(final, key)
    _remember(node, final)
    return Backup(final, sum(path.stat().st_size for path in final.iterdir()), works)


def _remember(node: Node, final: Path) -> None:
    with node.store.write():
        last = LastBackup(node.clock.wall_ms(), final.name)
        journal_queries.set_state(node.store, _LAST, msgspec.msgpack.encode(last))


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


class BackupWork:
    """The backup running now in a thread of its own, or how the last one of this start ended. `make` writes it."""

    def __init__(self, make: Callable[[Node, Path], Backup] = make_backup) -> None:
        self._make = make
        self._lock = threading.Lock()
        self.is_running = False
        self.made: Backup | None = None
        self.problem: Problem | None = None

    def start(self, node: Node, place: Path) -> None:
        """Begin, unless one is running. Raises Problem `backup.bad_place` for a folder that is no marked key."""
        if place not in list_keys(node.settings.keys_folder):
            raise Problem("backup.bad_place", reason="clé retirée")
        with self._lock:
            if self.is_running:
                return
            self.is_running, self.made, self.problem = True, None, None
        threading.Thread(target=self._run, args=(node, place), name="backup", daemon=True).start()

    def _run(self, node: Node, place: Path) -> None:
        try:
            self.made = self._make(node, place)
        except Problem as problem:
            self.problem = problem
        except Exception as fault:  # the page must not wait for ever for a thread that is gone
            self.problem = Problem("web.broken")
            raise fault
        finally:
            self.is_running = False
            node.store.close()


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


def _copy_works(blobs: Path, target: Path) -> int:
    count = 0
    for path in sorted(blobs.glob("*/*")):
        place = target / path.relative_to(blobs)
        count += 1
        if place.exists() and place.stat().st_size == path.stat().st_size:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(".new")
        shutil.copyfile(path, draft)
        _sync(draft)
        draft.rename(place)
    return count


def _write_manifest(node: Node, draft: Path, key: bytes, hashes: dict[str, str]) -> None:
    recovery = people.recovery_slot(node)
    manifest = {
        "format": "valise-sauvegarde-1",
        "role": node.settings.role,
        "log": node.journal.log_id.hex(),
        "made_at_ms": node.clock.wall_ms(),
        "organisation": organisation_public(node).hex(),
        "sealed_key": _text(primitives.seal_to(organisation_public(node), key)),
        "recovery": _text(recovery) if recovery else None,
        "sha256": hashes,
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), "utf-8")


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _settle(node: Node, draft: Path, place: Path) -> Path:
    for path in draft.iterdir():
        _sync(path)
    number = int(journal_queries.get_state(node.store, "backup.count") or b"0") + 1
    final = place / f"sauvegarde-{node.journal.log_id.hex()[:8]}-{number:04}"
    draft.rename(final)
    _sync(place)
    with node.store.write():
        journal_queries.set_state(node.store, "backup.count", str(number).encode())
    return final


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        if path.is_file():
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)  # read back from the key itself, not from memory
    finally:
        os.close(handle)


def read_manifest(folder: Path) -> dict[str, object]:
    """What a backup says of itself. Raises Problem `backup.not_one`."""
    try:
        return parse_manifest((folder / MANIFEST).read_bytes())
    except OSError as refusal:
        raise Problem("backup.not_one") from refusal


def parse_manifest(raw: bytes) -> dict[str, object]:
    """The same from the bytes of `manifest.json`. Raises Problem `backup.not_one`."""
    try:
        manifest: dict[str, object] = json.loads(raw)
    except (ValueError, RecursionError) as refusal:
        raise Problem("backup.not_one") from refusal
    if not isinstance(manifest, dict) or manifest.get("format") != "valise-sauvegarde-1":
        raise Problem("backup.not_one")
    return manifest


def _read_back(folder: Path, key: bytes) -> None:
    hashes = read_manifest(folder)["sha256"]
    for name in _SEALED:
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if not isinstance(hashes, dict) or hashes.get(name) != found:
            raise Problem("backup.not_same")
        decrypt_file(folder / name, None, key)


def key_of(folder: Path, organisation_private: bytes) -> bytes:
    """The data key of a backup, for the organisation. Raises Problem `keys.cannot_open`."""
    return open_manifest(read_manifest(folder), organisation_private)


def open_manifest(manifest: dict[str, object], organisation_private: bytes) -> bytes:
    """The data key behind a manifest, for the organisation. Raises Problem `keys.cannot_open`."""
    try:
        sealed = base64.b64decode(str(manifest.get("sealed_key", "")), validate=True)
    except ValueError as refusal:
        raise Problem("keys.cannot_open") from refusal
    return primitives.open_sealed(organisation_private, sealed)


def key_by_recovery_code(folder: Path, code: str) -> bytes:
    """The data key of a backup, by the printed recovery code of first boot. Raises Problem `keys.cannot_open`."""
    slot = read_manifest(folder)["recovery"]
    if not isinstance(slot, str):
        raise Problem("keys.cannot_open")
    return key_of(folder, people.open_recovery_slot(base64.b64decode(slot), code))


def key_text(key: bytes) -> str:
    """A data key as people copy it: groups of four signs."""
    plain = base64.b32encode(key).decode().rstrip("=")
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def read_key(text: str) -> bytes:
    """A data key as somebody typed it. Raises Problem `keys.cannot_open`."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    try:
        key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except ValueError as refusal:
        raise Problem("keys.cannot_open") from refusal
    if len(key) != primitives.KEY_BYTES:
        raise Problem("keys.cannot_open")
    return key


def restore(folder: Path, data: Path, key: bytes) -> None:
    """Make the data folder `data`, which must be empty or missing, from a backup.

    Raises Problem `backup.not_empty`, `backup.not_one`, `keys.cannot_open`. Nothing is left half restored.
    """
    if data.exists() and any(data.iterdir()):
        raise Problem("backup.not_empty", path=data)
    read_manifest(folder)
    draft = data.with_name(data.name + ".restoring")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    try:
        for sealed, name in _SEALED.items():
            decrypt_file(folder / sealed, draft / name, key)
        (draft / FILE_NAME).chmod(0o600)
        if (folder.parent / "blobs").is_dir():
            shutil.copytree(folder.parent / "blobs", draft / "blobs")
        if data.exists():
            data.rmdir()
        draft.rename(data)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    data.with_name(data.name + ".boot").unlink(missing_ok=True)
