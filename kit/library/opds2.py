"""Works as OPDS 2.0 publications (drafts.opds.io/opds-2.0): plain dictionaries, for the catalogue and for packs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kit.clock import at
from kit.library.lettering import HEIGHT, WIDTH
from kit.library.queries import FileView, ItemView

FEED = "application/opds+json"
PUBLICATION = "application/opds-publication+json"
OPEN_ACCESS = "http://opds-spec.org/acquisition/open-access"
TYPES = {
    "book": "http://schema.org/Book", "comic": "http://schema.org/ComicIssue", "audio": "http://schema.org/Audiobook",
    "video": "http://schema.org/VideoObject", "image": "http://schema.org/ImageObject",
}  # fmt: skip
FileAddress = Callable[[ItemView, FileView], str]
CoverAddress = Callable[[ItemView, bool], str]


def iso(unix_ms: int) -> str:
    """A moment as RFC 3339 wants it."""
    return at(unix_ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def publication(
    item: ItemView,
    files: Sequence[FileView],
    file_url: FileAddress,
    cover: CoverAddress,
    letters: Callable[[ItemView], str],
) -> dict[str, Any]:
    """One work. `cover(item, is_small)` gives an address or "" without a cover.

    A publication has at least one image (OPDS 2.0, "Images"): `letters` gives the address of one set in type.
    """
    links: list[dict[str, Any]] = [
        {"rel": OPEN_ACCESS, "href": file_url(item, one), "type": one.media_type, "title": one.name,
         "properties": {"size": one.size_bytes}}
        for one in files
    ]  # fmt: skip
    if item.licence and item.licence.uri:
        links.append({"rel": "license", "href": item.licence.uri, "type": "text/html"})
    found: dict[str, Any] = {"metadata": _metadata(item), "links": links}
    images = [(cover(item, False), item.cover_width, item.cover_height), (cover(item, True), 0, 0)]
    found["images"] = [
        {"href": href, "type": "image/jpeg", **({"width": width, "height": height} if width else {})}
        for href, width, height in images
        if href
    ] or [{"href": letters(item), "type": "image/svg+xml", "width": WIDTH, "height": HEIGHT}]
    return found


def _metadata(item: ItemView) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@type": TYPES.get(item.kind, "http://schema.org/CreativeWork"),
        "identifier": f"urn:valise:item:{item.text_id}",
        "title": item.title,
        "author": [{"name": name} for name in item.creators.split(", ") if name],
        "language": item.language,
        "modified": iso(item.added_ms),
        "description": item.summary,
        "subject": [{"name": name} for name in item.subjects.split(", ") if name],
        "duration": item.duration_minutes * 60,
        "rights": item.attribution or (item.licence.name if item.licence else ""),
        "source": item.source,
    }
    return {name: value for name, value in said.items() if value}
