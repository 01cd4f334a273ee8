"""What is said in a film or a sound, as a safe page: a text, or captions with the time of each part."""

from __future__ import annotations

import html
from pathlib import Path

from kit.errors import Problem
from kit.library.companions import LARGEST_CAPTIONS, VTT, read_cues
from kit.library.formats.markup import to_text
from kit.library.reading.text import read_text_page

SECONDS_A_PART = 45
LONGEST_PART = 900
MOST_PAGES = 20


def read_written(path: Path, media_type: str, url: str) -> str:
    """The whole text as harmless HTML; each part of captions begins with its time, a link to that place of `url`."""
    if media_type == VTT:
        with path.open("rb") as source:
            return _parts(read_cues(to_text(source.read(LARGEST_CAPTIONS))), url)
    pages = []
    for number in range(1, MOST_PAGES + 1):
        shown = read_text_page(path, media_type, number)
        pages.append(shown.html)
        if number >= shown.total:
            break
    return "".join(pages)


def _parts(cues: list[tuple[int, str]], url: str) -> str:
    """Cues gathered into parts that end with a sentence where they can."""
    if not cues:
        raise Problem("library.cannot_read")
    parts: list[tuple[int, str]] = []
    start, said = cues[0][0], ""
    for second, words in cues:
        is_late = second - start > SECONDS_A_PART or len(said) > LONGEST_PART
        if said and is_late and (said.endswith((".", "!", "?", "…")) or second - start > 2 * SECONDS_A_PART):
            parts.append((start, said))
            start, said = second, ""
        said = f"{said} {words}".strip()
    return "".join(_part(start, said, url) for start, said in [*parts, (start, said)])


def _part(start: int, said: str, url: str) -> str:
    shown = (
        f"{start // 3600}:{start // 60 % 60:02}:{start % 60:02}" if start >= 3600 else f"{start // 60}:{start % 60:02}"
    )
    return f'<p><a href="{html.escape(url)}?t={start}#ecouter" data-seek="{start}">{shown}</a> {html.escape(said)}</p>'
