"""Films: MP4 and WebM. Tags and length by mutagen where it knows the container."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kit.errors import Problem
from kit.library.formats.chapters import read_chapters
from kit.library.formats.metadata import Metadata, name_to_title, to_line, to_lines

_TYPES = {".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".ogv": "video/ogg"}
SUFFIXES = tuple(_TYPES)


def read(path: Path) -> Metadata:
    """What a film says of itself. Raises Problem `library.mislabelled`."""
    media_type = _TYPES[path.suffix.lower()]
    with path.open("rb") as source:
        head = source.read(12)
    starts = {
        "video/mp4": head[4:8] == b"ftyp",
        "video/webm": head[:4] == b"\x1aE\xdf\xa3",
        "video/ogg": head[:4] == b"OggS",
    }
    if not starts[media_type]:
        raise Problem("library.mislabelled", suffix=path.suffix)
    if media_type != "video/mp4":
        return Metadata(kind="video", media_type=media_type, title=name_to_title(path))
    return _read_mp4(path)


def _read_mp4(path: Path) -> Metadata:
    from mutagen.mp4 import MP4

    film: Any = MP4(path)  # type: ignore[no-untyped-call]
    tags: dict[str, Any] = dict(film.tags or {})

    def said(name: str) -> list[str]:
        return [str(one) for one in tags.get(name, [])]

    covers = tags.get("covr", [])
    return Metadata(
        kind="video",
        media_type="video/mp4",
        title=to_line(next(iter(said("\xa9nam")), "")) or name_to_title(path),
        creators=to_lines(said("\xa9ART")),
        rights=to_lines(said("cprt")),
        summary=to_line(next(iter(said("desc")), ""), 4000),
        duration_minutes=max(1, round(film.info.length / 60)) if film.info.length else 0,
        cover=bytes(covers[0]) if covers else None,
        chapters=read_chapters(film),
    )
