"""PDF: its information dictionary. The cover is left to the phone's own reader."""

from __future__ import annotations

from pathlib import Path

from kit.errors import Problem
from kit.library.formats.metadata import Metadata, check_start, name_to_title, to_line, to_lines

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
    about = reader.metadata
    author, subject = (about.author, about.subject) if about else (None, None)
    keywords = to_line(about.get("/Keywords", "") if about else "")
    return Metadata(
        kind="document",
        media_type=MEDIA_TYPE,
        title=to_line(about.title if about else "") or name_to_title(path),
        creators=to_lines([part for part in (author or "").split(";")]),
        rights=to_lines([about.get("/Copyright", ""), about.get("/License", "")] if about else []),
        summary=to_line(subject, 4000),
        subjects=to_lines(keywords.replace(";", ",").split(",")),
    )
