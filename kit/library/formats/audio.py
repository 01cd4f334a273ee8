"""Sound: tags, length and the picture inside, by mutagen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kit.errors import Problem
from kit.library.formats.chapters import read_chapters
from kit.library.formats.metadata import (
    Metadata,
    check_start,
    name_to_title,
    to_language,
    to_line,
    to_lines,
    to_place,
)

_TYPES = {
    ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".m4a": "audio/mp4",
    ".m4b": "audio/mp4", ".flac": "audio/flac", ".wav": "audio/x-wav",
}  # fmt: skip
_STARTS = {
    "audio/mpeg": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
    "audio/ogg": (b"OggS",),
    "audio/flac": (b"fLaC", b"ID3"),
    "audio/x-wav": (b"RIFF",),
}
SUFFIXES = tuple(_TYPES)
LARGEST_COVER = 24 << 20
_NAMES = {
    "title": ("TIT2", "title", "\xa9nam"),
    "artist": ("TPE1", "artist", "\xa9ART"),
    "album": ("TALB", "album", "\xa9alb"),
    "language": ("TLAN", "language"),
    "rights": ("TCOP", "WCOP", "copyright", "license", "cprt"),
    "genre": ("TCON", "genre", "\xa9gen"),
    "track": ("TRCK", "tracknumber", "trkn"),
    "disc": ("TPOS", "discnumber", "disk"),
    "comment": ("COMM", "description", "comment", "desc", "\xa9cmt"),
    "source": ("WOAF", "WOAS", "website", "contact"),
}


def read(path: Path) -> Metadata:
    """What a sound file says of itself. Raises Problem `library.mislabelled` or `library.broken`."""
    media_type = _TYPES[path.suffix.lower()]
    if media_type in _STARTS:
        check_start(path, *_STARTS[media_type])
    import mutagen

    sound = mutagen.File(path)
    if sound is None:
        raise Problem("library.mislabelled", suffix=path.suffix)
    tags = sound.tags
    return Metadata(
        kind="audio",
        media_type=media_type,
        title=_first(tags, "title") or name_to_title(path),
        creators=to_lines(_values(tags, "artist")),
        language=to_language(_first(tags, "language")),
        rights=to_lines(_values(tags, "rights")),
        source=_first(tags, "source"),
        summary=to_line(next(iter(_values(tags, "comment")), ""), 4000),
        subjects=to_lines(_values(tags, "genre")),
        duration_minutes=_minutes(sound),
        cover=_picture(sound),
        series=_first(tags, "album"),
        series_place=_place(tags),
        chapters=read_chapters(sound),
    )


def _place(tags: Any) -> int:
    """The place of a track in its album: that on the disc, a thousand further for each disc before."""
    track, disc = to_place(_number(tags, "track")), to_place(_number(tags, "disc"))
    return track + 1000 * max(0, disc - 1) if track else 0


def _number(tags: Any, what: str) -> object:
    found = _values(tags, what)
    return found[0].strip("()").partition(",")[0] if found else ""


def _values(tags: Any, what: str) -> list[str]:
    found: list[str] = []
    for name in _NAMES[what] if tags is not None else ():
        frames = tags.getall(name) if hasattr(tags, "getall") else [_get(tags, name)]
        for frame in frames:
            texts = getattr(frame, "text", None) or getattr(frame, "url", None) or frame
            found += [str(one) for one in (texts if isinstance(texts, list) else [texts]) if one]
    return found


def _get(tags: Any, name: str) -> Any:
    try:
        return tags.get(name)
    except (KeyError, ValueError):
        return None  # a kind of tag that does not know such a name


def _first(tags: Any, what: str) -> str:
    return to_line(next(iter(_values(tags, what)), ""))


def _minutes(sound: Any) -> int:
    seconds = float(getattr(sound.info, "length", 0) or 0)
    return min(100_000, max(1, round(seconds / 60))) if seconds > 0 else 0


def _picture(sound: Any) -> bytes | None:
    tags = sound.tags
    frames = list(tags.getall("APIC")) if hasattr(tags, "getall") else list(getattr(sound, "pictures", []))
    covers = _get(tags, "covr") if tags is not None else None
    raw = frames[0].data if frames else bytes(covers[0]) if covers else None
    return raw if raw and len(raw) <= LARGEST_COVER else None
