"""The inside of an EPUB 2 or 3: where everything is, in which order it is read, and its table of contents.

Sources: EPUB 3.3 (W3C), sections 4 and 5; Open Packaging Format 2.0.1 (IDPF). Used by the importing process for the
metadata and by the serving process to find chapters: it needs nothing but the standard library.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import msgspec

from kit.errors import Problem
from kit.library.formats.archive import read_member
from kit.library.formats.markup import (
    Element,
    attribute,
    children,
    descendants,
    local,
    parse_xml,
    words,
)

LARGEST_PACKAGE = 4 << 20
USUAL_CONTAINER = 2_000
MOST_CHAPTERS = 3000
MOST_ENTRIES = 3000
DEEPEST_ENTRY = 6
CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
# Hiding a font is not locking a book. Sources: EPUB 3.3, section 4.4 (obfuscation); Adobe's older way.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
FONT_HIDING = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})


class Part(msgspec.Struct, frozen=True):
    """One file of a book, as the manifest lists it."""

    path: str
    media_type: str
    properties: frozenset[str]


class Entry(msgspec.Struct, frozen=True):
    """One line of the table of contents: `chapter` counts from 1, `fragment` is a place in it or ""."""

    depth: int
    title: str
    chapter: int
    fragment: str


class Package(msgspec.Struct, frozen=True):
    """A book's plan. `spine` are manifest ids in reading order; `root` is the package document."""

    path: str
    root: Element
    parts: dict[str, Part]
    spine: tuple[str, ...]
    is_right_to_left: bool
    is_fixed: bool

    @property
    def metadata(self) -> Element:
        """The metadata element, or an empty one."""
        found = next(children(self.root, "metadata"), None)
        return found if found is not None else Element("metadata")

    def chapter_paths(self) -> list[str]:
        """The files of the chapters, in order."""
        return [self.parts[name].path for name in self.spine]


def open_package(archive: zipfile.ZipFile) -> Package:
    """Read a book's plan. Raises Problem `library.mislabelled`, `library.encrypted`, `library.broken`..."""
    names = set(archive.namelist())
    if CONTAINER not in names:
        raise Problem("library.mislabelled", suffix=".epub")
    check_not_locked(archive, names)
    path = _package_path(archive)
    if path not in names:
        raise Problem("library.broken")
    root = parse_xml(read_member(archive, path, LARGEST_PACKAGE), LARGEST_PACKAGE)
    parts = _parts(root, path, names)
    spine_element = next(children(root, "spine"), None)
    if spine_element is None:
        raise Problem("library.broken")
    wanted = [attribute(one, "idref") for one in children(spine_element, "itemref")]
    spine = tuple(name for name in wanted if name in parts)[:MOST_CHAPTERS]
    if not spine:
        raise Problem("library.broken")
    progression = attribute(spine_element, "page-progression-direction")
    return Package(path, root, parts, spine, progression == "rtl", _is_fixed(root))


def check_not_locked(archive: zipfile.ZipFile, names: set[str]) -> None:
    """Raise Problem `library.encrypted` when anything but fonts is encrypted."""
    if ENCRYPTION not in names:
        return
    root = parse_xml(read_member(archive, ENCRYPTION, LARGEST_PACKAGE), LARGEST_PACKAGE)
    for data in descendants(root, "encrypteddata"):
        methods = {attribute(one, "algorithm") for one in children(data, "encryptionmethod")}
        if not methods or not methods <= FONT_HIDING:
            raise Problem("library.encrypted")


def _package_path(archive: zipfile.ZipFile) -> str:
    raw = read_member(archive, CONTAINER, LARGEST_PACKAGE)
    return _path_in_common(raw) if len(raw) < USUAL_CONTAINER else _path_in(raw)


def _path_in(container: bytes) -> str:
    root = parse_xml(container, LARGEST_PACKAGE)
    for found in descendants(root, "rootfile"):
        if attribute(found, "media-type") == "application/oebps-package+xml":
            return attribute(found, "full-path")
    raise Problem("library.broken")


_path_in_common = lru_cache(maxsize=64)(_path_in)  # books of one maker have the same container, to the byte


def _parts(root: Element, path: str, names: set[str]) -> dict[str, Part]:
    manifest = next(children(root, "manifest"), None)
    if manifest is None:
        raise Problem("library.broken")
    parts = {}
    for one in children(manifest, "item"):
        inside = resolve(path, attribute(one, "href"))
        if inside and inside in names:
            media_type = attribute(one, "media-type").strip().lower()
            parts[attribute(one, "id")] = Part(inside, media_type, frozenset(attribute(one, "properties").split()))
    return parts


def _is_fixed(root: Element) -> bool:
    metas = descendants(root, "meta")
    return any(attribute(one, "property") == "rendition:layout" and words(one) == "pre-paginated" for one in metas) or (
        any(attribute(one, "name") == "fixed-layout" and attribute(one, "content") == "true" for one in root.iter())
    )


def resolve(base: str, href: str) -> str:
    """The member that `href`, written in the member `base`, points to; "" when it leads outside the book."""
    if _PLAIN.fullmatch(href) and _PLAIN.fullmatch(base):
        return base[: base.rfind("/") + 1] + href  # most addresses: nothing to take apart
    split = urlsplit(href.strip())
    if split.scheme or split.netloc or not split.path:
        return ""
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(split.path)))
    return "" if inside.startswith(("../", "/")) or inside == ".." else inside


# -- the table of contents ----------------------------------------------------------------------------------------


def read_contents(archive: zipfile.ZipFile, package: Package) -> tuple[Entry, ...]:
    """The table of contents, from the navigation document, else the NCX, else numbered chapters."""
    places = {path: number for number, path in reversed(list(enumerate(package.chapter_paths(), 1)))}
    for reader in (_from_nav, _from_ncx):
        try:
            found = tuple(reader(archive, package, places))
        except Problem:
            continue  # a broken table of contents does not close the book
        if found:
            return found[:MOST_ENTRIES]
    return tuple(Entry(0, "", number, "") for number in range(1, len(package.spine) + 1))


def _from_nav(archive: zipfile.ZipFile, package: Package, places: dict[str, int]) -> Iterator[Entry]:
    part = next((one for one in package.parts.values() if "nav" in one.properties), None)
    if part is None:
        return
    root = parse_xml(read_member(archive, part.path, LARGEST_PACKAGE), LARGEST_PACKAGE)
    for nav in descendants(root, "nav"):
        if "toc" in attribute(nav, "type").split():
            for top in children(nav, "ol"):
                yield from _nav_list(top, 0, part.path, places)


def _nav_list(top: Element, depth: int, base: str, places: dict[str, int]) -> Iterator[Entry]:
    if depth > DEEPEST_ENTRY:
        return
    for line in children(top, "li"):
        for child in line:
            if local(child.tag) in ("a", "span"):
                yield from _entry(depth, words(child), attribute(child, "href"), base, places)
            elif local(child.tag) == "ol":
                yield from _nav_list(child, depth + 1, base, places)


def _from_ncx(archive: zipfile.ZipFile, package: Package, places: dict[str, int]) -> Iterator[Entry]:
    kind = "application/x-dtbncx+xml"
    part = next((one for one in package.parts.values() if one.media_type == kind), None)
    if part is None:
        return
    root = parse_xml(read_member(archive, part.path, LARGEST_PACKAGE), LARGEST_PACKAGE)
    for top in descendants(root, "navmap"):
        yield from _ncx_points(top, 0, part.path, places)


def _ncx_points(top: Element, depth: int, base: str, places: dict[str, int]) -> Iterator[Entry]:
    if depth > DEEPEST_ENTRY:
        return
    for point in children(top, "navpoint"):
        label = next(children(point, "navlabel"), None)
        content = next(children(point, "content"), None)
        href = attribute(content, "src") if content is not None else ""
        yield from _entry(depth, words(label), href, base, places)
        yield from _ncx_points(point, depth + 1, base, places)


def _entry(depth: int, title: str, href: str, base: str, places: dict[str, int]) -> Iterator[Entry]:
    chapter = places.get(resolve(base, href), 0) if href else 0
    if title and (chapter or not href):
        yield Entry(depth, title[:200], chapter, urlsplit(href).fragment[:200] if chapter else "")
