"""From the TEI elements of a chapter to XHTML. What is not named here stops the script: nothing is dropped silently."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from xml.etree.ElementTree import Element

from novels.typography import CLOSINGS, OPENINGS, typeset

TEI = "{http://www.tei-c.org/ns/1.0}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
INLINE_TAGS = {"hi": "i", "emph": "em", "foreign": "i", "title": "cite"}
_MARK = re.compile("[\ue000-\uf8ff]")
_LOWER = re.compile(r"[^\W\d_A-ZÀ-ÖØ-ÞŒŸ]")
_LETTERS = re.compile(r"[^\W\d_]")


class UnknownElementError(Exception):
    """A TEI element, or a place for one, that this script has no rule for."""


@dataclass(frozen=True)
class Block:
    """A piece of a chapter; `is_verse` pieces that follow each other are set as one stanza."""

    html: str
    is_verse: bool = False


@dataclass
class Prose:
    """Writes the blocks of one chapter and collects its notes."""

    foreign_language: str = ""
    notes: list[str] = field(default_factory=list)

    def write(self, elements: Iterable[Element]) -> str:
        return "\n".join(_join(self.write_blocks(elements)))

    def write_blocks(self, elements: Iterable[Element]) -> list[Block]:
        return [block for element in elements for block in self._block(element)]

    def line(self, element: Element) -> str:
        """The typeset XHTML inside one paragraph, verse or heading."""
        return self._finish(_Line(self), element)

    def _finish(self, line: _Line, element: Element) -> str:
        return line.dress(typeset(line.flatten(element)))

    def _block(self, element: Element) -> list[Block]:
        name = tag(element)
        writers = {"p": self._paragraph, "l": self._verse, "lg": self._stanza, "quote": self._quote,
                   "div": self._letter, "milestone": self._pause, "gap": self._lacuna, "trailer": self._trailer,
                   "note": self._lone_note}  # fmt: skip
        if name not in writers:
            raise UnknownElementError(f"<{name}> between paragraphs")
        return writers[name](element)

    def _paragraph(self, element: Element) -> list[Block]:
        if is_empty(element):
            return []
        if _holds_only(element, "l"):
            return self.write_blocks(element)
        if len(element) > 1 and _holds_only(element, "emph"):
            return [Block(f"<p><em>{self.line(one)}</em></p>") for one in element]
        attribute = ' class="inscription"' if _is_in_capitals(element) else ""
        return [Block(f"<p{attribute}>{self.line(element)}</p>")]

    def _verse(self, element: Element) -> list[Block]:
        text = self.line(element)
        return [Block(f"<p>{f'<i>{text}</i>' if element.get('rend') == 'italic' else text}</p>", is_verse=True)]

    def _stanza(self, element: Element) -> list[Block]:
        return [Block(f'<div class="verse">{"".join(one.html for one in self.write_blocks(element))}</div>')]

    def _quote(self, element: Element) -> list[Block]:
        if not _holds_no_text(element):
            raise UnknownElementError("<quote> with text of its own between paragraphs")
        kind = element.get("type", "other")
        blocks = self.write_blocks(element)
        if kind == "song":
            blocks = [Block(one.html, is_verse=True) for one in blocks]
        return [_quotation(kind, blocks)]

    def _letter(self, element: Element) -> list[Block]:
        if element.get("type") != "letter":
            raise UnknownElementError(f'<div type="{element.get("type")}"> between paragraphs')
        return [_quotation("letter", self.write_blocks(element))]

    def _pause(self, _: Element) -> list[Block]:
        return [Block('<hr class="pause"/>')]

    def _lacuna(self, _: Element) -> list[Block]:
        return [Block('<p class="gap">[…]</p>')]

    def _trailer(self, element: Element) -> list[Block]:
        return [Block(f'<p class="trailer">{self.line(element)}</p>')]

    def _lone_note(self, element: Element) -> list[Block]:
        """A note that nothing calls, as at the back of a volume: an ordinary paragraph."""
        return self.write_blocks(element) if len(element) else [Block(f"<p>{self.line(element)}</p>")]

    def add_note(self, element: Element) -> int:
        """The number of a new endnote of this chapter."""
        self.notes.append("")
        number = len(self.notes)
        paragraphs = [one for one in element if tag(one) == "p"]
        self.notes[number - 1] = " ".join(self.line(one) for one in paragraphs) if paragraphs else self.line(element)
        return number


class _Line:
    """One line of text: inline elements become single marks while the typography is set, then tags again."""

    def __init__(self, prose: Prose) -> None:
        self._prose = prose
        self._tags: dict[str, str] = {}
        self._openings, self._closings = iter(OPENINGS), iter(CLOSINGS)

    def flatten(self, element: Element) -> str:
        pieces = [element.text or ""]
        for child in element:
            pieces += [self._inline(child), child.tail or ""]
        return "".join(pieces)

    def dress(self, text: str) -> str:
        return _MARK.sub(lambda found: self._tags[found[0]], escape(text, quote=False))

    def _inline(self, element: Element) -> str:
        name = tag(element)
        if name == "note":
            return self._closing(_note_call(self._prose.add_note(element)))
        if name == "lb":
            return self._closing("<br/>")
        if name == "gap":
            return "[…]"
        if name not in INLINE_TAGS:
            raise UnknownElementError(f"<{name}> inside a line")
        language = element.get(LANGUAGE, self._prose.foreign_language if name == "foreign" else "")
        attributes = f' lang="{language}" xml:lang="{language}"' if language else ""
        opening = chr(next(self._openings))
        self._tags[opening] = f"<{INLINE_TAGS[name]}{attributes}>"
        return opening + self.flatten(element) + self._closing(f"</{INLINE_TAGS[name]}>")

    def _closing(self, markup: str) -> str:
        mark = chr(next(self._closings))
        self._tags[mark] = markup
        return mark


def tag(element: Element) -> str:
    return element.tag.removeprefix(TEI)


def is_empty(element: Element) -> bool:
    """No text at all, and nothing that stands for text."""
    return not "".join(element.itertext()).strip() and not any(tag(one) == "gap" for one in element.iter())


def plain_text(element: Element) -> str:
    """The typeset words of an element without its notes, for a table of contents."""
    pieces = [element.text or ""]
    for child in element:
        pieces += ["" if tag(child) == "note" else plain_text(child), child.tail or ""]
    return typeset(" ".join("".join(pieces).split()))


def _join(blocks: list[Block]) -> list[str]:
    pieces: list[str] = []
    stanza: list[str] = []
    for block in [*blocks, Block("")]:
        if block.is_verse:
            stanza.append(block.html)
            continue
        if stanza:
            pieces.append(f'<div class="verse">{"".join(stanza)}</div>')
            stanza = []
        if block.html:
            pieces.append(block.html)
    return pieces


def _quotation(kind: str, blocks: list[Block]) -> Block:
    return Block(f'<blockquote class="{escape(kind)}">\n' + "\n".join(_join(blocks)) + "\n</blockquote>")


def _note_call(number: int) -> str:
    return (
        f'<sup><a epub:type="noteref" role="doc-noteref" id="appel-{number}" href="#note-{number}">{number}</a></sup>'
    )


def _holds_no_text(element: Element) -> bool:
    return not any((text or "").strip() for text in [element.text, *(one.tail for one in element)])


def _holds_only(element: Element, name: str) -> bool:
    return len(element) > 0 and all(tag(one) == name for one in element) and _holds_no_text(element)


def _is_in_capitals(element: Element) -> bool:
    """A short line all in capitals: an inscription, a sign, the name of who speaks in a play."""
    text = "".join(element.itertext())
    return len(_LETTERS.findall(text)) >= 4 and len(text.strip()) <= 60 and not _LOWER.search(text)
