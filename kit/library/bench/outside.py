"""Fetching from an address that somebody typed: https to the open Internet only, unless the operator named the host.

The address is resolved once and the line is opened to what was found, so that a name cannot lead elsewhere the second
time; every redirection is looked at the same way.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urljoin, urlsplit

from kit.errors import Problem

if TYPE_CHECKING:
    import httpx

MOST_TURNS = 5
SECONDS = 30.0
CHUNK = 1 << 16


def check_address(url: str, near: frozenset[str]) -> tuple[str, str, int]:
    """Where an address leads: (IP address, host, port). Raises Problem `bench.feed_address` or `bench.feed_silent`.

    `near` are the hosts (`name` or `name:port`) the operator allows on the local network, also without https.
    """
    try:
        split = urlsplit(url)
        host, port = (split.hostname or "").lower(), split.port or (443 if split.scheme == "https" else 80)
    except ValueError as refusal:
        raise Problem("bench.feed_address") from refusal
    is_near = host in near or f"{host}:{port}" in near
    if not host or split.username or split.scheme not in (("https", "http") if is_near else ("https",)):
        raise Problem("bench.feed_address")
    try:
        found = [one[4][0] for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as refusal:
        raise Problem("bench.feed_silent") from refusal
    if not is_near and not all(_is_open(str(one)) for one in found):
        raise Problem("bench.feed_address")
    return str(found[0]), host, port


def _is_open(address: str) -> bool:
    """True for an address of the open Internet; an IPv4 one inside an IPv6 one counts as itself."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return (mapped or found).is_global and not (mapped or found).is_multicast


def read_outside(url: str, near: frozenset[str], limit: int) -> tuple[bytes, str]:
    """A small answer whole, and the address it came from in the end. Raises Problem `bench.feed_*`."""
    with open_outside(url, near, limit) as (stream, final):
        return stream.read(-1), final


@contextmanager
def open_outside(url: str, near: frozenset[str], limit: int) -> Iterator[tuple[BinaryIO, str]]:
    """An answer as a stream of at most `limit` bytes, and the address it came from. Raises Problem `bench.feed_*`."""
    import httpx

    try:
        with httpx.Client(timeout=SECONDS, trust_env=False) as client:
            for _ in range(MOST_TURNS):
                response = client.send(_ask(client, url, near), stream=True)
                if not response.is_redirect:
                    break
                url = urljoin(url, response.headers.get("Location", ""))
                response.close()
            try:
                if response.status_code != 200:
                    raise Problem("bench.feed_silent")
                yield _Limited(response, limit), url  # type: ignore[misc]
            finally:
                response.close()
    except (httpx.HTTPError, httpx.InvalidURL) as refusal:
        raise Problem("bench.feed_silent") from refusal


def _ask(client: httpx.Client, url: str, near: frozenset[str]) -> httpx.Request:
    address, host, port = check_address(url, near)
    split = urlsplit(url)
    shown = f"[{address}]" if ":" in address else address
    line = f"{split.scheme}://{shown}:{port}{split.path or '/'}{'?' + split.query if split.query else ''}"
    heads = {"Host": split.netloc, "Accept": "application/opds+json, application/atom+xml, */*;q=0.5"}
    return client.build_request("GET", line, headers=heads, extensions={"sni_hostname": host})


class _Limited:
    """Reads an answer as a file is read. Raises Problem `bench.feed_too_large` past the limit."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        self._pieces = response.iter_bytes(CHUNK)
        self._left, self._held = limit, b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes (-1: all); b"" at the end."""
        while size < 0 or len(self._held) < size:
            piece = next(self._pieces, b"")
            self._left -= len(piece)
            if self._left < 0:
                raise Problem("bench.feed_too_large")
            if not piece:
                break
            self._held += piece
        taken = self._held if size < 0 else self._held[:size]
        self._held = self._held[len(taken) :]
        return taken
