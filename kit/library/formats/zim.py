"""ZIM: a whole site in one file, for instance an encyclopedia. What it says of itself, by libzim."""

from __future__ import annotations

from pathlib import Path

from kit.errors import Problem
from kit.library.formats.metadata import Metadata, check_start, name_to_title, to_language, to_line, to_lines

SUFFIXES = (".zim",)
MEDIA_TYPE = "application/x-zim"


def read(path: Path) -> Metadata:
    """What a site says of itself. Raises Problem `library.mislabelled`, or `library.broken` when it is cut short."""
    check_start(path, b"ZIM\x04")
    from libzim.reader import Archive

    try:
        site = Archive(path)
    except (RuntimeError, OSError) as refusal:
        raise Problem("library.broken") from refusal

    def said(name: str) -> str:
        try:
            return str(site.get_metadata(name).decode("utf-8", "replace"))
        except (KeyError, RuntimeError):
            return ""

    return Metadata(
        kind="site",
        media_type=MEDIA_TYPE,
        title=to_line(said("Title")) or name_to_title(path),
        creators=to_lines([said("Creator")]),
        language=to_language(said("Language").split(",")[0]),
        rights=to_lines([said("License")]),
        source=to_line(said("Source") or said("Publisher")),
        summary=to_line(said("Description"), 4000),
    )
