"""Opening what a backup holds into a new folder, whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec

from kit.backup.files import Entry, Report, read_index, restore_files, sync
from kit.backup.manifest import FORMAT, INDEX, SEALED, read_manifest
from kit.errors import Problem
from kit.keys.identity import FILE_NAME
from kit.keys.stream import decrypt_file


class Restored(msgspec.Struct, frozen=True):
    """What was put back: how many files, and those the key no longer holds (they have to come again otherwise)."""

    files: int
    lacking: list[Entry] = []


def write_restored(folder: Path, draft: Path, key: bytes, report: Report = lambda done, total: None) -> Restored:
    """Write everything of a backup into the new folder `draft`. Raises Problem `backup.not_one`, `keys.cannot_open`."""
    manifest = read_manifest(folder)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    for sealed, name in SEALED.items():
        _open(folder / sealed, draft / name, key)
    (draft / FILE_NAME).chmod(0o600)
    if manifest["format"] == FORMAT:
        index = read_index(folder / INDEX, draft / "index", key)
        lacking = restore_files(index, folder.parent, draft, report)
        restored = Restored(len(index.entries) - len(lacking), lacking)
    else:
        restored = _works_in_clear(folder.parent / "blobs", draft / "blobs")
    for path in (*(draft / name for name in SEALED.values()), draft):
        sync(path)
    os.sync()
    return restored


def _open(sealed: Path, target: Path, key: bytes) -> None:
    try:
        decrypt_file(sealed, target, key)
    except FileNotFoundError as refusal:
        raise Problem("backup.not_one") from refusal


def _works_in_clear(source: Path, target: Path) -> Restored:
    """A backup of the first format: published works lie beside it as they are."""
    if not source.is_dir():
        return Restored(0)
    shutil.copytree(source, target)
    return Restored(sum(path.is_file() for path in target.rglob("*")))
