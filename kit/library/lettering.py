"""A cover set in type, as SVG, for a work that has none: reading apps show a picture for every work."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from textwrap import wrap

from kit.library.queries import ItemView
from kit.web.pages import with_syllables

WIDTH, HEIGHT = 160, 240
MOST_LINES, LINE_SIGNS = 7, 13
_COLOURS = {"audio": "#174f87", "video": "#96194a", "image": "#84360f", "comic": "#84360f", "sheet": "#6a4a06",
            "site": "#3d4760"}  # fmt: skip


def draw(item: ItemView) -> bytes:
    """The picture: the title on the colour of its kind, as the shelves of this box show it."""
    lines = wrap(_cut_words(item.title), LINE_SIGNS, break_long_words=True) or ["?"]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1][: LINE_SIGNS - 1] + "…"]
    top = HEIGHT // 2 - 11 * (len(lines) - 1)
    rows = "".join(
        f'<text x="{WIDTH // 2}" y="{top + 22 * number}">{escape("".join(filter(str.isprintable, line)))}</text>'
        for number, line in enumerate(lines)
    )
    colour = _COLOURS.get(item.kind, "#1c5b41")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colour}"/>'
        f'<g fill="#fff" font-family="sans-serif" font-size="18" font-weight="bold" text-anchor="middle">{rows}</g>'
        "</svg>"
    ).encode()


def _cut_words(title: str) -> str:
    """A title whose words that no line holds are cut between syllables: « anticonstitu- tionnellement »."""
    return " ".join(_cut(word) if len(word) > LINE_SIGNS else word for word in title.split())


def _cut(word: str) -> str:
    pieces = [""]
    for syllable in with_syllables(word).split("\u00ad"):
        if len(pieces[-1]) + len(syllable) >= LINE_SIGNS:
            pieces.append("")
        pieces[-1] += syllable
    return "- ".join(piece for piece in pieces if piece)


def as_address(item: ItemView) -> str:
    """The same inside an address of its own (RFC 2397), for a catalogue that travels."""
    return f"data:image/svg+xml;base64,{b64encode(draw(item)).decode()}"
