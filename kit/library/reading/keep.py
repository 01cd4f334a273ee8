"""« Garder sur mon téléphone »: one page that needs no other app, made aside and kept for the next who asks."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

from kit.errors import Problem
from kit.library.queries import ItemView
from kit.library.reading.child import ask, kept
from kit.web.language import chosen, direction, written_in

WORKER = "kit.library.reading.keep_worker"
MOST_PICTURES = 60
LARGEST_PICTURES = 24 << 20
_UNDER = "/s"
_SRC = re.compile(rf'<img\b[^>]*?\ssrc="({_UNDER}/[^"]+)"')
_ELSEWHERE = re.compile(rf'\shref="{_UNDER}/[^"]*"')


def _about(item: ItemView) -> dict[str, object]:
    licence = item.licence
    credit = item.attribution or ", ".join(filter(None, (item.title, item.creators)))
    return {
        "url": item.url, "title": item.title, "creators": item.creators, "language": item.language,
        # Our own words around the work: those of whoever keeps it.
        "said_in": chosen(), "said_dir": direction(chosen()),
        "licence_in": written_in(credit) if item.attribution else item.language,
        "licence": " · ".join(filter(None, (credit, licence.name if licence else "", item.source))),
    }  # fmt: skip


def make_kept_page(item: ItemView, media_type: str, path: Path, cache: Path) -> bytes:
    """The whole work as one HTML page of at most 2 MB. Raises Problem `library.cannot_read` or `web.busy`."""
    wanted = {**_about(item), "path": str(path), "media_type": media_type}
    told = json.dumps(wanted, sort_keys=True).encode()
    name = f"{path.name[:32]}-{hash_of(told)}.html"
    return kept(cache / "keep", name, lambda: ask(WORKER, told=told))


def make_kept_site_page(item: ItemView, reader: ModuleType, path: Path, inside: str, cache: Path) -> bytes:
    """One page of a site with its pictures, as HTML of at most 2 MB; its links to other pages are words only.

    `reader` opens sites of this sort. Raises Problem `library.not_found`, `library.cannot_read` or `web.busy`.
    """
    told = _about(item)
    name = f"{path.name[:32]}-{hash_of(json.dumps([told, inside], sort_keys=True).encode())}.html"

    def make() -> bytes:
        page = reader.read_page(path, inside, _UNDER)
        page_told = {**told, "title": page.title, "creators": item.title, "html": _ELSEWHERE.sub("", page.html)}
        pictures = _pictures(reader, path, page.html)
        return ask(WORKER, told=json.dumps({**page_told, "media_type": "page", "pictures": pictures}).encode())

    return kept(cache / "keep", name, make)


def _pictures(reader: ModuleType, path: Path, page: str) -> dict[str, tuple[str, str]]:
    """The pictures of a page as (media type, base64) by their addresses, as far as there is room for them."""
    found: dict[str, tuple[str, str]] = {}
    left = LARGEST_PICTURES
    for src in list(dict.fromkeys(_SRC.findall(page)))[:MOST_PICTURES]:
        try:
            kind, raw = reader.read_picture(path, unquote(unescape(src)).removeprefix(f"{_UNDER}/"))
        except Problem:
            continue  # one that is damaged, or is not here, is left out
        left -= len(raw)
        if left > 0:
            found[unescape(src)] = (kind, base64.b64encode(raw).decode())
    return found


def hash_of(told: bytes) -> str:
    """A short name for what was told: a corrected title makes another page."""
    import hashlib

    return hashlib.sha256(told).hexdigest()[:12]
