"""EPUB 2 and 3: what the package says of the work, and its cover."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from kit.errors import Problem
from kit.library.formats.archive import open_archive, read_member
from kit.library.formats.markup import Element, attribute, children, descendants, parse_xml, words
from kit.library.formats.metadata import Metadata, check_start, name_to_title, to_language, to_line, to_lines
from kit.library.formats.opf import Package, Part, open_package, resolve

SUFFIXES = (".epub",)
MEDIA_TYPE = "application/epub+zip"
LARGEST_COVER = 24 << 20
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_TAGS = re.compile(r"<[^<>]{0,500}>")


def read(path: Path) -> Metadata:
    """What an EPUB says of itself. Raises Problem `library.*` for anything that is no readable EPUB."""
    check_start(path, b"PK\x03\x04")
    with open_archive(path) as archive:
        _check_label(archive)
        package = open_package(archive)
        start = _read_first_chapter(archive, package)
        return _metadata(path, archive, package, start)


def _check_label(archive: zipfile.ZipFile) -> None:
    """The member `mimetype` says what the archive is (EPUB 3.3, section 4.3.3); some old makers leave it out."""
    if "mimetype" in archive.namelist() and read_member(archive, "mimetype", 200).strip() != MEDIA_TYPE.encode():
        raise Problem("library.mislabelled", suffix=".epub")


def _read_first_chapter(archive: zipfile.ZipFile, package: Package) -> bytes:
    return read_member(archive, package.chapter_paths()[0], 64 << 20)


def _excerpt(language: str, start: bytes) -> str:
    """Some text of a book that does not say its language, without its marks."""
    return "" if language else to_line(_TAGS.sub(" ", start[:20_000].decode(errors="replace")), 4000)


def _metadata(path: Path, archive: zipfile.ZipFile, package: Package, start: bytes) -> Metadata:
    about = package.metadata
    links = [one for one in children(about, "link") if not attribute(one, "refines")]
    licences = [attribute(one, "href") for one in links if "license" in attribute(one, "rel").lower()]
    language = to_language(_first(about, "language"))
    return Metadata(
        kind="comic" if package.is_fixed else "book",
        media_type=MEDIA_TYPE,
        title=to_line(_first(about, "title")) or name_to_title(path),
        creators=to_lines([words(one) for one in children(about, "creator")]),
        language=language,
        rights=to_lines([*(words(one) for one in children(about, "rights")), *licences]),
        source=_source(about),
        summary=to_line(_TAGS.sub(" ", _first(about, "description")), 4000),
        subjects=to_lines([words(one) for one in children(about, "subject")]),
        cover=_read_cover(archive, package),
        excerpt=_excerpt(language, start),
    )


def read_about(root: Element) -> dict[str, object]:
    """What a package document alone says of a work (Calibre's `metadata.opf`), as the note it is."""
    about = next(children(root, "metadata"), root)
    note: dict[str, object] = {
        "title": _first(about, "title"),
        "creators": [words(one) for one in children(about, "creator")],
        "language": _first(about, "language"),
        "rights_note": " · ".join(words(one) for one in children(about, "rights")),
        "source": _source(about),
        "summary": _TAGS.sub(" ", _first(about, "description")),
        "subjects": [words(one) for one in children(about, "subject")],
    }
    if not note["title"]:
        raise Problem("library.broken")
    return {name: value for name, value in note.items() if value}


def _first(about: Element, name: str) -> str:
    return next((text for one in children(about, name) if (text := words(one))), "")


def _source(about: Element) -> str:
    """Where the work comes from: dc:source, else the address to credit, else its publisher and year."""
    metas = [one for one in children(about, "meta") if not attribute(one, "refines")]
    credit = next((words(one) for one in metas if attribute(one, "property") == "cc:attributionURL"), "")
    year = _first(about, "date")[:4]
    publisher = ", ".join(part for part in (_first(about, "publisher"), year if year.isdigit() else "") if part)
    return to_line(_first(about, "source") or credit or (publisher if _first(about, "publisher") else ""))


def _read_cover(archive: zipfile.ZipFile, package: Package) -> bytes | None:
    """The cover as the package names it, else the first picture of the first chapter; None when there is none."""
    part = _named_cover(package)
    try:
        found = part.path if part else _first_picture(archive, package)
        return read_member(archive, found, LARGEST_COVER) if found else None
    except Problem:
        return None  # a book without a cover is still a book


def _named_cover(package: Package) -> Part | None:
    for part in package.parts.values():
        if "cover-image" in part.properties and part.media_type in _PICTURES:
            return part
    named = [
        attribute(one, "content") for one in descendants(package.root, "meta") if attribute(one, "name") == "cover"
    ]
    guesses = [package.parts[name] for name in (*named, "cover", "cover-image", "cover-img") if name in package.parts]
    return next((part for part in guesses if part.media_type in _PICTURES), None)


def _first_picture(archive: zipfile.ZipFile, package: Package) -> str:
    pictures = {part.path for part in package.parts.values() if part.media_type in _PICTURES}
    base = package.chapter_paths()[0]
    root = parse_xml(read_member(archive, base, 4 << 20))
    for element in root.iter():
        found = resolve(base, attribute(element, "src") or attribute(element, "href"))
        if found in pictures:
            return found
    return ""
