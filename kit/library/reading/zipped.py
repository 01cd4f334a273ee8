"""Sites in a zip, page by page: made harmless like books, nothing in them leads out of them, no script ever runs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

import msgspec

from kit.errors import Problem
from kit.library.formats.archive import open_archive, read_member
from kit.library.formats.markup import parse_xml, to_text
from kit.library.formats.metadata import name_to_title, to_line
from kit.library.formats.pages import LARGEST_PAGE, first_page, is_page, list_names
from kit.library.reading import drawings
from kit.library.reading.clean import clean_html, prepare_loose, renamed
from kit.library.reading.text import markdown_to_html
from kit.library.reading.zim_frames import Line, SitePage

SITES_KEPT = 8
LARGEST_PICTURE = 32 << 20
MOST_LISTED = 300
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
            ".webp": "image/webp", ".svg": "image/svg+xml"}  # fmt: skip
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})</title>", re.IGNORECASE)
_HEADING = re.compile(r"<h[1-3][^>]{0,400}>(.{1,600}?)</h[1-3]>", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<[^<>]{0,2000}>")


class Site(msgspec.Struct, frozen=True):
    """What is in a site: every name, its first page, and its pages in the order they are numbered, the first before."""

    names: frozenset[str]
    first: str
    pages: tuple[str, ...]


@lru_cache(maxsize=SITES_KEPT)
def open_site(path: Path) -> Site:
    """A site's list. Raises Problem `library.*`."""
    with open_archive(path) as archive:
        names = list_names(archive)
    first = first_page(names)
    if not first:
        raise Problem("library.not_found")
    return Site(frozenset(names), first, (first, *sorted(one for one in names if is_page(one) and one != first)))


def main_path(path: Path) -> str:
    """The address of the first page."""
    return open_site(path).first


def path_of(path: Path, number: int) -> str:
    """The address of a page by its number. Raises Problem `library.not_found`."""
    pages = open_site(path).pages
    if not 1 <= number <= len(pages):
        raise Problem("library.not_found")
    return pages[number - 1]


def _read(path: Path, inside: str, limit: int) -> bytes:
    if inside not in open_site(path).names:
        raise Problem("library.not_found")
    try:
        with open_archive(path) as archive:
            return read_member(archive, inside, limit)
    except Problem as problem:
        raise Problem("library.cannot_read") from problem


def read_page(path: Path, inside: str, url: str) -> SitePage:
    """A page of the site as safe HTML; `url` is the address under which the site stands.

    Raises Problem `library.not_found` or `library.cannot_read`.
    """
    if not is_page(inside):
        raise Problem("library.not_found")
    title, loose = _loose(inside, _read(path, inside, LARGEST_PAGE))
    link = _linker(open_site(path), inside, url)
    return SitePage(inside, title, clean_html(loose, link=link, picture=link))


def _loose(inside: str, raw: bytes) -> tuple[str, str]:
    """The title of a page and its HTML, not sanitised yet."""
    text = to_text(raw)
    if inside.lower().endswith(".md"):
        html = markdown_to_html(text, "")
        return _title(html, inside), html
    return _title(text, inside), prepare_loose(text)


def _title(html: str, inside: str) -> str:
    found = _TITLE.search(html) or _HEADING.search(html)
    return (to_line(unescape(_TAGS.sub("", found.group(1)))) if found else "") or name_to_title(Path(inside))


def _linker(site: Site, base: str, url: str) -> Callable[[str], str | None]:
    def link(href: str) -> str | None:
        split = urlsplit(href.strip())
        if split.scheme or split.netloc:
            return None  # nothing leads outside the box
        mark = f"#{renamed(split.fragment)}" if split.fragment else ""
        if not split.path:
            return mark or None
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(split.path))).lstrip("/")
        found = next((one for one in (inside, *_indexes(inside)) if one in site.names), "")
        is_known = is_page(found) or PurePosixPath(found).suffix.lower() in PICTURES
        return f"{url}/{quote(found)}{mark}" if found and is_known else None

    return link


def _indexes(folder: str) -> Sequence[str]:
    """What a link to a folder, or to a page without its ending, may mean."""
    start = "" if folder == "." else f"{folder}/"
    return (f"{start}index.html", f"{start}index.htm", f"{start}index.md", f"{folder}.html", f"{folder}.md")


def read_picture(path: Path, inside: str) -> tuple[str, bytes]:
    """A picture of the site: its media type and bytes. Raises Problem `library.not_found` or `library.cannot_read`."""
    kind = PICTURES.get(PurePosixPath(inside).suffix.lower())
    if kind is None:
        raise Problem("library.not_found")
    raw = _read(path, inside, LARGEST_PICTURE)
    return (kind, drawings.draw(parse_xml(raw), lambda _href: None)) if kind == "image/svg+xml" else (kind, raw)


@lru_cache(maxsize=SITES_KEPT)
def list_pages(path: Path) -> tuple[Line, ...]:
    """The pages with their titles, the first before; at most `MOST_LISTED`."""
    found = []
    with open_archive(path) as archive:
        for inside in open_site(path).pages[:MOST_LISTED]:
            try:
                title = _loose(inside, read_member(archive, inside, LARGEST_PAGE))[0]
            except Problem:
                continue  # one page that is damaged hides no other
            found.append(Line(title, inside))
    return tuple(found)


def read_words(path: Path) -> Iterator[tuple[int, str]]:
    """The words of each page with its number."""
    with open_archive(path) as archive:
        for number, inside in enumerate(open_site(path).pages, 1):
            try:
                title, loose = _loose(inside, read_member(archive, inside, LARGEST_PAGE))
            except Problem:
                continue
            safe = clean_html(loose, link=lambda _href: None, picture=lambda _href: None)
            yield number, f"{title} {unescape(_TAGS.sub(' ', safe))}"
