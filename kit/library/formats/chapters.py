"""Chapters of a sound or a film: ID3 CHAP frames, the chapter list of MP4, CHAPTER001 of Vorbis comments, by mutagen.

Sources: ID3v2 Chapter Frame Addendum 1.0; the Nero `chpl` box; wiki.xiph.org/Chapter_Extension.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kit.library.formats.metadata import to_line

MOST_CHAPTERS = 500
LONGEST_TITLE = 150
LAST_SECOND = 100 * 3600
_STAMP = re.compile(r"^(\d{1,3}):(\d{2}):(\d{2})(?:\.\d+)?$")


def read_chapters(sound: Any) -> tuple[tuple[int, str], ...]:
    """(seconds from the start, title) of each chapter, in order; () when there are none or only one.

    A chapter without a title is called by its number.
    """
    found = sorted(set(_all(sound)))[:MOST_CHAPTERS]
    named = [(start, to_line(title, LONGEST_TITLE) or f"Chapitre {n}") for n, (start, title) in enumerate(found, 1)]
    return tuple(named) if len(named) > 1 else ()


def _all(sound: Any) -> Iterator[tuple[int, str]]:
    for start, title in (*_of_id3(sound.tags), *_of_mp4(sound), *_of_vorbis(sound.tags)):
        if 0 <= start < LAST_SECOND:
            yield int(start), title


def _of_id3(tags: Any) -> Iterator[tuple[float, str]]:
    for frame in tags.getall("CHAP") if hasattr(tags, "getall") else ():
        titles = frame.sub_frames.getall("TIT2")
        yield frame.start_time / 1000, str(titles[0]) if titles else ""


def _of_mp4(sound: Any) -> Iterator[tuple[float, str]]:
    for chapter in getattr(sound, "chapters", None) or ():
        yield chapter.start, chapter.title


def _of_vorbis(tags: Any) -> Iterator[tuple[float, str]]:
    if not hasattr(tags, "as_dict"):
        return
    said = {str(name).upper(): values[0] for name, values in tags.as_dict().items() if values}
    for name, stamp in said.items():
        read = _STAMP.match(str(stamp)) if re.fullmatch(r"CHAPTER\d{3}", name) else None
        if read:
            hours, minutes, seconds = map(int, read.groups())
            yield hours * 3600 + minutes * 60 + seconds, str(said.get(f"{name}NAME", ""))
