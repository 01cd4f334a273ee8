"""What the simple display and a shared device change on a page that is already written: read only by who asked.

Simple: one idea a line (Information for all, European standards for easy-to-read texts, 2009: "always start a new
sentence on a new line"). Shared: nothing stays behind, neither in the browser's cache nor in what it would propose to
the next person.
"""

from __future__ import annotations

import re

from flask import Response

_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
# What is not ours to cut: works, what people are typing, code.
_APART = re.compile(r"(<(article|pre|code|textarea|select|svg|script)\b.*?</\2>)", re.DOTALL)
_PARAGRAPH = re.compile(r"<(p|dd|li|summary)\b[^>]*>.*?</\1>", re.DOTALL)
_TAG = re.compile(r"(<[^>]*>)")
# The end of a sentence, before one that begins: with a capital letter, a letter of Arabic, a digit or a quotation.
_END = re.compile(r"([.!?؟…](?:\s?[»”\"])?)[ \n]+(?=[«“A-ZÀ-ÖØ-ÞŒ\u0621-\u064a])")
_FORM = re.compile(r"<form\b(?![^>]*\sautocomplete=)")
_TO_KEEP = re.compile(r"<a\b[^>]*\sdownload[\s>=].*?</a>", re.DOTALL)
_LEFT_EMPTY = re.compile(r"<p[^>]*>[\s·.,]+</p>")
_PROPOSED = re.compile(r'\sautocomplete="[^"]*"')


def adapt(response: Response, *, simple: bool, shared: bool) -> None:
    """Change an answer that is a page; one that is kept as a file goes as it is."""
    if response.is_streamed or "Content-Disposition" in response.headers:
        return
    page = response.get_data(as_text=True)
    if simple:
        page = one_idea_a_line(page)
    if shared:
        page = propose_nothing(page)
        response.headers["Cache-Control"] = "no-store"
    response.set_data(page)


def one_idea_a_line(page: str) -> str:
    """Every sentence of our paragraphs on a line of its own; works (in an `article`) stay as they are."""
    return _MAIN.sub(lambda found: "".join(map(_cut_outside, enumerate(_parts(found.group())))), page)


def _parts(main: str) -> list[str]:
    """What may be cut and what not, in turn."""
    pieces, begin = list[str](), 0
    for found in _APART.finditer(main):
        pieces += [main[begin : found.start()], found.group()]
        begin = found.end()
    return [*pieces, main[begin:]]


def _cut_outside(numbered: tuple[int, str]) -> str:
    number, piece = numbered
    return piece if number % 2 else _PARAGRAPH.sub(lambda found: _cut(found.group()), piece)


def _cut(paragraph: str) -> str:
    return "".join(part if part.startswith("<") else _END.sub(r"\1<br>", part) for part in _TAG.split(paragraph))


def propose_nothing(page: str) -> str:
    """Forms whose fields the browser neither keeps nor fills in, and no file that would stay on the device."""
    page = _LEFT_EMPTY.sub("", _TO_KEEP.sub("", page))
    return _FORM.sub('<form autocomplete="off"', _PROPOSED.sub(' autocomplete="off"', page))
