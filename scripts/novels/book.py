"""Assembles a book: sections to pages, pages to an archive that is the same at every making."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from novels.catalogue import Entry
from novels.package import identifier, package
from novels.pages import Page, about_page, cover_page, nav_page, ncx, section_page, title_page
from novels.tei import Section, correct, cut, read_header

STYLE = Path(__file__).with_name("style.css")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">\n<rootfiles>\n'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>\n</rootfiles>\n</container>\n'
)


def make_book(root: Element, entry: Entry) -> bytes:
    """The EPUB of one TEI file. Raises UnknownElementError for markup without a rule, CatalogueMismatchError."""
    corrected = correct(root, entry.corrections)
    header = read_header(root)
    pages = make_pages(cut(root, entry), entry)
    pages.append(about_page(entry, header, corrected))
    pages.insert(2, nav_page(entry, pages))
    members = {
        "META-INF/container.xml": CONTAINER.encode(),
        "EPUB/package.opf": package(entry, header, pages).encode(),
        "EPUB/toc.ncx": ncx(entry, identifier(entry), pages).encode(),
        "EPUB/style.css": STYLE.read_bytes(),
        "EPUB/cover.png": entry.cover_path.read_bytes(),
        **{f"EPUB/{one.name}.xhtml": one.xhtml.encode() for one in pages},
    }
    return pack(members)


def make_pages(sections: list[Section], entry: Entry) -> list[Page]:
    """Cover, title page and the sections; the first that belongs to the body is marked so."""
    pages = [cover_page(entry), title_page(entry)]
    is_marked = False
    for number, section in enumerate(sections, 1):
        page = section_page(section, number, entry)
        if section.kind in ("part", "chapter") and not is_marked:
            page, is_marked = replace(page, landmark="bodymatter"), True
        pages.append(page)
    return pages


def pack(members: dict[str, bytes]) -> bytes:
    """A zip with the label first and stored (EPUB OCF 3.3, section 4.3.3), all dates alike."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        _add(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        for name, content in members.items():
            _add(archive, name, content, zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, method: int) -> None:
    member = zipfile.ZipInfo(name, LONG_AGO)
    member.compress_type, member.create_system, member.external_attr = method, 3, 0o644 << 16
    archive.writestr(member, content, compresslevel=9)
