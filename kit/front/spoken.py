"""What is read aloud of a page: the lines that somebody with eyes reads in its <main>, without what only leads on."""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "svg", "select", "textarea", "nav", "template", "audio", "video", "progress"})
_ENDS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "label", "legend", "div", "section", "br", "button", "tr", "dd",
                   "dt", "b", "small", "summary", "a"})  # fmt: skip
_VOID = frozenset({"br", "img", "input", "hr", "meta", "link", "use", "wbr", "source", "track", "circle", "path"})


class _Reader(HTMLParser):
    """Gathers what stands in <main>, and in which language its work is written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.language = ""
        self._open: list[tuple[str, bool]] = []  # each open tag, and whether it and all around it is read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _ENDS:
            self.pieces.append("\n")
        if given.get("id") in ("texte", "etape"):
            self.language = given.get("lang") or self.language
        if tag in _VOID:
            return
        is_read = tag == "main" or (bool(self._open) and self._open[-1][1])
        is_hidden = "hidden" in given or given.get("aria-hidden") == "true" or "no-print" in (given.get("class") or "")
        self._open.append((tag, is_read and tag not in _SILENT and not is_hidden))

    def handle_endtag(self, tag: str) -> None:
        if tag in _ENDS:
            self.pieces.append("\n")
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][1]:
            self.pieces.append(data)


def read_aloud(page: str) -> tuple[list[str], str]:
    """The lines of a page's <main> as they are spoken, and the language of the work shown there ("": the page's)."""
    reader = _Reader()
    reader.feed(page)
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).splitlines())
    return [line for line in lines if any(sign.isalnum() for sign in line)], reader.language


def to_speech(lines: list[str]) -> str:
    """Lines with a pause after each."""
    return "\n".join(line if line[-1] in ".!?:;,؟" else f"{line}." for line in lines)
