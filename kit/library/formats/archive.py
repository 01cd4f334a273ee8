"""Zip archives made by strangers: what is refused before anything is unpacked, and reading one member with a limit."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from kit.errors import Problem

MOST_ENTRIES = 10_000
LARGEST_DIRECTORY = 4 << 20
LARGEST_TOTAL = 1 << 30
LARGEST_RATIO = 200
RATIO_FROM = 16 << 20  # small files may be squeezed as hard as they like
AT_ONCE = 1 << 20  # bytes of a member, packed and unpacked, that are taken in one piece
LONGEST_NAME = 400
DEEPEST_NAME = 24
_PLAIN_FLAGS = 0x80E  # how hard it was packed, sizes said after it, a name in UTF-8
_USUAL_EXTRA = 64
_LOCAL = b"PK\x03\x04"
_LOCAL_BYTES = 30
_END = b"PK\x05\x06"
_END64_PLACE = b"PK\x06\x07"
_END64 = b"PK\x06\x06"


def open_archive(path: Path) -> zipfile.ZipFile:
    """An archive whose entries have all been looked at.

    Raises Problem `library.broken`, `library.too_large`, `library.hostile` or `library.encrypted`.
    """
    source = path.open("rb")
    try:
        check_directory(source)
        source.seek(0)
        archive = zipfile.ZipFile(source)
        archive._filePassed = 0  # type: ignore[attr-defined] # closing the archive closes the file, as with a path
        check_entries(archive.infolist())
    except (zipfile.BadZipFile, struct.error, ValueError, EOFError) as refusal:
        source.close()
        raise Problem("library.broken") from refusal
    except BaseException:
        source.close()
        raise
    return archive


def check_directory(source: BinaryIO) -> None:
    """Refuse an archive whose list of entries alone would fill the memory, before it is read.

    Source: PKWARE APPNOTE 6.3.10, sections 4.3.14 to 4.3.16 (end of central directory).
    """
    size = source.seek(0, 2)
    start = max(0, size - 65_557)
    source.seek(start)
    tail = source.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        raise Problem("library.broken")
    count, directory_size = struct.unpack("<HI", tail[place + 10 : place + 16])
    if tail[max(0, place - 20) : place].startswith(_END64_PLACE):
        (place64,) = struct.unpack("<Q", tail[place - 12 : place - 4])
        count, directory_size = _read_end64(source, place64)
    if count > MOST_ENTRIES or directory_size > LARGEST_DIRECTORY:
        raise Problem("library.too_large")


def _read_end64(source: BinaryIO, place: int) -> tuple[int, int]:
    source.seek(place)
    record = source.read(56)
    if not record.startswith(_END64) or len(record) < 56:
        raise Problem("library.broken")
    count, directory_size = struct.unpack("<QQ", record[32:48])
    return count, directory_size


def check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse bad names, links, locks, repeats, and what would grow too much."""
    if len(entries) > MOST_ENTRIES:
        raise Problem("library.too_large")
    for entry in entries:
        check_name(entry.filename if entry.filename == entry.orig_filename else entry.orig_filename)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Problem("library.hostile", reason="un raccourci vers un autre fichier")
        if entry.flag_bits & 0x1:
            raise Problem("library.encrypted")
    if len({entry.filename for entry in entries}) != len(entries):
        raise Problem("library.hostile", reason="deux fichiers du même nom")
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > LARGEST_TOTAL or (total > RATIO_FROM and total > LARGEST_RATIO * max(packed, 1)):
        raise Problem("library.too_large")


def check_name(name: str) -> None:
    """Raise Problem `library.hostile` for a name that could lead out of the archive."""
    parts = name.split("/")
    is_bad = (
        name.startswith("/") or "\\" in name or "\0" in name or ".." in parts or (len(name) > 1 and name[1] == ":")
        or len(name) > LONGEST_NAME or len(parts) > DEEPEST_NAME
    )  # fmt: skip
    if is_bad:
        raise Problem("library.hostile", reason="un nom de fichier interdit")


def _read_at_once(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """A small member without anything odd, unpacked in one go; None: let `zipfile` read it, or say what is wrong.

    `zipfile` takes longer to get ready than to unpack it. Source: PKWARE APPNOTE 6.3.10, section 4.3.7.
    """
    source, name = archive.fp, info.orig_filename
    if max(info.compress_size, info.file_size) > AT_ONCE or info.flag_bits & ~_PLAIN_FLAGS or not name.isascii():
        return None
    if not isinstance(source, BufferedReader):
        return None
    most = _LOCAL_BYTES + len(name) + _USUAL_EXTRA + info.compress_size
    raw = os.pread(source.fileno(), most, info.header_offset)
    start = _LOCAL_BYTES + len(name)
    if not raw.startswith(_LOCAL) or raw[_LOCAL_BYTES:start] != name.encode() or raw[26:28] != _length(name):
        return None
    start += int.from_bytes(raw[28:30], "little")
    found = raw[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_DEFLATED:
        found = zlib.decompressobj(-zlib.MAX_WBITS).decompress(found, info.file_size + 1)
    elif info.compress_type != zipfile.ZIP_STORED:
        return None
    return found if len(found) == info.file_size and zlib.crc32(found) == info.CRC else None


def _length(name: str) -> bytes:
    return len(name).to_bytes(2, "little")


def read_member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """One member, unpacked, at most `limit` bytes. Raises Problem `library.broken` or `library.too_large`."""
    try:
        info = archive.getinfo(name)
        found = _read_at_once(archive, info)
        if found is None:
            with archive.open(info) as source:
                found = source.read(limit + 1)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as refusal:
        raise Problem("library.broken") from refusal
    if len(found) > limit:
        raise Problem("library.too_large")
    return found
