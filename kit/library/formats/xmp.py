"""XMP packets, as PDF files and pictures carry them: title, authors, rights, licence. Source: ISO 16684-1."""

from __future__ import annotations

from kit.errors import Problem
from kit.library.formats.markup import Element, attribute, descendants, parse_xml, words
from kit.library.formats.metadata import Metadata, to_language, to_line, to_lines

LARGEST_PACKET = 1 << 20


def read_xmp(raw: bytes) -> Metadata:
    """What a packet says; nothing when there is none, or when it is broken: the file around it still speaks."""
    nothing = Metadata(kind="", media_type="")
    start, end = raw.find(b"<"), raw.rfind(b">") + 1
    if start < 0 or len(raw) > LARGEST_PACKET:
        return nothing
    try:
        root = parse_xml(raw[start:end], LARGEST_PACKET)
    except Problem:
        return nothing
    return Metadata(
        kind="",
        media_type="",
        title=to_line(next(iter(_values(root, "title")), "")),
        creators=to_lines(_values(root, "creator")),
        language=to_language(next(iter(_values(root, "language")), "")),
        rights=to_lines([*_values(root, "rights"), *_values(root, "license"), *_values(root, "webstatement")]),
        source=to_line(next(iter(_values(root, "source")), "")),
    )


def _values(root: Element, name: str) -> list[str]:
    """The texts of a property, however it is written: list items, plain text, rdf:resource, or an attribute."""
    found: list[str] = []
    for one in descendants(root, name):
        lines = [words(line) for line in descendants(one, "li")]
        found += lines or [attribute(one, "resource") or words(one)]
    for one in descendants(root, "description"):
        found.append(attribute(one, name))
    return [text for text in found if text]
