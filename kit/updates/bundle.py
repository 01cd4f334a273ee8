"""The file an update comes in: a zip whose first entry is a signed list of the wheels that follow.

The coordination signs it with its server's key, which every attached kit knows: no other secret has to be kept, and a
kit that is attached to nobody takes no update. Wheels are what `image/build` makes for the card’s machine and Python.
"""

from __future__ import annotations

import errno
import hashlib
import platform
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import msgspec

from kit.errors import Problem
from kit.keys.identity import Identity
from kit.sync.messages import Message, read_message, sign_message, signed_by

LIST = "bundle"
MOST_LIST_BYTES = 1 << 20
MOST_UNPACKED_BYTES = 1 << 30
MOST_ENTRIES = 100_000
PIECE = 1 << 20
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError, ValueError)
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,150}$")]


class Wheel(msgspec.Struct, array_like=True, frozen=True):
    """One wheel of a bundle."""

    name: Name
    size_bytes: int
    sha256: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class Bundle(Message, frozen=True):
    """What is in a bundle, and for which machines. `python` is like 3.13; `machine` like aarch64."""

    version: Name
    machine: Name
    python: Name
    wheels: Annotated[list[Wheel], msgspec.Meta(max_length=500)]


def here() -> tuple[str, str]:
    """This machine's kind and its Python."""
    return platform.machine(), f"{sys.version_info.major}.{sys.version_info.minor}"


def make(folder: Path, target: Path, identity: Identity, version: str, machine: str, python: str) -> Bundle:
    """Write the bundle of all wheels in `folder`, signed by this node. Raises Problem `updates.nothing`."""
    paths = sorted(folder.glob("*.whl"))
    if not paths:
        raise Problem("updates.nothing", path=folder)
    wheels = [Wheel(path.name, path.stat().st_size, _hash(path)) for path in paths]
    bundle = Bundle(version, machine, python, wheels)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        file.writestr(LIST, sign_message(identity, bundle))
        for path in paths:
            file.write(path, path.name)
    return bundle


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def read(path: Path, signer: bytes) -> Bundle:
    """What a bundle says it is, without its wheels. Raises Problem `updates.bad_bundle`, `updates.other_machine`."""
    return _for_here(describe(path, signer))


def describe(path: Path, signer: bytes) -> Bundle:
    """The same for whichever machine. Raises Problem `updates.bad_bundle`."""
    try:
        with zipfile.ZipFile(path) as file:
            return _read_list(file, signer)
    except (OSError, *_BROKEN) as refusal:
        raise Problem("updates.bad_bundle") from refusal


def unpack(path: Path, signer: bytes, make_folder: Path) -> Bundle:
    """Check a bundle and lay its packages below `make_folder`, which must not exist. What is not listed is ignored.

    Raises Problem `updates.bad_bundle`, `updates.other_machine` for another board or Python, `store.full`.
    """
    try:
        with zipfile.ZipFile(path) as file:
            bundle = _for_here(_read_list(file, signer))
            make_folder.mkdir(mode=0o700, parents=True)
            budget = _Budget()
            for wheel in bundle.wheels:
                with file.open(wheel.name) as raw:
                    _check(raw, wheel)
                with file.open(wheel.name) as raw, zipfile.ZipFile(raw) as packed:
                    _lay(packed, make_folder, budget)
    except OSError as refusal:
        if refusal.errno in _DISK:
            raise Problem("store.full") from refusal
        raise Problem("updates.bad_bundle") from refusal  # a place in the file that cannot be
    except _BROKEN as refusal:
        raise Problem("updates.bad_bundle") from refusal
    return bundle


def _read_list(file: zipfile.ZipFile, signer: bytes) -> Bundle:
    if file.getinfo(LIST).file_size > MOST_LIST_BYTES:
        raise Problem("updates.bad_bundle")
    try:
        bundle = read_message(Bundle, file.read(LIST), signed_by(signer))
    except Problem as refusal:
        raise Problem("updates.bad_bundle") from refusal
    return bundle


def _for_here(bundle: Bundle) -> Bundle:
    if (bundle.machine, bundle.python) != here():
        raise Problem("updates.other_machine", machine=bundle.machine, python=bundle.python)
    return bundle


def _check(raw: IO[bytes], wheel: Wheel) -> None:
    found = hashlib.sha256()
    left = wheel.size_bytes
    while piece := raw.read(min(PIECE, left + 1)):
        left -= len(piece)
        found.update(piece)
        if left < 0:
            break
    if left or found.digest() != wheel.sha256:
        raise Problem("updates.bad_bundle")


class _Budget:
    """What all wheels together may unpack to."""

    def __init__(self) -> None:
        self.bytes_left, self.entries_left = MOST_UNPACKED_BYTES, MOST_ENTRIES

    def take(self, size_bytes: int) -> None:
        """Raises Problem `updates.bad_bundle` when it is used up."""
        self.bytes_left -= size_bytes
        self.entries_left -= 1
        if self.bytes_left < 0 or self.entries_left < 0:
            raise Problem("updates.bad_bundle")


def _lay(packed: zipfile.ZipFile, folder: Path, budget: _Budget) -> None:
    for entry in _files(packed):
        target = (folder / entry.filename).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise Problem("updates.bad_bundle")
        target.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(entry) as raw, target.open("wb") as laid:
            while piece := raw.read(PIECE):
                budget.take(len(piece))
                laid.write(piece)


def _files(packed: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for entry in packed.infolist():
        if not entry.is_dir() and ".data/" not in entry.filename:  # scripts of packages: nothing here runs them
            yield entry
