"""An EPUB as plain pages: its plan is kept in memory for a few books, its pages are read from the file when asked."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from kit.errors import Problem
from kit.library.formats.archive import open_archive, read_member
from kit.library.formats.markup import Element, attribute, descendants, local, parse_xml, to_text, words
from kit.library.formats.opf import Entry, open_package, read_contents, resolve
from kit.library.reading import drawings
from kit.library.reading.clean import GONE_WITH_CONTENT, MARK, clean_html, prepare_loose, renamed, shift_heading

LARGEST_CHAPTER = 8 << 20
LARGEST_PICTURE = 32 << 20
BOOKS_KEPT = 6
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
DRAWING = "image/svg+xml"


class Book(msgspec.Struct, frozen=True):
    """A book's plan: chapters by number from 1, media types by path, table of contents, direction."""

    path: Path
    chapters: tuple[str, ...]
    media: dict[str, str]
    contents: tuple[Entry, ...]
    is_right_to_left: bool
    is_fixed: bool

    def chapter(self, number: int) -> str:
        """The file of a chapter. Raises Problem `library.not_found`."""
        if not 1 <= number <= len(self.chapters):
            raise Problem("library.not_found")
        return self.chapters[number - 1]

    def title_of(self, number: int) -> str:
        """The nearest title of the table of contents at or before a chapter, or ""."""
        before = [entry for entry in self.contents if 0 < entry.chapter <= number and entry.title]
        best = max((entry.chapter for entry in before), default=0)
        return next((entry.title for entry in before if entry.chapter == best), "")


class Leaf(msgspec.Struct, frozen=True):
    """One page ready to show. `styles` are addresses; `text` holds the words of drawn pages; "" where nothing is said.

    `is_picture` is True when the page is a single picture or drawing (comics).
    """

    html: str
    styles: tuple[str, ...]
    language: str
    direction: str
    text: str
    is_picture: bool


@lru_cache(maxsize=BOOKS_KEPT)
def open_book(path: Path) -> Book:
    """A book's plan; blobs never change, so it may be kept. Raises Problem `library.*`."""
    with open_archive(path) as archive:
        package = open_package(archive)
        return Book(
            path=path,
            chapters=tuple(package.chapter_paths()),
            media={part.path: part.media_type for part in package.parts.values()},
            contents=read_contents(archive, package),
            is_right_to_left=package.is_right_to_left,
            is_fixed=package.is_fixed,
        )


def read_leaf(book: Book, number: int, url: str, keep: str = "") -> Leaf:
    """A chapter as a safe page. `url` is the work's address; `keep` is the query that links inside carry on.

    Raises Problem `library.not_found` or `library.cannot_read`.
    """
    page = _Page(book, number, url, keep)
    with open_archive(book.path) as archive:
        try:
            raw = read_member(archive, page.base, LARGEST_CHAPTER)
            root = parse_xml(raw, LARGEST_CHAPTER)
        except Problem as problem:
            if problem.code != "library.broken":
                raise Problem("library.cannot_read") from problem
            return page.loose(_whole(archive, page.base))
    return page.strict(root)


def _whole(archive: zipfile.ZipFile, name: str) -> str:
    try:
        return to_text(read_member(archive, name, LARGEST_CHAPTER))
    except Problem as problem:
        raise Problem("library.cannot_read") from problem


class _Page:
    """Makes one page: knows how addresses of the book become addresses of the box."""

    def __init__(self, book: Book, number: int, url: str, keep: str) -> None:
        self.book, self.number, self.url, self.keep = book, number, url, keep
        self.base = book.chapter(number)
        self.texts: list[str] = []
        self.made: set[str] = set()
        self.drawn = 0

    # -- addresses

    def link(self, href: str) -> str | None:
        split = urlsplit(href.strip())
        fragment = f"#{renamed(split.fragment)}" if split.fragment else ""
        if not (split.scheme or split.netloc or split.path):
            return fragment or None
        found = resolve(self.base, href)
        if found not in self.book.chapters:
            return None
        return f"{self.url}/lire/{self.book.chapters.index(found) + 1}{self.keep}{fragment}"

    def picture(self, src: str) -> str | None:
        if src in self.made:
            return src  # an address that `_drawing` has just put there
        found = resolve(self.base, src)
        kind = self.book.media.get(found, "")
        return f"{self.url}/livre/{quote(found)}" if kind in PICTURES or kind == DRAWING else None

    # -- making

    def strict(self, root: Element) -> Leaf:
        """From XHTML that is well formed."""
        body = root if local(root.tag) == "svg" else next(descendants(root, "body"), root)
        if local(body.tag) == "svg":
            holder = ET.Element("body")
            holder.append(body)
            body = holder
        language = attribute(body, "lang") or attribute(root, "lang")
        direction = attribute(body, "dir") or attribute(root, "dir")
        shown = self._plain(body)
        shown.tag = "div"
        html = ET.tostring(shown, encoding="unicode", method="html")
        safe = clean_html(html, link=self.link, picture=self.picture)
        return self._leaf(safe, self._styles(root), language, direction)

    def loose(self, text: str) -> Leaf:
        """From HTML that is not."""
        safe = clean_html(prepare_loose(text), link=self.link, picture=self.picture)
        return self._leaf(safe, (), "", "")

    def _leaf(self, safe: str, styles: tuple[str, ...], language: str, direction: str) -> Leaf:
        is_picture = safe.count("<img") == 1 and not _has_words(safe)
        default = "rtl" if self.book.is_right_to_left else ""
        direction = direction if direction in ("rtl", "ltr") else default
        code = language if language.replace("-", "").isalnum() and len(language) < 12 else ""
        own = styles if not self.book.is_fixed else ()  # fixed layouts place things in pixels: they are set anew
        return Leaf(safe, own, code, direction, " ".join(self.texts), is_picture)

    def _styles(self, root: Element) -> tuple[str, ...]:
        links = [one for one in descendants(root, "link") if "stylesheet" in attribute(one, "rel").lower().split()]
        found = [
            resolve(self.base, attribute(one, "href")) for one in links if "alternate" not in attribute(one, "rel")
        ]
        sheets = [f"{self.url}/livre/{quote(path)}" for path in found if self.book.media.get(path) == "text/css"]
        inside = [f"{self.url}/lire/{self.number}/style.css"] if any(descendants(root, "style")) else []
        return tuple(dict.fromkeys(sheets + inside))[:8]

    def _plain(self, element: Element) -> Element:
        """A copy in plain HTML: no namespaces, no active parts, drawings put as pictures."""
        made = ET.Element(
            shift_heading(local(element.tag)), {local(key): value for key, value in element.attrib.items()}
        )
        made.text = element.text
        for child in element:
            made.extend(self._child(child, made))
        return made

    def _child(self, child: Element, parent: Element) -> list[Element]:
        name = local(child.tag)
        if name == "svg":
            copy = self._drawing(child)
        elif name == "math":
            copy = ET.Element("span")
            copy.text = words(child)
        elif not name or name in GONE_WITH_CONTENT:
            _append_text(parent, child.tail)
            return []
        else:
            copy = self._plain(child)
        copy.tail = child.tail
        return [copy]

    def _drawing(self, svg: Element) -> Element:
        self.drawn += 1
        if drawings.is_empty(svg):
            return ET.Element("span")
        alone = self.picture(drawings.only_picture(svg)) if drawings.only_picture(svg) else None
        text = drawings.text_of(svg)
        if text:
            self.texts.append(text)
        src = alone or f"{self.url}/dessin/{self.number}/{self.drawn}.svg"
        self.made.add(src)
        return ET.Element("img", {"src": src, "alt": text[:200]})


def _append_text(parent: Element, text: str | None) -> None:
    if not text:
        return
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _has_words(safe: str) -> bool:
    return bool(re.sub(r"<[^>]*>", "", safe).strip())


# -- what a page calls for ----------------------------------------------------------------------------------------


def read_drawing(book: Book, number: int, place: int) -> bytes:
    """The drawing at a place (from 1) of a chapter, made harmless. Raises Problem `library.not_found`."""
    base = book.chapter(number)
    with open_archive(book.path) as archive:
        root = parse_xml(read_member(archive, base, LARGEST_CHAPTER), LARGEST_CHAPTER)
        found = _outer_drawings(root)
        if not 1 <= place <= len(found):
            raise Problem("library.not_found")
        return drawings.draw(found[place - 1], _fetcher(book, archive, base))


def _outer_drawings(element: Element) -> list[Element]:
    """Drawings in document order, those inside another left out, counted as `_Page` counts them."""
    if local(element.tag) == "svg":
        return [element]
    if local(element.tag) in GONE_WITH_CONTENT:
        return []
    return [one for child in element for one in _outer_drawings(child)]


def _fetcher(book: Book, archive: zipfile.ZipFile, base: str) -> drawings.Fetch:
    def fetch(href: str) -> tuple[str, bytes] | None:
        found = resolve(base, href)
        kind = book.media.get(found, "")
        if kind not in PICTURES:
            return None
        try:
            return kind, read_member(archive, found, LARGEST_PICTURE)
        except Problem:
            return None

    return fetch


def read_part(book: Book, path: str) -> tuple[str, bytes]:
    """A picture or style sheet that the manifest lists: its media type and bytes; drawings come out harmless.

    Raises Problem `library.not_found` for anything else.
    """
    kind = book.media.get(path, "")
    if kind not in PICTURES and kind not in (DRAWING, "text/css"):
        raise Problem("library.not_found")
    with open_archive(book.path) as archive:
        raw = read_member(archive, path, LARGEST_PICTURE)
        if kind == DRAWING:
            return kind, drawings.draw(parse_xml(raw, LARGEST_CHAPTER), _fetcher(book, archive, path))
    return kind, raw


def read_inner_styles(book: Book, number: int) -> str:
    """The text of the style elements of a chapter."""
    with open_archive(book.path) as archive:
        root = parse_xml(read_member(archive, book.chapter(number), LARGEST_CHAPTER), LARGEST_CHAPTER)
    heads = list(descendants(root, "head"))
    return "\n".join(one.text or "" for head in heads for one in descendants(head, "style"))


def fragment_id(entry: Entry) -> str:
    """The anchor of a line of the table of contents, with its `#`, or ""."""
    return f"#{MARK}{entry.fragment}" if entry.fragment else ""
