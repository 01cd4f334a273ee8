"""What is kept of a pack that was installed, so that it can be given on just as it came, signature and all.

Its works stand on the shelves already. So only what lies between them in the zip file is kept: headers, catalogue,
manifests, signature. The file is read again as a whole from both, byte for byte, without ever lying here twice.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from kit.errors import Problem
from kit.ids import to_text
from kit.keys import primitives
from kit.library import blobs
from kit.library.packs import arrived, bag

PIECE_BYTES = 1024 * 1024
MOST_KEPT = 64 * 1024 * 1024
LARGE = 2_000_000_000  # bytes from which a zip file needs longer numbers
_PAYLOAD, _SUFFIX, _HEADER_BYTES = "data/files/", ".recipe", 30


class Part(msgspec.Struct, frozen=True, array_like=True):
    """Bytes of the file that follow each other: kept here, or those of a work (its SHA-256 in hexadecimal)."""

    size: int
    raw: bytes = b""
    sha256: str = ""


class Recipe(msgspec.Struct, frozen=True):
    """How the zip file of a pack is put together. `list_id` is the digest of the hashes of its pieces."""

    name: str
    list_id: bytes
    parts: tuple[Part, ...]

    @property
    def size_bytes(self) -> int:
        """How long the file is."""
        return sum(part.size for part in self.parts)


class Reader(io.RawIOBase):
    """The zip file of an installed pack, read from what is kept and the works on the shelves."""

    def __init__(self, data: Path, recipe: Recipe) -> None:
        self._data, self._recipe, self._place = data, recipe, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """See `io.IOBase.seek`."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._recipe.size_bytes}[whence]
        self._place = start + offset
        return self._place

    def tell(self) -> int:
        """See `io.IOBase.tell`."""
        return self._place

    def readinto(self, buffer: Any) -> int:
        """The next bytes of one part; a work that left the shelves ends it early."""
        at = self._place
        for part in self._recipe.parts:
            if at < part.size:
                found = self._read(part, at, min(len(buffer), part.size - at))
                buffer[: len(found)] = found
                self._place += len(found)
                return len(found)
            at -= part.size
        return 0

    def _read(self, part: Part, at: int, size: int) -> bytes:
        if not part.sha256:
            return part.raw[at : at + size]
        try:
            with blobs.blob_path(self._data, bytes.fromhex(part.sha256)).open("rb") as file:
                file.seek(at)
                return file.read(size)
        except OSError:
            return b""


def folder_of(data: Path) -> Path:
    """Where recipes lie."""
    return data / arrived.FOLDER / "kept"


def keep(data: Path, install_id: bytes, path: Path) -> None:
    """Keep what is needed to give on the pack that was installed from `path`; its works are on the shelves.

    A pack that is too full of other things cannot be given on, nor one for which the disk has no room: nothing is kept.
    """
    with suppress(OSError, zipfile.BadZipFile, struct.error):
        recipe = _of_folder(path) if path.is_dir() else _of_zip(path)
        if recipe is not None:
            _write(folder_of(data) / f"{to_text(install_id)}{_SUFFIX}", recipe)


def _write(place: Path, recipe: Recipe) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f".{place.name}.new")
    draft.write_bytes(msgspec.msgpack.encode(recipe))
    draft.replace(place)
    blobs.sync_folder(place.parent)


def _of_zip(path: Path) -> Recipe | None:
    archive = zipfile.ZipFile(path)
    with archive, path.open("rb") as file:
        works = {one.header_offset: one for one in archive.infolist() if _is_work(one)}
        parts, kept, place = list[Part](), 0, 0
        for offset, one in sorted(works.items()):
            file.seek(offset)
            names, extra = struct.unpack("<26xHH", file.read(_HEADER_BYTES))
            start = offset + _HEADER_BYTES + names + extra
            kept += start - place
            if kept > MOST_KEPT:
                return None
            parts += [_raw(file, place, start - place), Part(one.file_size, sha256=_hash_of(one.filename))]
            place = start + one.file_size
        rest = path.stat().st_size - place
        if kept + rest > MOST_KEPT:
            return None
        return Recipe(path.name, primitives.digest(hashes_of(path.open("rb"))), (*parts, _raw(file, place, rest)))


def _is_work(one: zipfile.ZipInfo) -> bool:
    inside = one.filename.partition("/")[2]
    return inside.startswith(_PAYLOAD) and one.compress_type == zipfile.ZIP_STORED and one.file_size > 0


def _hash_of(name: str) -> str:
    return name.rpartition("/")[2]


def _raw(file: BinaryIO, place: int, size: int) -> Part:
    file.seek(place)
    return Part(size, file.read(size))


class _Sink:
    """What a zip file would be: its works are counted only, all else is kept."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.sha256 = ""

    def write(self, raw: bytes) -> int:
        """The next bytes of the file."""
        last = self.parts[-1] if self.parts else None
        if last is None or last.sha256 != self.sha256:
            self.parts.append(last := Part(0, sha256=self.sha256))
        kept = b"" if self.sha256 else last.raw + bytes(raw)
        self.parts[-1] = Part(last.size + len(raw), kept, self.sha256)
        return len(raw)

    def flush(self) -> None:
        """Nothing waits."""


def _of_folder(folder: Path) -> Recipe | None:
    """The same as if the folder had come as a file, without writing one."""
    sink, kept = _Sink(), 0
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name in sorted(bag.Folder(folder).names()):
            path, is_work = folder / name, name.startswith(_PAYLOAD)
            kept += 0 if is_work else path.stat().st_size
            if kept > MOST_KEPT:
                return None
            info = zipfile.ZipInfo(f"{folder.name}/{name}")
            with archive.open(info, "w", force_zip64=path.stat().st_size > LARGE) as out, path.open("rb") as source:
                sink.sha256 = _hash_of(name) if is_work else ""
                shutil.copyfileobj(source, out, PIECE_BYTES)
                sink.sha256 = ""
    return Recipe(f"{folder.name}.zip", b"", tuple(sink.parts))


def hashes_of(file: BinaryIO) -> bytes:
    """The hashes of a file's pieces, one after another: what it is offered and asked for by. Closes the file."""
    found = bytearray()
    with file:
        while piece := file.read(PIECE_BYTES):
            found += primitives.digest(piece)
    return bytes(found)


def list_id_of(raw: bytes) -> bytes:
    """What a file with these bytes is asked for by."""
    return primitives.digest(hashes_of(io.BytesIO(raw)))


@lru_cache(maxsize=4)
def _load(path: Path, _written_ns: int) -> Recipe | None:
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Recipe)
    except (msgspec.MsgspecError, OSError):
        return None


def _find(path: Path) -> Recipe | None:
    return _load(path, path.stat().st_mtime_ns) if path.is_file() else None


def find(data: Path, install_id: bytes) -> Recipe | None:
    """What is kept of an installation, when all its works are here still, or None."""
    recipe = _find(folder_of(data) / f"{to_text(install_id)}{_SUFFIX}")
    return recipe if recipe is not None and _is_whole(data, recipe) else None


def find_listed(data: Path, list_id: bytes) -> Recipe | None:
    """The same by the list of its pieces."""
    found = (_find(path) for path in sorted(folder_of(data).glob(f"*{_SUFFIX}")))
    return next((one for one in found if one is not None and one.list_id == list_id and _is_whole(data, one)), None)


def _is_whole(data: Path, recipe: Recipe) -> bool:
    return all(blobs.has_blob(data, bytes.fromhex(part.sha256)) for part in recipe.parts if part.sha256)


def open_file(data: Path, recipe: Recipe) -> BinaryIO:
    """The file of a pack, to read."""
    return io.BufferedReader(Reader(data, recipe), PIECE_BYTES)


def copy_to(data: Path, recipe: Recipe, place: Path, check: Callable[[Path], object]) -> Path:
    """Write the pack's file below `place`, synced, read back and checked; where it is now.

    Raises Problem `packs.no_write`, or what `check` raises.
    """
    draft = place / f".{recipe.name}.part"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open_file(data, recipe) as source, draft.open("wb") as out:
            shutil.copyfileobj(source, out, PIECE_BYTES)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        check(draft)
        final = draft.rename(arrived.free_name(place / recipe.name))
        blobs.sync_folder(place)
    except OSError as refusal:
        raise Problem("packs.no_write", reason=refusal.strerror or "?") from refusal
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return final
