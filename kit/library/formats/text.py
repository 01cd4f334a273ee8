"""Plain text, Markdown and HTML pages: a title from the first heading."""

from __future__ import annotations

import re
import tomllib
from html import unescape
from pathlib import Path

from kit.errors import Problem
from kit.library.formats.markup import to_text
from kit.library.formats.metadata import Metadata, name_to_title, overrule, to_language, to_line, to_lines

_TYPES = {".txt": "text/plain", ".md": "text/markdown", ".html": "text/html", ".htm": "text/html"}
SUFFIXES = tuple(_TYPES)
LOOKED_AT = 200_000
_HEAD = re.compile(r"\ufeff?\+\+\+\r?\n(.{0,20000}?)\r?\n\+\+\+\r?\n", re.DOTALL)
_HEADING = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})</title>", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html[^>]{0,400}\blang=["']?([A-Za-z-]{2,12})""", re.IGNORECASE)
_META = re.compile(
    r"""<meta\s[^>]{0,200}name=["'](author|description|rights)["'][^>]{0,100}content=["']([^"']{1,800})""", re.I
)
_LICENCE = re.compile(r"""<(?:link|a)\s[^>]{0,300}rel=["']license["'][^>]{0,300}""", re.IGNORECASE)
_HREF = re.compile(r"""href=["']([^"']{1,400})""", re.IGNORECASE)


def read(path: Path) -> Metadata:
    """What a text says of itself. Raises Problem `library.mislabelled` when it is no text."""
    with path.open("rb") as source:
        raw = source.read(LOOKED_AT)
    if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Problem("library.mislabelled", suffix=path.suffix)
    return describe(path, raw)


def describe(path: Path, raw: bytes) -> Metadata:
    """What the beginning of a text says; `path` gives its sort, and its title when it has none."""
    text = to_text(raw)
    media_type = _TYPES[path.suffix.lower()]
    if media_type == "text/html":
        return _read_page(path, text)
    if media_type == "text/plain":
        return Metadata("document", media_type, title=name_to_title(path))
    note, body = split_head(text)
    heading = _HEADING.search(body)
    return overrule(
        Metadata("document", media_type, title=to_line(heading.group(1)) if heading else name_to_title(path)), note
    )


def split_head(text: str) -> tuple[dict[str, object], str]:
    """The note at the head of a Markdown text (TOML between lines of `+++`), and the text without it.

    Raises Problem `library.side_file` when the note is no TOML.
    """
    found = _HEAD.match(text)
    if not found:
        return {}, text
    try:
        return tomllib.loads(found.group(1)), text[found.end() :]
    except tomllib.TOMLDecodeError as refusal:
        raise Problem("library.side_file", name="+++") from refusal


def _read_page(path: Path, text: str) -> Metadata:
    title, language = _TITLE.search(text), _LANGUAGE.search(text)
    said = {found.group(1).lower(): unescape(found.group(2)) for found in _META.finditer(text)}
    links = [href.group(1) for found in _LICENCE.finditer(text) if (href := _HREF.search(found.group(0)))]
    return Metadata(
        kind="document",
        media_type="text/html",
        title=(to_line(unescape(title.group(1))) if title else "") or name_to_title(path),
        creators=to_lines([said.get("author", "")]),
        language=to_language(language.group(1)) if language else "",
        rights=to_lines([said.get("rights", ""), *links]),
        summary=to_line(said.get("description", ""), 4000),
    )
