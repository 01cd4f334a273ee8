"""What the bench proposes for a work: read from the file, then corrected by staff, then written as a fact."""

from __future__ import annotations

import msgspec

from kit.errors.kind import keep_plain
from kit.stems import plain


class Attached(msgspec.Struct, frozen=True):
    """A file that goes with a work: captions, a text. `path` is relative to `folder` of the batch; `name` as kept."""

    path: str
    media_type: str
    folder: str = "files"
    name: str = ""


class DrawnCover(msgspec.Struct, frozen=True):
    """A cover the worker drew. Its name in the batch's `covers` is its SHA-256 in hexadecimal."""

    name: str
    width: int
    height: int


class Proposal(msgspec.Struct, frozen=True):
    """A work as it would be written. `path` is relative to the batch; `is_language_guessed` is said to staff."""

    path: str
    name: str
    kind: str
    media_type: str
    title: str
    creators: tuple[str, ...] = ()
    language: str = ""
    licence: str = ""
    source: str = ""
    attribution: str = ""
    summary: str = ""
    subjects: tuple[str, ...] = ()
    shelf: str = ""
    level: str = ""
    duration_minutes: int = 0
    rights_note: str = ""
    is_language_guessed: bool = False
    covers: tuple[DrawnCover, ...] = ()
    attached: tuple[Attached, ...] = ()
    series: str = ""
    series_place: int = 0
    chapters: tuple[tuple[int, str], ...] = ()
    wrong: tuple[str, ...] = ()  # what beside it could not be read, in words


def pack(proposal: Proposal) -> bytes:
    """To keep in the table."""
    return msgspec.msgpack.encode(proposal, enc_hook=keep_plain)


def unpack(raw: bytes) -> Proposal:
    """From the table."""
    return msgspec.msgpack.decode(raw, type=Proposal)


def twin_key(title: str, creators: tuple[str, ...] | list[str]) -> str:
    """What two copies of one work share: plain letters of the title and of the first author, names in any order."""
    letters = "".join(sign for sign in plain(title) if sign.isalnum())
    first = plain(creators[0] if creators else "").replace(",", " ")
    author = "".join(sorted("".join(sign for sign in word if sign.isalnum()) for word in first.split()))
    return f"{letters[:150]}|{author[:100]}" if letters and author else ""
