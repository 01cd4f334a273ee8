"""The file carrier: a USB key, both ways. What is on it is "copied": only a receipt says that it arrived.

On the key, below its folder `valise`: `envoi/` holds what kits copied, `retour/` what the central answered.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kit.errors import Problem
from kit.sync import bundle, packing
from kit.sync.carriers import Carried, Progress, Report
from kit.sync.outbox import Outbox
from kit.usb import REMOVED, reason_of

OUT, BACK = "envoi", "retour"
_DRAFT = ".en-cours"


@dataclass
class FileCarrier:
    """Copies to and from the folder `place` of a key."""

    place: Path
    name: str = "file"

    def carry(self, outbox: Outbox, report: Report) -> Carried:
        """See `Carrier`. First takes what came back, then copies what is not receipted, then drops our older copies.

        Raises Problem `sync.bad_key` (full, read-only, pulled out) or `sync.bad_copy`.
        """
        mark = _look_at(self.place)
        came = self.take_back(outbox)
        if came:
            outbox.node.answer_home()  # what came from home is answered on this very key
            outbox = Outbox(outbox.node)
        prefix = packing.own_prefix(outbox.node, outbox.certificate.nickname)
        with _on_key():
            older = sorted((self.place / OUT).glob(f"{prefix}*"))
            for draft in [path for path in older if path.name.endswith(_DRAFT)]:
                draft.unlink(missing_ok=True)
        facts, *others = (packing.Packer(outbox, stream) for stream in packing.STREAMS)
        size, left = self._copy(outbox, facts, report), False
        try:
            for packer in others:
                size += self._copy(outbox, packer, report)
        except Problem as problem:
            if not facts.segments or problem.details.get("reason") != reason_of(OSError(errno.ENOSPC, "")):
                raise
            left = True  # facts are on the key; files wait for a larger one
        pieces = sum(packer.files for packer in others)
        if not size:
            size = self._greet(outbox)
        _check_still_there(self.place, mark)
        with _on_key():
            for path in older:
                path.unlink(missing_ok=True)
        return Carried(segments=facts.segments, sent_bytes=size, came=came, pieces=pieces, left=left)

    def _copy(self, outbox: Outbox, packer: packing.Packer, report: Report) -> int:
        """Write one bundle after another until the stream ends; how many bytes."""
        size, total, pieces = 0, packing.count_waiting(outbox), packing.count_pieces(outbox)
        while packer.has_more:
            name = packing.next_name(outbox.node, outbox.certificate.nickname)
            told = _told(packer, lambda: report(Progress(packer.facts, total, packer.files, pieces)))
            size += write_checked(self.place / OUT / name, told)
        return size

    def _greet(self, outbox: Outbox) -> int:
        """With nothing to send, a greeting only: it brings back what home has to say. How many bytes."""
        name = packing.next_name(outbox.node, outbox.certificate.nickname)
        return write_checked(self.place / OUT / name, packing.greeting(outbox))

    def take_back(self, outbox: Outbox) -> int:
        """Take in every answer on the key that is ours or everybody's; how many segments came.

        An answer to us that was read whole leaves the key; one for another kit stays for it, one that is spoilt stays
        for somebody to look at.
        """
        came, prefix = 0, packing.own_prefix(outbox.node, outbox.certificate.nickname)
        with _on_key():
            for path in sorted((self.place / BACK).glob(f"*{bundle.SUFFIX}")):
                with path.open("rb") as file:
                    brought = _take_one(outbox, file)
                came += brought.segments
                if path.name.startswith(prefix) and brought.answers and not brought.trouble:
                    with suppress(OSError):  # a key that is write-protected is told by the copy
                        path.unlink()
        return came


def _told(packer: packing.Packer, tell: Callable[[], None]) -> Iterator[bytes]:
    for raw in packer.bundle():
        yield raw
        tell()


def _look_at(place: Path) -> tuple[int, int]:
    """Which folder of which disk this is. Raises Problem `sync.bad_key` when it is gone, or leads elsewhere."""
    with _on_key():
        found = place.stat()
        if any((place / name).is_symlink() for name in (OUT, BACK)):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return found.st_dev, found.st_ino


def _check_still_there(place: Path, mark: tuple[int, int]) -> None:
    """The copies are on the key that was there at the beginning: one pulled out leaves an empty folder of ours."""
    if _look_at(place) != mark:
        raise Problem("sync.bad_key", reason=REMOVED)


def _take_one(outbox: Outbox, file: IO[bytes]) -> packing.Brought:
    try:
        return packing.take_back(outbox.node, file)
    except Problem as problem:
        if problem.code.startswith("store."):
            raise
        return packing.Brought(trouble=problem.code)  # one bad file does not hold up the others


def write_checked(path: Path, pieces: Iterable[bytes]) -> int:
    """Write a file, flush it to the key, read it back, compare, and only then give it its name; its size.

    The folder above its own must be there: on a key that was pulled out, nothing is made. What fails leaves no file.
    Raises Problem `sync.bad_key` or `sync.bad_copy`.
    """
    draft = path.with_name(path.name + _DRAFT)
    with _on_key():
        path.parent.mkdir(exist_ok=True)
        try:
            wanted, size = _write(draft, pieces)
            if _digest_of(draft) != wanted:
                raise Problem("sync.bad_copy")
            draft.rename(path)
            _sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
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
        raise Problem("sync.bad_key", reason=reason_of(refusal)) from refusal
