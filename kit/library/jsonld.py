"""A work told in schema.org words (JSON-LD), for the search engines that read a central's public catalogue.

The block is data: a browser neither runs it nor asks the content policy about it (HTML, "Data block").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from markupsafe import Markup

from kit.errors.kind import keep_plain
from kit.library.opds2 import iso
from kit.library.queries import FileView, ItemView

CONTEXT = "https://schema.org"
TYPES = {"book": "Book", "comic": "Book", "audio": "AudioObject", "video": "VideoObject", "image": "ImageObject",
         "sheet": "HowTo", "site": "WebSite"}  # fmt: skip
# Our word for a help -> the word of the accessibility vocabulary (w3.org/2021/a11y-discov-vocab).
FEATURES = {"captions": "captions", "transcript": "transcript", "sign": "signLanguage",
            "described": "audioDescription"}  # fmt: skip


def tell(item: ItemView, files: Sequence[FileView], base: str, owner: str, origin: ItemView | None) -> dict[str, Any]:
    """The work. `base` is this site's address without a slash; `owner` the shelf's organisation or ""."""
    address = f"{base}{item.url}"
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": TYPES.get(item.kind, "CreativeWork"),
        "@id": address,
        "url": address,
        "name": item.title,
        "author": [{"@type": "Person", "name": name} for name in item.creators.split(", ") if name],
        "inLanguage": item.language,
        "description": item.summary,
        "keywords": item.subjects,
        "license": item.licence.uri if item.licence else "",
        "creditText": item.attribution,
        "image": f"{base}{item.large_cover_url}" if item.large_cover_url else "",
        "educationalLevel": item.level_words,
        "timeRequired": f"PT{item.duration_minutes}M" if item.duration_minutes else "",
        "accessibilityFeature": [FEATURES[one] for one in item.access.split() if one in FEATURES],
        "isBasedOn": f"{base}{origin.url}" if origin else "",
        "isPartOf": {"@type": "CreativeWorkSeries", "name": item.series} if item.series else "",
        "publisher": {"@type": "Organization", "name": owner} if owner else "",
        "uploadDate": iso(item.added_ms) if item.kind == "video" else "",
        "thumbnailUrl": f"{base}{item.cover_url}" if item.kind == "video" and item.cover_url else "",
        "isAccessibleForFree": True,
        "encoding": [_file(address, one) for one in files],
    }
    return {name: value for name, value in said.items() if value}


def _file(address: str, one: FileView) -> dict[str, Any]:
    return {
        "@type": "MediaObject",
        "contentUrl": f"{address}/fichier/{one.number}/{quote(one.name)}",
        "encodingFormat": one.media_type,
        "contentSize": str(one.size_bytes),
        "sha256": one.sha256.hex(),
    }


def block(said: dict[str, Any]) -> Markup:
    """It as a block of a page; nothing in it can end the block."""
    text = (
        msgspec.json.encode(said, enc_hook=keep_plain)
        .decode()
        .replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
    )
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - no sign of HTML is left in it
