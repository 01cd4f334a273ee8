"""The bundle: signed and closed things one after another in a file that anybody may carry.

    "vbdl" | version (1 byte) | parts, each: kind (1 byte) | length (4 bytes) | bytes | then the part "Z", empty

Every part proves itself (a signature, or the hash by which facts cite it), so that a truncated bundle yields its whole
parts and a forged part spoils no other. One part at a time is in memory. Source: journal.md, "Segment ... bundle".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import msgspec

from kit.errors import Problem
from kit.sync import segment
from kit.sync.messages import MOST_BYTES as MOST_MESSAGE_BYTES

MAGIC = b"vbdl"
VERSION = 1
MOST_BYTES = 32 * 1024 * 1024
SUFFIX = ".valise"
HELLO, ANSWER, SEGMENT, ENVELOPE, END = b"H", b"A", b"S", b"E", b"Z"
MANIFEST, PIECE, RELAYED = b"M", b"P", b"R"  # RELAYED: the greeting of a kit we carry for
RETURNED = b"B"  # a segment that the central wrote and lost
FRAME_BYTES = 5
_LIMITS = {
    HELLO: MOST_MESSAGE_BYTES, ANSWER: MOST_MESSAGE_BYTES, SEGMENT: segment.MOST_BYTES, ENVELOPE: 192 * 1024, END: 0,
    MANIFEST: MOST_MESSAGE_BYTES, RELAYED: MOST_MESSAGE_BYTES, RETURNED: MOST_MESSAGE_BYTES, PIECE: 1024 * 1024 + 36,
}  # fmt: skip
_MOST_OTHER = 2 * 1024 * 1024  # a kind of part of a later version is passed over, within reason


class Part(msgspec.Struct, frozen=True):
    """One part of a bundle."""

    kind: bytes
    raw: bytes


def start() -> bytes:
    """What every bundle begins with."""
    return MAGIC + bytes([VERSION])


def pack(kind: bytes, raw: bytes = b"") -> bytes:
    """One part."""
    return kind + len(raw).to_bytes(4, "big") + raw


def read_parts(file: IO[bytes]) -> Iterator[Part]:
    """The parts of a bundle, the last one `END` when it is whole.

    Raises Problem `sync.not_a_bundle`, `sync.newer_bundle`, or, after the parts that are whole, `sync.cut_bundle`.
    """
    head = file.read(len(MAGIC) + 1)
    if head[:4] != MAGIC or len(head) != 5:
        raise Problem("sync.not_a_bundle")
    if head[4] != VERSION:
        raise Problem("sync.newer_bundle")
    while True:
        part = _read_part(file)
        yield part
        if part.kind == END:
            return


def _read_part(file: IO[bytes]) -> Part:
    frame = file.read(FRAME_BYTES)
    kind, size = frame[:1], int.from_bytes(frame[1:], "big")
    if len(frame) != FRAME_BYTES or size > _LIMITS.get(kind, _MOST_OTHER):
        raise Problem("sync.cut_bundle")
    raw = file.read(size)
    if len(raw) != size:
        raise Problem("sync.cut_bundle")
    return Part(kind, raw)
