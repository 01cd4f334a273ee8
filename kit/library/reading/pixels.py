"""How large a PNG, JPEG or WebP picture is, read from its first bytes: the server opens no picture of a stranger's."""

from __future__ import annotations

import struct

_SIZED = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # ITU-T T.81, table B.1: the SOF markers
LARGEST = 20_000


def pixels(raw: bytes) -> tuple[int, int]:
    """Width and height; (0, 0) when the bytes are cut, or none of these kinds."""
    try:
        if raw.startswith(b"\x89PNG\r\n\x1a\n"):
            found = struct.unpack(">II", raw[16:24])
        elif raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
            found = _webp(raw)
        else:
            found = _jpeg(raw)
    except (struct.error, IndexError):
        return 0, 0
    width, height = found
    return (width, height) if 0 < width <= LARGEST and 0 < height <= LARGEST else (0, 0)


def _webp(raw: bytes) -> tuple[int, int]:
    """RFC 9649, sections 2.5 to 2.7."""
    kind = raw[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", raw[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = struct.unpack("<I", raw[21:25])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(raw[24:27], "little") + 1, int.from_bytes(raw[27:30], "little") + 1


def _jpeg(raw: bytes) -> tuple[int, int]:
    place = 2
    while raw[:2] == b"\xff\xd8" and raw[place] == 0xFF:
        marker, size = raw[place + 1], struct.unpack(">H", raw[place + 2 : place + 4])[0]
        if marker in _SIZED:
            height, width = struct.unpack(">HH", raw[place + 5 : place + 9])
            return width, height
        place += 2 + size
    return 0, 0
