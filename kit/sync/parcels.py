"""Files on their way down: a suitcase asks its central, or another suitcase that has the file, slice after slice.

What came lies in one file that only grows (`parcels/<id>.part`), beside the list of its pieces' hashes. Each piece
is checked as it becomes whole, and all of them again before the file is taken: whoever gave them, only the right bytes
count. Facts always go first: one visit brings pieces for two minutes at most, then the next sending has its turn.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from kit.errors import Problem
from kit.journal.coming import Coming, Parcel
from kit.keys import primitives
from kit.people.node import Node
from kit.sync.blobs import PIECE_BYTES, SLICE_BYTES

FOLDER = "parcels"
MOST_SECONDS = 120.0
Ask = Callable[[str], bytes]
Report = Callable[[int, int], None]  # pieces here, of how many


# -- who gives ----------------------------------------------------------------------------------------------------


def read_list(node: Node, list_id: bytes) -> bytes:
    """The hashes of a file's pieces. Raises Problem `web.not_found`."""
    kept = _list_path(node, list_id)
    with _open(node, list_id) as file:
        if not kept.is_file():
            _write(kept, b"".join(primitives.digest(piece) for piece in _pieces(file)))
    return kept.read_bytes()


def read_slice(node: Node, list_id: bytes, number: int, at: int) -> bytes:
    """Up to 64 KiB of a piece, from `at`. Raises Problem `web.not_found`."""
    if not 0 <= at < PIECE_BYTES or number < 0:
        raise Problem("web.not_found")
    with _open(node, list_id) as file:
        file.seek(number * PIECE_BYTES + at)
        found = file.read(min(SLICE_BYTES, PIECE_BYTES - at))
    if not found:
        raise Problem("web.not_found")
    return found


def _open(node: Node, list_id: bytes) -> BinaryIO:
    file = node.coming.find(list_id) if node.coming else None
    if file is None:
        raise Problem("web.not_found")
    return file


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece


# -- who asks -----------------------------------------------------------------------------------------------------


def wanted(node: Node) -> list[Parcel]:
    """What was asked for here and has not come, small ones first."""
    found = [one for one in node.coming.parcels() if one.state == "wanted"] if node.coming else []
    return sorted(found, key=lambda one: one.size_bytes)


def here_bytes(node: Node, list_id: bytes) -> int:
    """How much of a file has come."""
    path = _part_path(node, list_id)
    return path.stat().st_size if path.is_file() else 0


def fetch(node: Node, ask: Ask, report: Report = lambda here, total: None, most: float = MOST_SECONDS) -> int:
    """Bring what is wanted, as far as time allows; how many pieces came. One file's trouble holds up no other.

    Raises what `ask` raises when the line fails.
    """
    end, came = time.monotonic() + most, 0
    for parcel in wanted(node):
        with _held(node, parcel.list_id) as file:
            if file is None or node.coming is None:
                continue  # another carrier is at it
            try:
                came += _fetch_one(node, parcel, file, ask, report, end)
                if here_bytes(node, parcel.list_id) == parcel.size_bytes:
                    _finish(node, node.coming, parcel, file)
            except Problem as problem:
                if problem.code not in ("web.not_found", "sync.bad_piece", "sync.no_room"):
                    raise
    return came


def _fetch_one(node: Node, parcel: Parcel, file: IO[bytes], ask: Ask, report: Report, end: float) -> int:
    name, came = parcel.list_id.hex(), 0
    total = -(-parcel.size_bytes // PIECE_BYTES)
    have = file.seek(0, os.SEEK_END)
    if have > parcel.size_bytes:
        have = file.truncate(0)
    if shutil.disk_usage(node.data).free - (parcel.size_bytes - have) < node.settings.reserve:
        raise Problem("sync.no_room")
    listed = _hashes(node, parcel, ask, total)
    while have < parcel.size_bytes and time.monotonic() < end:
        number, whole = have // PIECE_BYTES, min(parcel.size_bytes, (have // PIECE_BYTES + 1) * PIECE_BYTES)
        while have < whole:
            raw = ask(f"/{name}/{number}/{have - number * PIECE_BYTES}")
            if not raw or have + len(raw) > whole:
                raise Problem("sync.bad_piece")
            file.seek(have)
            with _disk_is_told():
                have += file.write(raw)
                file.flush()
        with _disk_is_told():
            os.fsync(file.fileno())
        _check(file, number, listed)
        came += 1
        report(number + 1, total)
    return came


def _hashes(node: Node, parcel: Parcel, ask: Ask, total: int) -> bytes:
    kept = _list_path(node, parcel.list_id)
    listed = kept.read_bytes() if kept.is_file() else ask(f"/{parcel.list_id.hex()}")
    if primitives.digest(listed) != parcel.list_id or len(listed) != 32 * total:
        kept.unlink(missing_ok=True)
        raise Problem("sync.bad_piece")
    if not kept.is_file():
        _write(kept, listed)
    return listed


def _check(file: IO[bytes], number: int, listed: bytes) -> None:
    """Cut away a piece that is not what was announced, and all after it. Raises Problem `sync.bad_piece`."""
    file.seek(number * PIECE_BYTES)
    if primitives.digest(file.read(PIECE_BYTES)) != listed[32 * number : 32 * number + 32]:
        file.truncate(number * PIECE_BYTES)
        raise Problem("sync.bad_piece")


def _finish(node: Node, coming: Coming, parcel: Parcel, file: IO[bytes]) -> None:
    listed = _list_path(node, parcel.list_id).read_bytes()
    for number in range(len(listed) // 32):  # once more, all of it: its disk may have spoilt what came last week
        _check(file, number, listed)
    coming.take(parcel.list_id, _part_path(node, parcel.list_id))
    _list_path(node, parcel.list_id).unlink(missing_ok=True)


def let_go(node: Node, list_id: bytes) -> None:
    """Forget what came of a file that is no longer wanted."""
    for path in (_part_path(node, list_id), _list_path(node, list_id)):
        path.unlink(missing_ok=True)


# -- the files ----------------------------------------------------------------------------------------------------


def _part_path(node: Node, list_id: bytes) -> Path:
    return node.data / FOLDER / f"{list_id.hex()}.part"


def _list_path(node: Node, list_id: bytes) -> Path:
    return node.data / FOLDER / f"{list_id.hex()}.list"


def _write(path: Path, raw: bytes) -> None:
    with _disk_is_told():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}.new")
        draft.write_bytes(raw)
        draft.replace(path)


@contextmanager
def _held(node: Node, list_id: bytes) -> Iterator[IO[bytes] | None]:
    """The growing file, for one carrier at a time; None when another one has it."""
    path = _part_path(node, list_id)
    with _disk_is_told():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch()
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield file


@contextmanager
def _disk_is_told() -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise Problem("sync.no_room") from refusal
