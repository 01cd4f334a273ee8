"""Files by their content: `data/blobs/ab/<sha256>`, written aside, synced, then renamed, so never half there."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from kit.errors import Problem
from kit.ids import new_id, to_text

CHUNK = 1 << 20
STALE_SECONDS = 86_400


def home_path(data: Path, sha256: bytes) -> Path:
    """Where the file of this content is kept on the box itself, or would be."""
    name = sha256.hex()
    return data / "blobs" / name[:2] / name


def outside(data: Path) -> Path:
    """The works that lie on a disk beside the box (kit/library/disk.py): a link to their folder, if staff chose one."""
    return data / "blobs-outside"


def places(data: Path, sha256: bytes) -> tuple[Path, Path]:
    """Where the file of this content may be: on the box, and on the disk beside it."""
    home = home_path(data, sha256)
    return home, outside(data) / home.parent.name / home.name


def blob_path(data: Path, sha256: bytes) -> Path:
    """Where the file of this content is, to read. Raises Problem `library.disk_away`: its disk is not plugged in."""
    home, beside = places(data, sha256)
    if home.exists() or not outside(data).is_symlink():
        return home
    if is_away(data):
        raise Problem("library.disk_away")
    return beside if is_plain(beside) else home


def is_plain(path: Path) -> bool:
    """A file by itself: nothing on a disk of whoever's making leads elsewhere."""
    return path.is_file() and not path.is_symlink() and not path.parent.is_symlink()


def is_away(data: Path) -> bool:
    """True when a disk was chosen and is not plugged in."""
    return outside(data).is_symlink() and not outside(data).is_dir()


def has_blob(data: Path, sha256: bytes) -> bool:
    """True when the file of this content can be read now."""
    return any(is_plain(path) for path in places(data, sha256))


def aside_name() -> str:
    """A name nobody else uses in `data/tmp`."""
    return f"{to_text(new_id())}.part"


def hash_file(path: Path) -> bytes:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb", buffering=0) as source:
        first = source.read(CHUNK)
        if len(first) < CHUNK:
            more = source.read(CHUNK)  # nothing, but for a file that grows
            return hashlib.sha256(first + more if more else first).digest()
        source.seek(0)
        return hashlib.file_digest(source, "sha256").digest()


def keep_file(data: Path, reserve: int, path: Path) -> tuple[bytes, int]:
    """Keep a copy of a file: its SHA-256 and size. Raises Problem `library.no_space` or `library.unreadable`."""
    try:
        with path.open("rb") as source:
            return _keep(data, reserve, source, path.stat().st_size)
    except OSError as refusal:
        raise Problem("library.unreadable") from refusal


def keep_bytes(data: Path, reserve: int, raw: bytes) -> tuple[bytes, int]:
    """The same for bytes in memory."""
    return _keep(data, reserve, BytesIO(raw), len(raw))


def keep_stream(data: Path, reserve: int, source: BinaryIO, size_bytes: int) -> tuple[bytes, int]:
    """The same for something that is read once, `size_bytes` long; whatever its `read` raises leaves nothing."""
    return _keep(data, reserve, source, size_bytes)


def adopt_file(path: Path, target: Path) -> None:
    """Move a file of ours, already hashed, to its place; done already: nothing. Raises Problem `library.unreadable`.

    Its bytes must be on the disk before (`sync_disk`), and its new name is only after another `sync_disk`: both are
    done once for many files.
    """
    try:
        _replace(path, target)
    except OSError as refusal:
        raise Problem("library.unreadable") from refusal


def _replace(path: Path, target: Path) -> None:
    try:
        path.replace(target)  # over the same bytes, when they are there already
    except FileNotFoundError:
        if not target.exists():  # the first file of its folder; else a kill came after it was moved
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.replace(target)


def sync_disk(folder: Path) -> None:
    """Put everything written to the disk of this folder on it for good, at once.

    Source: syncfs(2); since Linux 5.8 it also tells of bytes that could not be written.
    """
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if _libc().syncfs(number):
            raise OSError(ctypes.get_errno(), "syncfs")
    finally:
        os.close(number)


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


@contextmanager
def taking_in(data: Path) -> Iterator[None]:
    """From keeping the files of a work to the end of the transaction that says so: meanwhile nobody erases files.

    Shared by all who take in; dies with the process.
    """
    with _lock_of(data) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextmanager
def alone(data: Path, patience_seconds: float = 0.0) -> Iterator[bool]:
    """Nobody takes in anything meanwhile; False when somebody did for all the time we had patience."""
    end = time.monotonic() + patience_seconds
    with _lock_of(data) as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    yield False
                    return
                time.sleep(0.02)
            else:
                yield True
                return


@contextmanager
def _lock_of(data: Path) -> Iterator[int]:
    """The folder of the files is the lock: it leaves nothing beside them."""
    number = os.open(data / "blobs", os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield number
    finally:
        os.close(number)


def check_space(data: Path, reserve: int, size_bytes: int) -> None:
    """Raise Problem `library.no_space` when keeping so many bytes would eat what is reserved for the team."""
    if shutil.disk_usage(data).free - size_bytes < reserve:
        raise Problem("library.no_space")


def _keep(data: Path, reserve: int, source: BinaryIO, size_bytes: int) -> tuple[bytes, int]:
    check_space(data, reserve, size_bytes)
    aside = data / "tmp" / aside_name()
    with _disk_full_is_told(aside):
        digest, size = _copy(source, aside)
        target = home_path(data, digest)
        if has_blob(data, digest):
            aside.unlink()
            return digest, size
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside.replace(target)
        sync_folder(target.parent)
    return digest, size


def _copy(source: BinaryIO, target: Path) -> tuple[bytes, int]:
    state, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        while piece := source.read(CHUNK):
            state.update(piece)
            size += len(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return state.digest(), size


def sync_folder(folder: Path) -> None:
    """Put a folder's own entries on the disk for good."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _disk_full_is_told(aside: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        if refusal.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem("library.no_space") from refusal
        raise
    finally:
        aside.unlink(missing_ok=True)


def remove_stale(data: Path) -> None:
    """Remove what an import that was cut short left aside a day ago or more."""
    for path in (data / "tmp").glob("*.part*"):
        if time.time() - path.stat().st_mtime <= STALE_SECONDS:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
