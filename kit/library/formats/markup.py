"""XML made by strangers, read without any of its traps: no entity is ever declared, fetched or expanded."""

from __future__ import annotations

import codecs
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5

from kit.errors import Problem

DEEPEST = 200
MOST_ELEMENTS = 200_000
FEW_MARKS = 5_000
LARGEST_XML = 8 << 20
Element = ET.Element
_DECLARED = re.compile(r"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]{0,200}?\?>""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}?\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^\[>]{0,2000}(\[[^\]]{0,20000}\]\s*)?>", re.IGNORECASE)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def to_text(raw: bytes) -> str:
    """The text of an XML or HTML file: by its mark, by what it declares, else as UTF-8 with bad signs replaced."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    declared = _DECLARED.match(raw[:500].decode("latin-1"))
    try:
        return raw.decode(declared.group(1) if declared else "utf-8")
    except (LookupError, UnicodeDecodeError):
        return raw.decode("utf-8", "replace")


def without_doctype(text: str) -> str:
    """The text without its DOCTYPE. Raises Problem `library.hostile` when that declares entities."""
    if "<!" not in text:
        return text
    found = _DOCTYPE.search(text)
    if found and found.group(1) and "<!ENTITY" in found.group(1).upper():
        raise Problem("library.hostile", reason="des entités XML")
    plain = _DOCTYPE.sub("", text)
    if re.search(r"<!(ENTITY|DOCTYPE)", plain, re.IGNORECASE):
        raise Problem("library.hostile", reason="des entités XML")
    return plain


class _Tree(ET.TreeBuilder):
    """Builds a tree within limits."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise Problem("library.too_large")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


def parse_xml(raw: bytes | str, limit: int = LARGEST_XML) -> Element:
    """The root of an XML file. Raises Problem `library.hostile`, `library.too_large` or `library.broken`."""
    if len(raw) > limit:
        raise Problem("library.too_large")
    text = without_doctype(to_text(raw) if isinstance(raw, bytes) else raw)
    text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    if "&" in text:
        text = _NAMED.sub(_named_sign, text)
    # Safe: DOCTYPE and entities are gone, depth and count are limited.
    parser = ET.XMLParser(target=None if _is_flat(text) else _Tree())  # noqa: S314
    try:
        parser.feed(text)
        root: Element = parser.close()
    except (ET.ParseError, ValueError, UnicodeError) as refusal:
        raise Problem("library.broken") from refusal
    return root


def _is_flat(text: str) -> bool:
    """True when a text is too short of marks to exceed a limit (each level ends by `</`): no need to count along."""
    return text.count("</") < DEEPEST and text.count("<") < FEW_MARKS


def _named_sign(found: re.Match[str]) -> str:
    name = found.group(1)
    return found.group(0) if name in _XML_OWN else html5.get(f"{name};", "")


@lru_cache(maxsize=4096)
def local(tag: object) -> str:
    """An element's name without its namespace; "" for comments and instructions."""
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """An attribute's value whatever its namespace (the one without any goes first), or ""."""
    plain = element.attrib.get(name)
    if plain is not None:
        return plain
    for key, value in element.attrib.items():
        if local(key) == name:
            return value
    return ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Direct children of that local name."""
    return (child for child in element if local(child.tag) == name)


def descendants(element: Element, name: str) -> Iterator[Element]:
    """Every element of that local name below, in document order."""
    return (child for child in element.iter() if local(child.tag) == name)


def words(element: Element | None) -> str:
    """All text inside, in one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
