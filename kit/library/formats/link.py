"""A link to keep for later: the small files that desktops make of an address (`.url`, `.webloc`), and our own.

A link is no copy of what it leads to: what may be done with that page is said there.
"""

from __future__ import annotations

import configparser
import plistlib
from pathlib import Path
from urllib.parse import urlsplit

from kit.errors import Problem
from kit.library.formats.markup import to_text
from kit.library.formats.metadata import Metadata, name_to_title, overrule, to_line
from kit.library.rules import LINK_ONLY, LINK_TYPE

SUFFIXES = (".url", ".webloc")
LARGEST = 16 << 10
LONGEST_ADDRESS = 1000
OURS = "Valise"  # the section of a .url that says what the address does not


def read(path: Path) -> Metadata:
    """What a link says of itself. Raises Problem `library.link` when it leads to no site."""
    address, said = read_link(path)
    source = to_line(said.pop("source", "") or urlsplit(address).hostname)
    note: dict[str, object] = {**said, "source": source}
    return overrule(Metadata(kind="link", media_type=LINK_TYPE, title=name_to_title(path), licence=LINK_ONLY), note)


def read_link(path: Path) -> tuple[str, dict[str, str]]:
    """The address, and what our own section says beside it. Raises Problem `library.link`."""
    with path.open("rb") as source:
        raw = source.read(LARGEST)
    if raw.lstrip()[:5] in (b"<?xml", b"bplis", b"<!DOC", b"<plis"):
        return check_address(_of_plist(raw)), {}
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(to_text(raw))
        address = parser.get("InternetShortcut", "URL", fallback="")
    except configparser.Error as refusal:
        raise Problem("library.link") from refusal
    said = {name: str(value or "") for name, value in parser.items(OURS)} if parser.has_section(OURS) else {}
    return check_address(address or ""), said


def _of_plist(raw: bytes) -> str:
    if b"<!ENTITY" in raw.upper():
        raise Problem("library.link")
    try:
        found = plistlib.loads(raw)
    except Exception as refusal:  # a stranger’s file may break a parser in any way
        raise Problem("library.link") from refusal
    return str(found.get("URL", "")) if isinstance(found, dict) else ""


def check_address(text: str) -> str:
    """An address of a site, one that a person can copy. Raises Problem `library.link`."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        host, is_named = parts.hostname or "", bool(parts.username or parts.password)
    except ValueError as refusal:
        raise Problem("library.link") from refusal
    is_plain = address.isprintable() and not any(sign.isspace() or sign in '<>"\\^`{|}' for sign in address)
    if parts.scheme not in ("http", "https") or "." not in host or is_named or not is_plain:
        raise Problem("library.link")
    if len(address) > LONGEST_ADDRESS:
        raise Problem("library.link")
    return address


def write_link(address: str, said: dict[str, str]) -> str:
    """A link as a file that `read_link` reads again; it opens with a click on most desktops too."""
    lines = [f"{name} = {to_line(value, 1000)}" for name, value in said.items() if value]
    return "\n".join(["[InternetShortcut]", f"URL={check_address(address)}", f"[{OURS}]", *lines, ""])
