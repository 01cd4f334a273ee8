"""What the server and the reader of ZIM sites say to each other: a length in four bytes, then msgpack."""

from __future__ import annotations

from typing import Protocol

import msgspec

LARGEST = 64 << 20


class SitePage(msgspec.Struct, frozen=True):
    """One page ready to show; `path` is its own address in the site after redirects."""

    path: str
    title: str
    html: str


class Line(msgspec.Struct, frozen=True):
    """A page found in a site."""

    title: str
    path: str


class Picture(msgspec.Struct, frozen=True):
    """A picture of a site."""

    media_type: str
    raw: bytes


class Question(msgspec.Struct, frozen=True):
    """What is asked, by the name of one of the reader's functions, of which file."""

    name: str
    path: str
    words: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True):
    """`problem` is the code of a Problem, or "": then `body` holds what was found, packed."""

    problem: str
    body: bytes


class Source(Protocol):
    """What can be read from."""

    def read(self, count: int) -> bytes:
        """Up to `count` bytes; b"" at the end."""
        ...


def to_frame(raw: bytes) -> bytes:
    """Bytes with their length before them."""
    return len(raw).to_bytes(4, "big") + raw


def read_frame(source: Source) -> bytes:
    """The next bytes. Raises EOFError when the other side is gone, OSError when they claim to be too many."""
    size = int.from_bytes(_read(source, 4), "big")
    if size > LARGEST:
        raise OSError("a frame too large")
    return _read(source, size)


def _read(source: Source, count: int) -> bytes:
    pieces = []
    while count:
        piece = source.read(min(count, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
