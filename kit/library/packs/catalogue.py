"""The catalogue inside a pack: an OPDS 2 feed that any reading app understands, and typed values of ours beside it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kit.errors import Problem
from kit.errors.kind import keep_plain
from kit.library import opds2
from kit.library.lettering import as_address
from kit.library.packs.rules import MOST_ITEMS, About
from kit.library.queries import FileView, ItemView
from kit.library.rules import LONGEST_CREDIT

Id = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Line = Annotated[str, Meta(max_length=400)]
Text = Annotated[str, Meta(max_length=4000)]
Size = Annotated[int, Meta(ge=0, le=2**45)]


class PackedFile(msgspec.Struct, frozen=True):
    """One file of a work, by its content."""

    sha256: Hash
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    media_type: Line
    size_bytes: Size


class PackedCover(msgspec.Struct, frozen=True):
    """One size of a cover."""

    sha256: Hash
    width: Annotated[int, Meta(ge=1, le=4000)]
    height: Annotated[int, Meta(ge=1, le=4000)]
    size_bytes: Size


class PackedChapter(msgspec.Struct, frozen=True):
    """Where a part of a sound or a film begins."""

    start_seconds: Annotated[int, Meta(ge=0, le=10_000_000)]
    title: Line


class PackedItem(msgspec.Struct, frozen=True):
    """A work as it was noted where the pack was made."""

    item_id: Id
    title: Annotated[str, Meta(min_length=1, max_length=400)]
    creators: Annotated[tuple[Line, ...], Meta(max_length=50)]
    kind: Line
    language: Line
    licence: Line
    source: Annotated[str, Meta(min_length=1, max_length=400)]
    attribution: Annotated[str, Meta(max_length=LONGEST_CREDIT)]
    summary: Text
    subjects: Annotated[tuple[Line, ...], Meta(max_length=50)]
    shelf: Annotated[str, Meta(min_length=1, max_length=200)]
    rights_note: Text
    level: Line
    duration_minutes: Annotated[int, Meta(ge=0, le=1_000_000)]
    files: Annotated[tuple[PackedFile, ...], Meta(min_length=1, max_length=50)]
    covers: Annotated[tuple[PackedCover, ...], Meta(max_length=4)]
    based_on: Annotated[str, Meta(pattern="^([0-9a-f]{32})?$")] = ""
    series: Line = ""
    series_place: Annotated[int, Meta(ge=0, le=100_000)] = 0
    chapters: Annotated[tuple[PackedChapter, ...], Meta(max_length=500)] = ()
    is_replaced: bool = False  # a better copy took the place of the file that gave it its id


class Content(msgspec.Struct, frozen=True):
    """What a pack is and holds."""

    pack_id: Id
    version: Annotated[int, Meta(ge=1, le=2**53)]
    about: About
    items: Annotated[tuple[PackedItem, ...], Meta(min_length=1, max_length=MOST_ITEMS)]

    def sizes(self) -> dict[str, int]:
        """Every file it needs, by its SHA-256 in hexadecimal, with its size."""
        files = {one.sha256: one.size_bytes for item in self.items for one in item.files}
        return files | {one.sha256: one.size_bytes for item in self.items for one in item.covers}


class _Feed(msgspec.Struct):
    valise: Content


def write_catalogue(content: Content, views: list[tuple[ItemView, list[FileView]]], made_ms: int) -> bytes:
    """The feed's bytes. `views` are the same works as the catalogue shows them."""
    publications = [
        opds2.publication(
            item, files, lambda _item, one: f"files/{one.sha256.hex()}",
            lambda item, is_small: _cover(item.cover_small if is_small else item.cover_large), as_address,
        )
        for item, files in views
    ]  # fmt: skip
    feed: dict[str, Any] = {
        "metadata": {
            "title": content.about.title,
            "identifier": f"urn:valise:pack:{content.pack_id}",
            "modified": opds2.iso(made_ms),
            "numberOfItems": len(publications),
        },
        "links": [{"rel": "self", "href": "opds.json", "type": opds2.FEED}],
        "publications": publications,
        "valise": msgspec.to_builtins(content),
    }
    return msgspec.json.format(msgspec.json.encode(feed, enc_hook=keep_plain), indent=1)


def _cover(sha256: bytes | None) -> str:
    return f"files/{sha256.hex()}" if sha256 else ""


def read_catalogue(raw: bytes) -> Content:
    """What a pack says it holds. Raises Problem `packs.broken`."""
    try:
        content = msgspec.json.decode(raw, type=_Feed).valise
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as refusal:
        raise Problem("packs.broken") from refusal
    if any(not item.is_replaced and item.item_id != item.files[0].sha256[:32] for item in content.items):
        raise Problem("packs.hostile", reason="une œuvre n’y porte pas le nom de son contenu")
    return content
