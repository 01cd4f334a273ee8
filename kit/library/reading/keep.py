"""« Garder sur mon téléphone »: one page that needs no other app, made aside and kept for the next who asks."""

from __future__ import annotations

import json
from pathlib import Path

from kit.library.queries import ItemView
from kit.library.reading.child import ask, kept

WORKER = "kit.library.reading.keep_worker"


def make_kept_page(item: ItemView, media_type: str, path: Path, cache: Path) -> bytes:
    """The whole work as one HTML page of at most 2 MB. Raises Problem `library.cannot_read` or `web.busy`."""
    licence = item.licence
    credit = item.attribution or ", ".join(filter(None, (item.title, item.creators)))
    wanted = {
        "path": str(path), "media_type": media_type, "url": item.url, "title": item.title, "creators": item.creators,
        "language": item.language,
        "licence": " · ".join(filter(None, (credit, licence.name if licence else "", item.source))),
    }  # fmt: skip
    told = json.dumps(wanted, sort_keys=True).encode()
    name = f"{path.name[:32]}-{hash_of(told)}.html"
    return kept(cache / "keep", name, lambda: ask(WORKER, told=told))


def hash_of(told: bytes) -> str:
    """A short name for what was told: a corrected title makes another page."""
    import hashlib

    return hashlib.sha256(told).hexdigest()[:12]
