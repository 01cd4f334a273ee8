"""One file of map tiles (PMTiles 3): taken in, looked into, read tile by tile. No database, no Flask.

Source: protomaps/PMTiles spec v3. Only pictures (PNG, JPEG, WebP, AVIF): every browser shows them without a library.
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from kit.errors import Problem
from kit.errors.kind import fr

KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "AVIF": "image/avif"}
MOST_DIRECTORY, MOST_TILE, MOST_METADATA = 128 * 1024, 2 * 1024 * 1024, 256 * 1024
DEEPEST = 4
_UNREADABLE = (OSError, ValueError, EOFError, IndexError, OverflowError, RecursionError, zlib.error)


class Tiles(msgspec.Struct, frozen=True):
    """What a file of tiles holds: media type, zoom levels, edges in degrees (south, west, north, east), whose it is."""

    media_type: str
    lowest: int
    highest: int
    edges: tuple[float, float, float, float]
    credit: str
    size_bytes: int


def path_of(data: Path) -> Path:
    """Where a node keeps its file of tiles."""
    return data / "maps" / "fond.pmtiles"


def look_into(path: Path) -> Tiles:
    """What a file holds. Raises Problem `directory.bad_tiles` with the reason in words."""
    try:
        with path.open("rb") as file:
            return _look(file.read(127), file, path.stat().st_size)
    except Problem:
        raise
    except (*_UNREADABLE, KeyError, TypeError) as refusal:
        raise Problem("directory.bad_tiles", reason=fr("il est abîmé")) from refusal


def _look(head: bytes, file: Any, size: int) -> Tiles:
    from pmtiles.tile import Compression, deserialize_header

    if head[:7] != b"PMTiles" or len(head) < 127:
        raise Problem("directory.bad_tiles", reason=fr("ce n’est pas un fichier PMTiles"))
    if head[7] != 3:
        raise Problem("directory.bad_tiles", reason=fr("il faut la version 3 de PMTiles"))
    header = deserialize_header(head)
    kind = header["tile_type"].name
    if kind not in KINDS:
        raise Problem("directory.bad_tiles", reason=fr("ses tuiles ne sont pas des images PNG, JPEG, WebP ou AVIF"))
    if header["internal_compression"] != Compression.GZIP:
        raise Problem("directory.bad_tiles", reason=fr("ses tables sont serrées d’une façon que la valise ne lit pas"))
    if header["tile_data_offset"] + header["tile_data_length"] > size or header["root_length"] > MOST_DIRECTORY:
        raise Problem("directory.bad_tiles", reason=fr("il est coupé"))
    edges = tuple(header[name] / 1e7 for name in ("min_lat_e7", "min_lon_e7", "max_lat_e7", "max_lon_e7"))
    south, west, north, east = edges
    if not (-90 <= south <= north <= 90 and -180 <= west <= east <= 180):
        raise Problem("directory.bad_tiles", reason=fr("il ne dit pas où il est"))
    credit = _read_credit(header, file)
    return Tiles(KINDS[kind], header["min_zoom"], header["max_zoom"], (south, west, north, east), credit, size)


def _read_credit(header: Mapping[str, Any], file: Any) -> str:
    """Whose tiles these are, as the file says, without its HTML; empty when it does not say."""
    if not 0 < header["metadata_length"] <= MOST_METADATA:
        return ""
    file.seek(header["metadata_offset"])
    raw = file.read(header["metadata_length"])
    told = msgspec.json.decode(_inflate(raw))
    text = told.get("attribution", "") if isinstance(told, dict) else ""
    plain, depth = [], 0
    for sign in str(text)[:1000]:
        depth += (sign == "<") - (sign == ">")
        if depth == 0 and sign != ">":
            plain.append(sign)
    return " ".join("".join(plain).replace("&copy;", "©").split())[:300]


def _inflate(raw: bytes) -> bytes:
    """What gzip packed, up to sixteen times the largest directory. Raises ValueError beyond, or for more behind it:
    who unpacks it again would unpack that too."""
    reader = zlib.decompressobj(31)
    told = reader.decompress(raw, 16 * MOST_DIRECTORY)
    if reader.unconsumed_tail or reader.unused_data:
        raise ValueError("too large")
    return told


def take_in(data: Path, given: Path) -> Tiles:
    """Make a file the map's background, in the place of the one before. Raises Problem `directory.bad_tiles`."""
    found = look_into(given)
    target = path_of(data)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with given.open("rb") as file:
        os.fsync(file.fileno())
    given.replace(target)
    return found


def remove(data: Path) -> None:
    """No background any more."""
    path_of(data).unlink(missing_ok=True)


def find_tiles(data: Path) -> Tiles | None:
    """What the background of this node holds, or None."""
    path = path_of(data)
    try:
        return _known(str(path), path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=4)
def _known(path: str, _changed: int) -> Tiles | None:
    try:
        return look_into(Path(path))
    except Problem:
        return None


def read_tile(data: Path, zoom: int, x: int, y: int) -> bytes | None:
    """One tile; None when the file has none there, or is no good."""
    path = path_of(data)
    try:
        reader = _reader(str(path), path.stat().st_mtime_ns)
        return reader(zoom, x, y)
    except _UNREADABLE:
        return None


@lru_cache(maxsize=2)
def _reader(path: str, _changed: int) -> Callable[[int, int, int], bytes | None]:
    """Reads tiles of a file that lies in the map of the memory; its directories are unpacked once."""
    from pmtiles.tile import deserialize_header, find_tile, zxy_to_tileid

    with Path(path).open("rb") as file:
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    header = deserialize_header(whole[:127])
    directory = lru_cache(maxsize=32)(lambda offset, length: _directory(whole, offset, length))

    def read(zoom: int, x: int, y: int) -> bytes | None:
        wanted = zxy_to_tileid(zoom, x, y)
        offset, length = header["root_offset"], header["root_length"]
        for _ in range(DEEPEST):
            found = find_tile(directory(offset, length), wanted)
            if found is None:
                return None
            if found.run_length:
                start = header["tile_data_offset"] + found.offset
                return whole[start : start + found.length] if 0 < found.length <= MOST_TILE else None
            offset, length = header["leaf_directory_offset"] + found.offset, found.length
        return None

    return read


def _directory(whole: mmap.mmap, offset: int, length: int) -> list[Any]:
    from pmtiles.tile import deserialize_directory

    if length > MOST_DIRECTORY:
        raise ValueError("too large")
    raw = whole[offset : offset + length]
    _inflate(raw)
    found: list[Any] = deserialize_directory(raw)
    return found
