"""Reads a TEI file of ELTeC: its header, and its text cut into the sections of a book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from novels.catalogue import Entry
from novels.prose import TEI, UnknownElementError, is_empty, plain_text, tag
from novels.typography import typeset

IDENTIFIER = "{http://www.w3.org/XML/1998/namespace}id"
_NUMERAL = re.compile(r"[IVXLC]+")
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class CatalogueMismatchError(Exception):
    """The file holds something else than what `novels.toml` says of it."""


@dataclass(frozen=True)
class Header:
    """`print_source` and `digital_source`: one line each, "" when the header names none."""

    tei_id: str
    print_source: str
    digital_source: str
    digital_url: str


@dataclass
class Section:
    """One file of the book. `kind`: front, part, chapter or back; `heading`: shown, None when the text has none."""

    kind: str
    label: str
    heading: str | None = None
    heading_element: Element | None = None
    is_in_part: bool = False
    elements: list[Element] = field(default_factory=list)


def read_tei(path: Path) -> Element:
    return ElementTree.parse(path).getroot()  # noqa: S314 - files of ours, handed over by who runs the script


def tei_id(root: Element) -> str:
    return root.get(IDENTIFIER, "")


def read_header(root: Element) -> Header:
    sources = {one.get("type", ""): one for one in root.iterfind(f".//{TEI}sourceDesc/{TEI}bibl")}
    digital = sources.get("digitalSource")
    url = digital.find(f"{TEI}ref") if digital is not None else None
    return Header(
        tei_id=tei_id(root),
        print_source=_describe(sources.get("printSource")),
        digital_source=_describe(digital),
        digital_url=re.sub(r"\s", "", url.get("target", "")) if url is not None else "",
    )


def _describe(source: Element | None) -> str:
    if source is None:
        return ""
    found = [source.findtext(f"{TEI}{name}", "") for name in ("publisher", "pubPlace", "date")]
    return typeset(", ".join(" ".join(one.split()) for one in found if one.strip()))


def correct(root: Element, corrections: tuple[tuple[str, str], ...]) -> int:
    """Puts the slips of the scan right, in place; how many there were. Raises CatalogueMismatchError for none."""
    total = 0
    for wrong, right in corrections:
        count = 0
        for element in root.iter():
            for part in ("text", "tail"):
                text = getattr(element, part) or ""
                count += text.count(wrong)
                setattr(element, part, text.replace(wrong, right))
        if not count:
            raise CatalogueMismatchError(f"{tei_id(root)}: no {wrong!r} to correct")
        total += count
    return total


def cut(root: Element, entry: Entry) -> list[Section]:
    """The sections of the book in reading order."""
    text = root.find(f"{TEI}text")
    if text is None:
        raise CatalogueMismatchError(f"{entry.tei_id}: no <text>")
    cutter = _Cutter(entry)
    for part in text:
        if tag(part) not in ("front", "body", "back"):
            raise UnknownElementError(f"<{tag(part)}> in <text>")
        for division in part:
            cutter.take(division, tag(part))
    return cutter.sections


class _Cutter:
    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._names = iter(entry.sections)
        self._is_in_part = False
        self.sections: list[Section] = []

    def take(self, division: Element, place: str) -> None:
        """A title page is passed over, since ours says the same; so is a division without a word."""
        kind = division.get("type", "")
        if tag(division) != "div":
            raise UnknownElementError(f"<{tag(division)}> in <{place}>")
        if kind == "titlepage" or is_empty(division):
            return
        takers = {"group": self._take_group, "chapter": self._take_chapter, "letter": self._take_letter}
        if kind in takers and place == "body":
            takers[kind](division)
        elif kind in ("liminal", "notes") and place != "body":
            self._take_liminal(division, place)
        else:
            raise UnknownElementError(f'<div type="{kind}"> in <{place}>')

    def _take_group(self, division: Element) -> None:
        section = self._begin("part", division.find(f"{TEI}head"))
        self._is_in_part = True
        for child in division:
            if tag(child) == "div":
                self.take(child, "body")
            elif tag(child) != "head":
                section.elements.append(child)
        self._is_in_part = False

    def _take_chapter(self, division: Element) -> None:
        head = division.find(f"{TEI}head")
        if head is not None:
            self._begin("chapter", head)
        elif not self.sections or self.sections[-1].kind != "chapter":
            self._begin_named(next(self._names, self._entry.title))
        for element in division:
            if element is not head:
                self._add(element)

    def _take_letter(self, division: Element) -> None:
        """A letter between two divisions belongs to the chapter it interrupts."""
        text = " ".join("".join(division.itertext()).split())
        if any(text.startswith(start) for start in self._entry.narrated):
            self.sections[-1].elements.extend(division)
        else:
            self.sections[-1].elements.append(division)

    def _take_liminal(self, division: Element, place: str) -> None:
        head = division.find(f"{TEI}head")
        section = self._begin(place, head)
        if head is None:
            section.label = "Dédicace" if place == "front" else "Note"
        section.elements = [one for one in division if one is not head]

    def _begin(self, kind: str, head: Element | None) -> Section:
        section = Section(kind, "", is_in_part=self._is_in_part, heading_element=head)
        if head is not None:
            wanted = self._entry.headings.get(" ".join("".join(head.itertext()).split()))
            section.heading = typeset(wanted) if wanted else plain_text(head)
            section.heading_element = None if wanted else head
            section.label = _label(section.heading)
        self.sections.append(section)
        return section

    def _begin_named(self, name: str) -> None:
        self.sections.append(Section("chapter", typeset(name), is_in_part=self._is_in_part))

    def _add(self, element: Element) -> None:
        """A paragraph that is the next chapter's numeral begins that chapter; so does a milestone between sections."""
        current = self.sections[-1]
        text = "".join(element.itertext()).strip()
        if tag(element) == "p" and current.heading and text == _next_numeral(current.heading):
            self._begin("chapter", element)
            return
        if tag(element) == "milestone" and current.heading is None and (name := next(self._names, "")):
            self._begin_named(name)
            return
        current.elements.append(element)


def _label(heading: str) -> str:
    return f"Chapitre {heading}" if _NUMERAL.fullmatch(heading) else heading


def _next_numeral(heading: str) -> str:
    """The Roman numeral after this one; "" when the heading is none."""
    numerals = list(_numerals())
    return numerals[numerals.index(heading) + 1] if heading in numerals[:-1] else ""


def _numerals() -> Iterator[str]:
    for number in range(1, 200):
        numeral, rest = "", number
        for value, letters in _ROMAN:
            numeral += letters * (rest // value)
            rest %= value
        yield numeral
