"""Asked inside a phone's network: reads a list of things to ask on its standard input, writes what came of each.

As JSON, each [URL, AGENT, SOURCE], ["tcp", HOST, PORT], ["tls", NAME, TRUSTED], ["ip4", NAME], ["ip6", NAME],
["udp", SERVER] or ["router"].
A connection that is refused, or never answered, is a word; so is a name without an address.
"""

from __future__ import annotations

import errno
import http.client
import json
import socket
import ssl
import struct
import sys
import time
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 20.0  # what is refused is refused long before: waiting this long would be « hangs »


def get(url: str, agent: str, source: str, patience: float = PATIENCE) -> list[Any]:
    """Status, `Location`, body."""
    asked = urlsplit(url)
    came_from = (source, 0) if source else None
    line = http.client.HTTPConnection(asked.netloc, timeout=patience, source_address=came_from)
    try:
        line.request("GET", asked.path or "/", headers={"User-Agent": agent})
        answer = line.getresponse()
        return [answer.status, answer.getheader("Location", ""), answer.read().decode("utf-8", "replace")]
    finally:
        line.close()


def connect(host: str, port: int, patience: float = PATIENCE) -> list[Any]:
    """Open a connection and say it is there."""
    with socket.create_connection((host, port), timeout=patience):
        return ["connected"]


def shake(name: str, trusted: str) -> list[Any]:
    """The page of the welcome by https under a name: its status, or the alert that ends it."""
    context = ssl.create_default_context(cafile=trusted)
    try:
        with (
            socket.create_connection((name, 443), timeout=PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=name) as line,
        ):
            line.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            said = b"".join(iter(lambda: line.recv(65536), b""))
            return [int(said.split()[1]), 'class="doors"' in said.decode("utf-8", "replace")]
    except ssl.SSLError as refusal:
        return [refusal.reason]


def resolve(name: str, family: socket.AddressFamily) -> list[Any]:
    """The addresses of a name; `no data` when the name is there without one of this family."""
    try:
        return sorted({str(one[4][0]) for one in socket.getaddrinfo(name, 80, family)})
    except socket.gaierror as refusal:
        return ["no data" if refusal.errno == socket.EAI_NODATA else str(refusal)]


def ask_dns(server: str) -> list[Any]:
    """What another server of names is said to answer: its last four bytes are the address."""
    question = struct.pack("!6H", 77, 0x100, 1, 0, 0, 0) + b"\x07exemple\x02fr\x00" + struct.pack("!2H", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(PATIENCE)
        line.sendto(question, (server, 53))
        return [socket.inet_ntoa(line.recv(512)[-4:])]


def solicit() -> list[Any]:
    """What routers advertise when a phone asks for them: lifetime, and the text of option 37 (RFC 8910, 2.2)."""
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as line:
        line.settimeout(PATIENCE)
        line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        _send_when_addressed(line, struct.pack("!BBHI", 133, 0, 0, 0), ("ff02::2%eth0", 0))
        while True:
            words = line.recv(1500)
            if words[0] == 134:
                return [struct.unpack_from("!H", words, 6)[0], _options(words[16:]).get(37, b"").rstrip(b"\0").decode()]


def _send_when_addressed(line: socket.socket, words: bytes, to: tuple[str, int]) -> None:
    """A phone asks once its address is found to be nobody else’s, seconds after it joined (RFC 4862, 5.4)."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            line.sendto(words, to)
            return
        except OSError as refusal:
            if refusal.errno != errno.EADDRNOTAVAIL or time.monotonic() > end:
                raise
            time.sleep(0.1)


def _options(words: bytes) -> dict[int, bytes]:
    found = {}
    while words:
        found[words[0]] = words[2 : words[1] * 8]
        words = words[words[1] * 8 :]
    return found


def ask(one: list[Any]) -> list[Any]:
    """One thing."""
    kind, *rest = one
    try:
        if kind == "router":
            return solicit()
        if kind == "tcp":
            return connect(*rest)
        if kind == "tls":
            return shake(*rest)
        if kind in ("ip4", "ip6"):
            return resolve(rest[0], socket.AF_INET if kind == "ip4" else socket.AF_INET6)
        return ask_dns(rest[0]) if kind == "udp" else get(kind, *rest)
    except ConnectionRefusedError:
        return ["refused"]
    except TimeoutError:
        return ["no answer"]
    except OSError as refusal:
        return [str(refusal)]


if __name__ == "__main__":
    print(json.dumps([ask(one) for one in json.load(sys.stdin)]))
