"""Which language a screen reader takes each text of a page for: that of the nearest element which says one."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)  # fmt: skip
_APART = frozenset(("script", "style", "title"))  # not read, or (RGAA 8.7) cannot say a language for a part


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, str, bool]] = []  # each open tag, the language inside it, whether it is read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            _, around, is_read = self._open[-1] if self._open else ("", "", True)
            given = dict(attrs)
            is_read = is_read and tag not in _APART and given.get("aria-hidden") != "true"
            self._open.append((tag, given.get("lang") or around, is_read))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<path .../>` opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1][2]:
            self.found.append((" ".join(data.split()), self._open[-1][1]))


def texts(page: str) -> Iterator[tuple[str, str]]:
    """Each text of a page and its language, in order; without titles, scripts and attributes."""
    reader = _Texts()
    reader.feed(page)
    yield from reader.found
