"""The file carrier: a USB key, both ways. What is on it is "copied": only a receipt says that it arrived.

On the key, below its folder `valise`: `envoi/` holds what kits copied, `retour/` what the central answered.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kit.errors import Problem
from kit.sync import bundle, packing
from kit.sync.carriers import Carried, Progress, Report
from kit.sync.cutting import Frozen
from kit.sync.outbox import Outbox

OUT, BACK = "envoi", "retour"
_DRAFT = ".en-cours"


def list_keys(keys_folder: Path) -> list[Path]:
    """USB keys that are plugged in and marked for us: folders `valise` one or two levels below `keys_folder`."""
    found = [*keys_folder.glob("*/valise"), *keys_folder.glob("*/*/valise")]
    return sorted(path for path in found if path.is_dir())


@dataclass
class FileCarrier:
    """Copies to and from the folder `place` of a key."""

    place: Path
    name: str = "file"

    def carry(self, outbox: Outbox, report: Report) -> Carried:
        """See `Carrier`. First takes what came back, then copies what is not receipted, then drops our older copies.

        Raises Problem `sync.bad_key` (full, read-only, pulled out) or `sync.bad_copy`.
        """
        came = self.take_back(outbox)
        prefix = packing.own_prefix(outbox.node, outbox.certificate.nickname)
        with _on_key():
            older = sorted((self.place / OUT).glob(f"{prefix}*"))
        waiting, written, size = packing.not_receipted(outbox), 0, 0
        first = next(waiting, None)
        while first is not None:
            copied = _Counted(waiting, first)
            name = packing.next_name(outbox.node, outbox.certificate.nickname)
            size += write_checked(self.place / OUT / name, packing.pack_once(outbox, copied, first))
            written += copied.taken
            first = copied.last
            report(Progress(written, written))
        with _on_key():
            for path in older:
                path.unlink(missing_ok=True)
        return Carried(segments=written, sent_bytes=size, came=came)

    def take_back(self, outbox: Outbox) -> int:
        """Take in every answer on the key that is ours or everybody's; how many segments came."""
        came = 0
        with _on_key():
            for path in sorted((self.place / BACK).glob(f"*{bundle.SUFFIX}")):
                with path.open("rb") as file:
                    came += _take_one(outbox, file)
        return came


class _Counted:
    """Hands segments on and knows how many were taken, and the one that did not fit."""

    def __init__(self, waiting: Iterator[Frozen], first: Frozen) -> None:
        self.waiting, self.taken = waiting, 0
        self.last: Frozen | None = first

    def __iter__(self) -> Iterator[Frozen]:
        return self

    def __next__(self) -> Frozen:
        self.taken += 1
        self.last = next(self.waiting, None)
        if self.last is None:
            raise StopIteration
        return self.last


def _take_one(outbox: Outbox, file: IO[bytes]) -> int:
    try:
        return packing.take_back(outbox.node, file).segments
    except Problem as problem:
        if problem.code.startswith("store."):
            raise
        return 0  # one bad file does not hold up the others


def write_checked(path: Path, pieces: Iterable[bytes]) -> int:
    """Write a file, flush it to the key, give it its name, read it back and compare; its size.

    Raises Problem `sync.bad_key` or `sync.bad_copy`.
    """
    draft = path.with_name(path.name + _DRAFT)
    with _on_key():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            wanted, size = _write(draft, pieces)
            draft.rename(path)
            _sync_folder(path.parent)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        if _digest_of(path) != wanted:
            raise Problem("sync.bad_copy")
    return size


def _write(draft: Path, pieces: Iterable[bytes]) -> tuple[bytes, int]:
    state, size = hashlib.blake2b(), 0
    with draft.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            state.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return state.digest(), size


def _digest_of(path: Path) -> bytes:
    """What the key really holds: read past the memory of the machine where the system allows it."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(file, hashlib.blake2b).digest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _on_key() -> Iterator[None]:
    """Say in plain words what a key refused."""
    try:
        yield
    except OSError as refusal:
        raise Problem("sync.bad_key", reason=refusal.strerror or "clé retirée") from refusal
