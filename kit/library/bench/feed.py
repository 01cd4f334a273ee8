"""Other libraries' catalogues (OPDS 1.2 and 2.0): what they offer, read without fetching any of it.

Sources: specs.opds.io/opds-1.2, sections 5 and 8; drafts.opds.io/opds-2.0, sections 3 to 5.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import msgspec

from kit.errors import Problem
from kit.library.formats.markup import Element, attribute, children, parse_xml, words
from kit.library.formats.metadata import to_language, to_line, to_lines

LARGEST = 8 << 20
ACQUISITION = "http://opds-spec.org/acquisition"
OPEN = (ACQUISITION, f"{ACQUISITION}/open-access")
# Which of several files of a work is taken, best first, and what its name ends with.
SUFFIXES = {
    "application/epub+zip": ".epub", "application/pdf": ".pdf", "audio/mpeg": ".mp3", "video/mp4": ".mp4",
    "text/html": ".html", "text/plain": ".txt", "application/x-zim": ".zim", "audio/mp4": ".m4a", "audio/ogg": ".ogg",
    "image/jpeg": ".jpg", "image/png": ".png",
}  # fmt: skip


class Offered(msgspec.Struct, frozen=True):
    """One work of a catalogue: where its file is, how it ends, and what the catalogue says of it."""

    url: str
    suffix: str
    note: dict[str, Any]


class Feed(msgspec.Struct, frozen=True):
    """One page of a catalogue. `next_url` is "" on the last; `refused_count`: works without a file to take freely."""

    offered: list[Offered]
    next_url: str
    refused_count: int = 0


def parse_feed(raw: bytes, base: str) -> Feed:
    """A page of a catalogue found at `base`. Raises Problem `bench.no_feed`."""
    try:
        if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return _parse_json(json.loads(raw), base)
        return _parse_atom(parse_xml(raw, LARGEST), base)
    except (Problem, ValueError, TypeError, AttributeError, RecursionError) as refusal:
        raise Problem("bench.no_feed") from refusal


def _choose(links: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The best of (media type, address): the address and the end of its name."""
    for kind, suffix in SUFFIXES.items():
        for said, href in links:
            if said.split(";")[0].strip() == kind and href:
                return href, suffix
    return None


def _gather(found: Iterator[tuple[dict[str, Any], list[tuple[str, str]]]], next_url: str, base: str) -> Feed:
    offered, refused = [], 0
    for note, links in found:
        best = _choose(links)
        if best is None:
            refused += 1
            continue
        kept = {name: value for name, value in note.items() if value}
        offered.append(Offered(urljoin(base, best[0]), best[1], {"source": base, **kept}))
    return Feed(offered, urljoin(base, next_url) if next_url else "", refused)


def _parse_atom(root: Element, base: str) -> Feed:
    if not str(root.tag).endswith("feed"):
        raise ValueError
    following = [attribute(one, "href") for one in children(root, "link") if attribute(one, "rel") == "next"]
    return _gather(map(_atom_entry, children(root, "entry")), following[0] if following else "", base)


def _atom_entry(entry: Element) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    links = [
        (attribute(one, "type"), attribute(one, "href"))
        for one in children(entry, "link")
        if attribute(one, "rel") in OPEN
    ]
    licences = [attribute(one, "href") for one in children(entry, "link") if attribute(one, "rel") == "license"]
    first = {name: next((words(one) for one in children(entry, name)), "") for name in
             ("title", "language", "rights", "source", "summary")}  # fmt: skip
    people = [words(next(children(one, "name"), None)) for one in children(entry, "author")]
    subjects = [attribute(one, "label") or attribute(one, "term") for one in children(entry, "category")]
    note = {
        "title": to_line(first["title"]), "creators": list(to_lines(people)), "subjects": list(to_lines(subjects)),
        "language": to_language(first["language"]), "source": to_line(first["source"]),
        "summary": to_line(first["summary"], 4000), "rights_note": to_line(" · ".join([first["rights"], *licences])),
    }  # fmt: skip
    return note, links


def _parse_json(found: dict[str, Any], base: str) -> Feed:
    following = next((one["href"] for one in found.get("links", []) if one.get("rel") == "next"), "")
    groups = [found, *found.get("groups", [])]
    publications = (one for group in groups for one in group.get("publications", []))
    return _gather(map(_json_entry, publications), following, base)


def _json_entry(one: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    about, links = one.get("metadata", {}), one.get("links", [])
    taken = [(str(link.get("type", "")), str(link.get("href", ""))) for link in links if link.get("rel") in OPEN]
    licences = [str(link.get("href", "")) for link in links if link.get("rel") == "license"]
    language = about.get("language", "")
    note = {
        "title": to_line(_said(about.get("title"))), "creators": list(to_lines(_names(about.get("author")))),
        "subjects": list(to_lines(_names(about.get("subject")))),
        "language": to_language(language[0] if isinstance(language, list) and language else language),
        "summary": to_line(about.get("description"), 4000),
        "rights_note": to_line(" · ".join([_said(about.get("rights")), *licences])),
        "source": to_line(_said(about.get("source"))),
    }  # fmt: skip
    return note, taken


def _said(value: object) -> str:
    """A text, or the first of its translations."""
    return str(next(iter(value.values()), "")) if isinstance(value, dict) else str(value or "")


def _names(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value] if value else []
    return [_said(one.get("name")) if isinstance(one, dict) else str(one) for one in listed]
