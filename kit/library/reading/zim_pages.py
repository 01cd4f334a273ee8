"""ZIM sites through libzim: pages made harmless, pictures, titles, suggestions, full-text search. Never in the server.

No script of a site ever reaches a phone: pages pass through the same sanitiser as books.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from kit.errors import Problem
from kit.library.formats.markup import to_text
from kit.library.reading.clean import clean_html, prepare_loose, renamed
from kit.library.reading.zim_frames import Line, Picture, SitePage

SITES_KEPT = 4
LARGEST_PAGE = 8 << 20
LARGEST_PICTURE = 32 << 20
MOST_FOUND = 25
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})</title>", re.IGNORECASE)


@lru_cache(maxsize=SITES_KEPT)
def open_site(path: Path) -> Any:
    """A site's archive. Raises Problem `library.broken` when it is cut short or no ZIM."""
    from libzim.reader import Archive

    try:
        return Archive(path)
    except (RuntimeError, OSError, ValueError) as refusal:
        raise Problem("library.broken") from refusal


def main_path(path: Path) -> str:
    """The address of the first page. Raises Problem `library.not_found`."""
    site = open_site(path)
    if not site.has_main_entry:
        raise Problem("library.not_found")
    return str(_follow(site.main_entry).path)


def path_of(path: Path, number: str) -> str:
    """The address of the page that `list_titles` gave this number. Raises Problem `library.not_found`."""
    site, place = open_site(path), int(number) - 1
    if not 0 <= place < site.all_entry_count:
        raise Problem("library.not_found")
    return str(_follow(site._get_entry_by_id(place)).path)


def list_titles(path: Path) -> Iterator[tuple[int, str]]:
    """The titles of the site's pages, each with its number (from 1). One that is damaged hides no other."""
    site = open_site(path)
    for place in range(site.all_entry_count):
        try:
            entry = site._get_entry_by_id(place)
            if entry.is_redirect or str(_follow(entry).mimetype).startswith("text/html"):
                yield place + 1, str(entry.title)
        except (KeyError, RuntimeError):
            continue


def _follow(entry: Any) -> Any:
    return entry.get_item() if not entry.is_redirect else entry.get_redirect_entry().get_item()


def _item(path: Path, inside: str, limit: int) -> Any:
    site = open_site(path)
    try:
        item = _follow(site.get_entry_by_path(inside))
    except (KeyError, RuntimeError) as refusal:
        raise Problem("library.not_found") from refusal
    if item.size > limit:
        raise Problem("library.too_large")
    return item


def _bytes(item: Any) -> bytes:
    try:
        return bytes(item.content)
    except RuntimeError as refusal:  # a cluster that is cut or damaged
        raise Problem("library.cannot_read") from refusal


def read_page(path: Path, inside: str, url: str) -> SitePage:
    """A page of the site as safe HTML; `url` is the address under which the site stands.

    Raises Problem `library.not_found`, `library.too_large` or `library.cannot_read`.
    """
    item = _item(path, inside, LARGEST_PAGE)
    if not str(item.mimetype).startswith("text/html"):
        raise Problem("library.not_found")
    text = to_text(_bytes(item))
    base = str(item.path)
    safe = clean_html(prepare_loose(text), link=_linker(path, base, url), picture=_linker(path, base, url))
    found = _TITLE.search(text)
    return SitePage(base, (found.group(1).strip() if found else "") or str(item.title), safe)


def _linker(path: Path, base: str, url: str) -> Callable[[str], str | None]:
    site = open_site(path)

    def link(href: str) -> str | None:
        split = urlsplit(href.strip())
        if split.scheme or split.netloc:
            return None  # nothing leads outside the box
        if not split.path:
            return f"#{renamed(split.fragment)}" if split.fragment else None
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(split.path)))
        if inside.startswith(("../", "/")) or not site.has_entry_by_path(inside):
            return None
        return f"{url}/{quote(inside)}" + (f"#{renamed(split.fragment)}" if split.fragment else "")

    return link


def read_picture(path: Path, inside: str) -> Picture:
    """A picture of the site. Raises Problem `library.not_found`."""
    item = _item(path, inside, LARGEST_PICTURE)
    kind = str(item.mimetype).split(";")[0]
    if kind == "image/svg+xml":
        from kit.library.formats.markup import parse_xml
        from kit.library.reading import drawings

        return Picture(kind, drawings.draw(parse_xml(_bytes(item)), lambda _href: None))
    if kind not in PICTURES:
        raise Problem("library.not_found")
    return Picture(kind, _bytes(item))


def search_site(path: Path, text: str) -> list[Line]:
    """Titles that begin like the text, then pages that hold its words, each once; [] where a site has no index."""
    site, found = open_site(path), list[str]()
    for ask in (_suggested, _full_text):
        try:
            found += ask(site, text)
        except RuntimeError:
            continue  # a site without that index still answers with the other
    lines = []
    for inside in dict.fromkeys(found):
        try:
            lines.append(Line(str(site.get_entry_by_path(inside).title), inside))
        except (KeyError, RuntimeError):
            continue
    return lines[:MOST_FOUND]


def _suggested(site: Any, text: str) -> list[str]:
    from libzim.suggestion import SuggestionSearcher

    return list(SuggestionSearcher(site).suggest(text).getResults(0, MOST_FOUND))


def _full_text(site: Any, text: str) -> list[str]:
    from libzim.search import Query, Searcher

    if not site.has_fulltext_index:
        return []
    return list(Searcher(site).search(Query().set_query(text)).getResults(0, MOST_FOUND))
