"""Any other file: kept and given as it is."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from kit.library.formats.metadata import Metadata, name_to_title

SUFFIXES = ("",)  # what no other reader takes


def read(path: Path) -> Metadata:
    """Only its name is known."""
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Metadata(kind="file", media_type=media_type, title=name_to_title(path))
