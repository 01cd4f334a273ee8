"""Files arriving from a browser or a folder: streamed to the bench, resumable, never over what is reserved."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from kit.errors import Problem
from kit.ids import new_id
from kit.library.bench import queries
from kit.library.bench.names import batch_folder, files_folder, parts_folder, to_inside
from kit.library.blobs import CHUNK, check_space
from kit.people.node import Node

MOST_FILES = 20_000
LONGEST_NAME = 1000
IDLE_SECONDS = 120


class Part(msgspec.Struct, frozen=True):
    """A file on its way: its name in addresses, and how many of its bytes are here."""

    part_id: str
    received_bytes: int
    is_whole: bool


def open_batch(node: Node, origin: str, label: str, source: str = "", state: str = "open") -> bytes:
    """A new batch; its id. Its folder is made first, so that a row never points to nothing."""
    batch_id = new_id()
    try:
        for folder in (files_folder(node.data, batch_id), parts_folder(node.data, batch_id)):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as refusal:
        raise _told(refusal) from refusal
    with node.store.write():
        queries.insert_batch(node.store, batch_id, origin, label or "Sans nom", source, node.clock.wall_ms(), state)
    return batch_id


def take_up(node: Node, wanted: bytes, label: str) -> bytes:
    """The upload a browser remembers, or one of the same name that nobody has sent anything to for two minutes (another
    browser, or one that remembers nothing), or a new one; its id."""
    held = queries.find_batch(node.store, wanted) if wanted else None
    if held is not None and held.state == "open":
        return wanted
    for batch_id in queries.open_uploads(node.store, label):
        if _idle_seconds(parts_folder(node.data, batch_id)) >= IDLE_SECONDS:
            return batch_id
    return open_batch(node, "upload", label)


def _idle_seconds(folder: Path) -> float:
    """Since something arrived in a folder of parts; by the files' own times, as a box's clock may be set meanwhile."""
    try:
        last = max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    except OSError:
        return 0.0
    return time.time() - last


def begin_file(node: Node, batch_id: bytes, name: str, size_bytes: int, mark: str) -> Part:
    """A file that is about to arrive, or goes on where it stopped: the same name, size and `mark` are the same file.

    Raises Problem `library.no_space`, `library.no_batch`, `bench.too_many`.
    """
    _check_open(node, batch_id)
    inside = to_inside(name[:LONGEST_NAME])
    if (files_folder(node.data, batch_id) / inside).exists():
        return Part("", size_bytes, True)
    part_id = hashlib.sha256(f"{inside}\0{size_bytes}\0{mark}".encode()).hexdigest()[:32]
    path = parts_folder(node.data, batch_id) / part_id
    received = path.stat().st_size if path.exists() else 0
    check_space(node.data, node.settings.reserve, size_bytes - received)
    if received == 0 and sum(1 for _ in parts_folder(node.data, batch_id).iterdir()) > MOST_FILES:
        raise Problem("bench.too_many", limit=MOST_FILES)
    return Part(part_id, received, False)


def add_chunk(node: Node, batch_id: bytes, part_id: str, place: int, source: BinaryIO) -> int:
    """Write what `source` gives at `place` of a file on its way; how many bytes are here now.

    A place that is not the end of what is here writes nothing: the browser is told where to go on.
    """
    _check_open(node, batch_id)
    path = _part_path(node, batch_id, part_id)
    with _told_disk(), path.open("ab") as out:
        fcntl.flock(out, fcntl.LOCK_EX)  # the same file from two pages at once
        if out.seek(0, os.SEEK_END) != place:
            return out.tell()
        _copy(node, source, out)
        return out.tell()


def end_file(node: Node, batch_id: bytes, part_id: str, name: str, size_bytes: int) -> None:
    """All of a file is here: put it under its name. Raises Problem `bench.cut` when bytes are missing."""
    _check_open(node, batch_id)
    path = _part_path(node, batch_id, part_id)
    if size_bytes == 0:
        with _told_disk():
            path.touch()  # an empty file has no piece; the worker says that it is empty
    if not path.exists() or path.stat().st_size != size_bytes:
        raise Problem("bench.cut")
    _settle(node, batch_id, path, name)


def take_stream(node: Node, batch_id: bytes, name: str, source: BinaryIO) -> None:
    """A whole file from a stream. Raises Problem `library.no_space`."""
    path = parts_folder(node.data, batch_id) / new_id().hex()
    try:
        with _told_disk(), path.open("xb") as out:
            _copy(node, source, out)
        _settle(node, batch_id, path, name)
    finally:
        path.unlink(missing_ok=True)


def close_batch(node: Node, batch_id: bytes) -> None:
    """Nothing more arrives, or it is tried once more: the worker may read. What was cut short is dropped."""
    shutil.rmtree(parts_folder(node.data, batch_id), ignore_errors=True)
    with node.store.write():
        if not queries.change_batch_state(node.store, batch_id, "waiting", only_from="open"):
            queries.change_batch_state(node.store, batch_id, "waiting", only_from="stopped")


def drop_batch(node: Node, batch_id: bytes) -> None:
    """Take a batch off the bench with all that still waits in it. What was accepted stays."""
    with node.store.write():
        queries.remove_batch(node.store, batch_id)
    shutil.rmtree(batch_folder(node.data, batch_id), ignore_errors=True)


def _check_open(node: Node, batch_id: bytes) -> None:
    batch = queries.find_batch(node.store, batch_id)
    if batch is None or batch.state != "open":
        raise Problem("bench.closed")


def _part_path(node: Node, batch_id: bytes, part_id: str) -> Path:
    if len(part_id) != 32 or not all(sign in "0123456789abcdef" for sign in part_id):
        raise Problem("bench.closed")
    return parts_folder(node.data, batch_id) / part_id


def _copy(node: Node, source: BinaryIO, out: BinaryIO) -> None:
    while piece := source.read(CHUNK):
        check_space(node.data, node.settings.reserve, len(piece))
        out.write(piece)


def _settle(node: Node, batch_id: bytes, path: Path, name: str) -> None:
    target = free_place(files_folder(node.data, batch_id) / to_inside(name[:LONGEST_NAME]))
    with _told_disk():
        with path.open("rb") as written:
            os.fsync(written.fileno())
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(target)


def free_place(path: Path) -> Path:
    """The path, or one beside it that nothing has taken: `livre (2).epub`."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found


@contextmanager
def _told_disk() -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise _told(refusal) from refusal


def _told(refusal: OSError) -> Problem:
    if refusal.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem("library.no_space")
    return Problem("bench.disk", reason=refusal.strerror or "?")
