"""Putting what a backup holds in the place of a data folder, also one that is a disk of its own (a mount point).

Everything happens inside the folder, so nothing has to be renamed beside it and one disk is enough. What is staged gets
the name `.restore-ready` by a rename, once all of it is on the disk. Then what was there leaves to `.before-N` (never
removed by us), and what is staged arrives, entry by entry; the name of the staged folder says how far that has come, so
that a death at any moment is mended by the next start. The marker goes: the node begins a new log.
"""

from __future__ import annotations

import errno
import shutil
from contextlib import suppress
from pathlib import Path

from kit.backup.files import Report, sync
from kit.backup.restoring import Restored, write_restored
from kit.errors import Problem

STAGED = ".restore-"
_DRAFT, _READY, _LEAVING, _ARRIVING = (f"{STAGED}{word}" for word in ("draft", "ready", "leaving-", "arriving-"))
_BEFORE = ".before-"
_OF_THE_DISK = "lost+found"
_NOT_AT_ONCE = (errno.EBUSY, errno.EXDEV, errno.ENOTEMPTY, errno.EEXIST)  # a disk of its own below the folder


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def restore(folder: Path, data: Path, key: bytes, report: Report = _silent, marker: Path | None = None) -> Restored:
    """Make the data folder `data`, which must be empty or missing, from a backup. `marker`: None is beside it.

    Raises Problem `backup.not_empty`, `backup.not_one`, `keys.cannot_open`. Nothing is left half restored.
    """
    is_new = not data.exists()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(one.name not in (_OF_THE_DISK, _DRAFT) for one in data.iterdir()):
        raise Problem("backup.not_empty", path=data)
    try:
        restored = stage(folder, data, key, report)
    except BaseException:
        if is_new:
            data.rmdir()
        raise
    take_up(data, marker or data.with_name(data.name + ".boot"))
    return restored


def stage(folder: Path, data: Path, key: bytes, report: Report = _silent) -> Restored:
    """Write a backup inside `data`, whole, for `take_up`. Raises Problem like `restore`."""
    draft, ready = data / _DRAFT, data / _READY
    try:
        restored = write_restored(folder, draft, key, report)
        shutil.rmtree(ready, ignore_errors=True)
        draft.rename(ready)
        sync(data)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return restored


def drop(data: Path) -> None:
    """Let go of what was staged."""
    shutil.rmtree(data / _READY, ignore_errors=True)


def take_up(data: Path, marker: Path) -> Path | None:
    """At a start: put what was staged in the place of what is there; where the former things are now, or None."""
    shutil.rmtree(data / _DRAFT, ignore_errors=True)
    staged = next(iter(sorted(data.glob(f"{STAGED}*"))), None)
    if staged is None:
        return None
    if staged.name == _READY:
        staged = staged.rename(data / f"{_LEAVING}{_free_number(data)}")
    number = staged.name.rpartition("-")[2]
    before = data / f"{_BEFORE}{number}"
    if staged.name.startswith(_LEAVING):
        before.mkdir(exist_ok=True, mode=0o700)
        _move(data, before)
        marker.unlink(missing_ok=True)
        sync(data)
        staged = staged.rename(data / f"{_ARRIVING}{number}")
    _move(staged, data)
    staged.rmdir()
    sync(data)
    return before


def _free_number(data: Path) -> int:
    number = 1
    while (data / f"{_BEFORE}{number}").exists():
        number += 1
    return number


def _move(source: Path, target: Path) -> None:
    """Move what lies in one folder to another, but for our own folders above and what belongs to the disk."""
    for one in sorted(source.iterdir()):
        if one.name.startswith((STAGED, _BEFORE)) or one.name == _OF_THE_DISK:
            continue
        place = target / one.name
        try:
            one.rename(place)
        except OSError as refusal:
            if refusal.errno not in _NOT_AT_ONCE:
                raise
            _move_slowly(one, place)


def _move_slowly(one: Path, place: Path) -> None:
    if not one.is_dir():
        shutil.move(one, place)
        return
    place.mkdir(exist_ok=True, mode=0o700)
    _move(one, place)
    with suppress(OSError):  # a mount point stays, empty
        one.rmdir()
