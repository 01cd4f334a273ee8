"""PDF: its information dictionary and its XMP packet. The cover is left to the phone's own reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kit.errors import Problem
from kit.library.formats.metadata import Metadata, check_start, name_to_title, to_line, to_lines
from kit.library.formats.xmp import read_xmp

SUFFIXES = (".pdf",)
MEDIA_TYPE = "application/pdf"


def read(path: Path) -> Metadata:
    """What a PDF says of itself. Raises Problem `library.mislabelled`, `library.encrypted` or `library.broken`."""
    check_start(path, b"%PDF-")
    from pypdf import PdfReader

    reader = PdfReader(path, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Problem("library.encrypted")
    if not reader.pages:
        raise Problem("library.broken")
    about, xmp = reader.metadata, _xmp(reader)
    author, subject = (about.author, about.subject) if about else (None, None)
    keywords = to_line(about.get("/Keywords", "") if about else "")
    return Metadata(
        kind="document",
        media_type=MEDIA_TYPE,
        title=to_line(about.title if about else "") or xmp.title or name_to_title(path),
        creators=to_lines([part for part in (author or "").split(";")]) or xmp.creators,
        language=xmp.language,
        rights=to_lines([*([about.get("/Copyright", ""), about.get("/License", "")] if about else []), *xmp.rights]),
        source=xmp.source,
        summary=to_line(subject, 4000),
        subjects=to_lines(keywords.replace(";", ",").split(",")),
        excerpt="" if xmp.language else _excerpt(reader),
    )


def _xmp(reader: Any) -> Metadata:
    """What the XMP packet says (ISO 16684-1): dc:title, dc:creator, dc:rights, xmpRights:WebStatement, cc:license."""
    try:
        raw = reader.root_object["/Metadata"].get_object().get_data()
    except Exception:  # no packet, or one that cannot be unpacked: the rest of the file still speaks
        return Metadata(kind="document", media_type=MEDIA_TYPE)
    return read_xmp(raw)


def _excerpt(reader: Any) -> str:
    try:
        return to_line(reader.pages[0].extract_text(), 4000)
    except (Exception, RecursionError):  # a page that cannot be read says no language
        return ""
