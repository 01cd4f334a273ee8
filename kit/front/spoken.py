"""What is read aloud of a page: the lines that somebody with eyes reads in its <main>, without what only leads on.

Each line is of one language, the one its page says of it: a title of the team's is not read by another one's voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import groupby
from typing import NamedTuple

_SILENT = frozenset({"script", "style", "svg", "select", "textarea", "nav", "template", "audio", "video", "progress"})
_ENDS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "label", "legend", "div", "section", "br", "button", "tr", "dd",
                   "dt", "b", "small", "summary", "a"})  # fmt: skip
_VOID = frozenset({"br", "img", "input", "hr", "meta", "link", "use", "wbr", "source", "track", "circle", "path"})


class Line(NamedTuple):
    """What is said in one go, and its language, where the page says that it is another than its own."""

    text: str
    language: str = ""


class _Open(NamedTuple):
    """A tag that is open: whether it and all around it is read, and the language inside it."""

    tag: str
    is_read: bool
    language: str


class _Reader(HTMLParser):
    """Gathers what stands in <main>, and in which language its work is written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Line] = []
        self.language = ""
        self._of_page = ""
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _ENDS:
            self._end_line()
        if given.get("id") in ("texte", "etape"):
            self.language = given.get("lang") or self.language
        if tag in _VOID:
            return
        around = self._open[-1] if self._open else _Open("", False, "")
        is_read = tag == "main" or around.is_read
        is_hidden = "hidden" in given or given.get("aria-hidden") == "true" or "no-print" in (given.get("class") or "")
        self._of_page = given.get("lang") or "" if tag == "html" else self._of_page
        language = given.get("lang") or around.language
        self._open.append(_Open(tag, is_read and tag not in _SILENT and not is_hidden, language))

    def handle_endtag(self, tag: str) -> None:
        if tag in _ENDS:
            self._end_line()
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].is_read:
            language = self._open[-1].language
            self._add(data, "" if language == self._of_page else language)

    def _end_line(self) -> None:
        self._add("\n", "")

    def _add(self, text: str, language: str) -> None:
        """Space is of the language before it."""
        is_space = self.pieces and not text.strip()
        self.pieces.append(Line(text, self.pieces[-1].language if is_space else language))


def read_aloud(page: str) -> tuple[list[Line], str]:
    """The lines of a page's <main> as they are spoken, and the language of the work shown there ("": the page's)."""
    reader = _Reader()
    reader.feed(page)
    lines = [
        Line(" ".join(text.split()), language)
        for language, pieces in groupby(reader.pieces, lambda piece: piece.language)
        for text in "".join(piece.text for piece in pieces).splitlines()
    ]
    return [line for line in lines if any(sign.isalnum() for sign in line.text)], reader.language


def to_speech(lines: Sequence[Line]) -> list[Line]:
    """What is said in turn, in one language each: its lines with a pause after each."""
    return [
        Line("\n".join(text if text[-1] in ".!?:;,؟" else f"{text}." for text, _ in same), language)
        for language, same in groupby(lines, lambda line: line.language)
    ]
