"""A driverless printer, spoken to by IPP (RFC 8010 and 8011): what it is, and a file to print.

Only what a driverless printer must do is asked of it (IPP Everywhere, PWG 5100.14). Nothing is installed for a printer.
"""

from __future__ import annotations

import http.client
import socket
import struct
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from kit.errors import Problem

PORT, PATH = 631, "/ipp/print"  # RFC 8011, 4.4.1; PWG 5100.14, 4.2
PRINT_JOB, GET_PRINTER = 0x0002, 0x000B
OPERATION, JOB, END = 1, 2, 3
INTEGER, BOOLEAN, ENUM, RESOLUTION, NAME, KEYWORD, URI, CHARSET, LANGUAGE, MEDIA = (
    0x21, 0x22, 0x23, 0x32, 0x42, 0x44, 0x45, 0x47, 0x48, 0x49,
)  # fmt: skip
MOST_ANSWER_BYTES = 1 << 20
ASK_SECONDS, SEND_SECONDS = 8.0, 120.0
PRINTER_STATES = {3: "idle", 4: "processing", 5: "stopped"}
Value = int | str | tuple[int, int]


class Printer(msgspec.Struct, frozen=True):
    """What a printer says of itself. `state`: idle, processing or stopped; `reasons`: keywords of RFC 8011, 5.4.12."""

    name: str
    state: str
    reasons: list[str]
    formats: list[str]
    dots: int
    is_accepting: bool


def read_url(text: str) -> str:
    """A printer's address, whole, of this network only. Raises Problem `printing.bad_address`."""
    told = text.strip() if "://" in text else f"ipp://{text.strip()}"
    try:
        parts = urlsplit(told)
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError:
        raise Problem("printing.bad_address") from None
    if parts.scheme not in ("ipp", "http") or not host or parts.username or not _is_near(host):
        raise Problem("printing.bad_address")
    return f"ipp://{f'[{host}]' if ':' in host else host}:{port}{parts.path if parts.path != '/' else ''}" + (
        "" if parts.path not in ("", "/") else PATH
    )


def _is_near(host: str) -> bool:
    """True for addresses of a local network, and for names that only such a network knows."""
    try:
        found = ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".lan"))
    return found.is_private or found.is_link_local


def read_printer(url: str) -> Printer:
    """What the printer says now. Raises Problem `printing.no_answer` or `printing.refused`."""
    told = _ask(url, GET_PRINTER, [])
    texts = {name: [str(one) for one in values] for name, values in told.items()}
    state = next(iter(told.get("printer-state", [])), 0)
    sizes = [one[0] for one in told.get("pwg-raster-document-resolution-supported", []) if isinstance(one, tuple)]
    return Printer(
        (texts.get("printer-make-and-model") or texts.get("printer-name") or [""])[0][:80],
        PRINTER_STATES.get(state if isinstance(state, int) else 0, "stopped"),
        [one for one in texts.get("printer-state-reasons", []) if one != "none"][:5],
        texts.get("document-format-supported", []),
        min(sizes, default=300),
        bool(next(iter(told.get("printer-is-accepting-jobs", [1])), 1)),
    )


def print_file(url: str, path: Path, media_type: str, title: str, copies: int) -> int:
    """Hand it over; the number of the job. Raises Problem `printing.no_answer` or `printing.refused`."""
    asked = [(NAME, "job-name", title[:80]), (MEDIA, "document-format", media_type)]
    told = _ask(url, PRINT_JOB, asked, [(INTEGER, "copies", copies)] if copies > 1 else [], path)
    number = next(iter(told.get("job-id", [])), 0)
    return number if isinstance(number, int) else 0


def _ask(
    url: str, operation: int, asked: Sequence[tuple[int, str, str | int]],
    job: Sequence[tuple[int, str, str | int]] = (), path: Path | None = None,
) -> dict[str, list[Value]]:  # fmt: skip
    parts = urlsplit(url)
    head = [
        (CHARSET, "attributes-charset", "utf-8"),
        (LANGUAGE, "attributes-natural-language", "fr"),
        (URI, "printer-uri", url),
    ]
    words = _pack(operation, [*head, (NAME, "requesting-user-name", "valise"), *asked], job)
    size = len(words) + (path.stat().st_size if path else 0)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port or PORT, timeout=ASK_SECONDS)
    try:
        line.connect()
        line.sock.settimeout(SEND_SECONDS if path else ASK_SECONDS)
        line.request(
            "POST",
            parts.path or PATH,
            _body(words, path),
            {"Content-Type": "application/ipp", "Content-Length": str(size)},
        )
        answer = line.getresponse()
        raw = answer.read(MOST_ANSWER_BYTES)
    except (OSError, http.client.HTTPException, socket.gaierror) as refusal:
        raise Problem("printing.no_answer") from refusal
    finally:
        line.close()
    if answer.status != 200:
        raise Problem("printing.refused", reason=f"HTTP {answer.status}")
    return _read(raw)


def _body(words: bytes, path: Path | None) -> Iterator[bytes]:
    yield words
    if path is not None:
        with path.open("rb") as file:
            while piece := file.read(1 << 16):
                yield piece


def _pack(
    operation: int, asked: Sequence[tuple[int, str, str | int]], job: Sequence[tuple[int, str, str | int]]
) -> bytes:
    """RFC 8010, 3.1: version, operation, request, groups of attributes."""
    groups = bytes([OPERATION]) + b"".join(_attribute(*one) for one in asked)
    if job:
        groups += bytes([JOB]) + b"".join(_attribute(*one) for one in job)
    return struct.pack("!HHI", 0x0200, operation, 1) + groups + bytes([END])


def _attribute(tag: int, name: str, value: str | int) -> bytes:
    told = struct.pack("!i", value) if isinstance(value, int) else value.encode()[:1023]
    return struct.pack("!BH", tag, len(name)) + name.encode() + struct.pack("!H", len(told)) + told


def _read(raw: bytes) -> dict[str, list[Value]]:
    """The attributes of an answer. Raises Problem `printing.refused`, also for what is no such answer."""
    try:
        _, status, _ = struct.unpack_from("!HHI", raw)
        found = dict(_attributes(raw)) if status < 0x0100 else {}
    except (struct.error, UnicodeDecodeError, IndexError) as refusal:
        raise Problem("printing.refused", reason="IPP") from refusal
    if status >= 0x0100:
        raise Problem("printing.refused", reason=f"IPP {status:#06x}")
    return found


def _attributes(raw: bytes) -> Iterator[tuple[str, list[Value]]]:
    """Each name with its values; what is inside collections is passed over."""
    values: list[Value] = []
    at, name, depth = 8, "", 0
    while raw[at] != END:
        tag, at = raw[at], at + 1
        if tag < 0x10:  # a new group
            continue
        (length,) = struct.unpack_from("!H", raw, at)
        given, at = raw[at + 2 : at + 2 + length].decode(), at + 2 + length
        (length,) = struct.unpack_from("!H", raw, at)
        told, at = raw[at + 2 : at + 2 + length], at + 2 + length
        depth += {0x34: 1, 0x37: -1}.get(tag, 0)
        if given and depth <= 1 and tag != 0x4A:
            if name:
                yield name, values
            name, values = given, []
        if depth == 0 and tag not in (0x34, 0x37):
            values.append(_value(tag, told))
    if name:
        yield name, values


def _value(tag: int, told: bytes) -> Value:
    if tag in (INTEGER, ENUM):
        return int(struct.unpack("!i", told)[0])
    if tag == BOOLEAN:
        return told[0]
    if tag == RESOLUTION:
        across, down, unit = struct.unpack("!iib", told)
        return (across, down) if unit == 3 else (int(across * 2.54), int(down * 2.54))
    return told.decode("utf-8", "replace")
