"""Plain text, Markdown and HTML files as safe pages."""

from __future__ import annotations

import html
import re
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.library.formats.markup import to_text
from kit.library.formats.metadata import to_line
from kit.library.reading.clean import clean_html, no_link, prepare_loose

LARGEST_TEXT = 4 << 20
SIGNS_A_PAGE = 30_000


class TextPage(msgspec.Struct, frozen=True):
    """One page of a text, safe to show, and how many there are."""

    html: str
    total: int


def read_text_page(path: Path, media_type: str, number: int, title: str = "") -> TextPage:
    """A page, counted from 1; a first heading that only repeats `title` is left out.

    Raises Problem `library.not_found` past the end.
    """
    with path.open("rb") as source:
        text = to_text(source.read(LARGEST_TEXT))
    if media_type == "text/markdown":
        pages = [markdown_to_html(text, title)]
    else:
        pages = [prepare_loose(text)] if media_type == "text/html" else _plain_pages(text)
    if not 1 <= number <= len(pages):
        raise Problem("library.not_found")
    return TextPage(clean_html(pages[number - 1], link=no_link, picture=no_link), len(pages))


def markdown_to_html(text: str, title: str) -> str:
    """Markdown as HTML that is not sanitised yet; a first heading that only repeats `title` is left out."""
    import mistune

    from kit.library.formats.text import split_head

    _, text = split_head(text)
    first = re.match(r"\s*#[ \t]+(.+?)[ \t#]*\n", text)
    if first and to_line(first.group(1)) == title:
        text = text[first.end() :]
    return prepare_loose(str(mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])(text)))


def _plain_pages(text: str) -> list[str]:
    """Paragraphs in pages of about `SIGNS_A_PAGE` signs."""
    pages: list[list[str]] = [[]]
    size = 0
    for block in text.replace("\r\n", "\n").split("\n\n"):
        for start in range(0, max(1, len(block)), SIGNS_A_PAGE):
            piece = block[start : start + SIGNS_A_PAGE]
            if size + len(piece) > SIGNS_A_PAGE and pages[-1]:
                pages.append([])
                size = 0
            pages[-1].append(f"<p>{html.escape(piece.strip()).replace(chr(10), '<br>')}</p>" if piece.strip() else "")
            size += len(piece)
    return ["".join(page) for page in pages]
