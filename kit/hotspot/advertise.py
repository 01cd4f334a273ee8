"""Tells phones that only read IPv6 where the portal is: router advertisements with option 37 (RFC 8910, 2.2), no route.

The image's `valise-advertise.service` runs this file alone, with the right to raw packets and no other: it imports
nothing of ours. No prefix and no lifetime: nobody takes this box for a way out (RFC 4861, 4.2).
Usage: advertise.py INTERFACE FILE      FILE holds the address, as `valise hotspot config` wrote it.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import time
from pathlib import Path

SOLICITATION, ADVERTISEMENT, OPTION = 133, 134, 37
ICMP6_FILTER = 1  # linux/icmpv6.h
EVERY_SECONDS, AT_MOST_EVERY_SECONDS = 200.0, 3.0  # RFC 4861, 6.2.1 and 10


def advertisement(url: str) -> bytes:
    """One advertisement; the kernel fills in its checksum."""
    uri = url.encode("ascii")
    eights = -(-(2 + len(uri)) // 8)
    option = struct.pack("!BB", OPTION, eights) + uri.ljust(eights * 8 - 2, b"\0")
    return struct.pack("!BBHBBHII", ADVERTISEMENT, 0, 0, 0, 0, 0, 0, 0) + option


def open_line(interface: str) -> socket.socket:
    """Hears solicitations of that network alone, and speaks to all of it."""
    index = socket.if_nametoindex(interface)
    line = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
    group = socket.inet_pton(socket.AF_INET6, "ff02::2") + struct.pack("@I", index)
    line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
    shut = [0xFFFFFFFF] * 8
    shut[SOLICITATION >> 5] &= ~(1 << (SOLICITATION & 31))
    line.setsockopt(socket.IPPROTO_ICMPV6, ICMP6_FILTER, struct.pack("@8I", *shut))
    return line


def speak(line: socket.socket, words: bytes, interface: str) -> None:
    """At once, then at each solicitation (not oftener than the standard wants) and every few minutes."""
    while True:
        with contextlib.suppress(OSError):  # no address of our own yet, or the radio is away: the next time
            line.sendto(words, (f"ff02::1%{interface}", 0))
        time.sleep(AT_MOST_EVERY_SECONDS)
        line.settimeout(EVERY_SECONDS)
        with contextlib.suppress(TimeoutError):
            line.recv(64)


if __name__ == "__main__":
    told = Path(sys.argv[2]).read_text("ascii").strip()
    speak(open_line(sys.argv[1]), advertisement(told), sys.argv[1])
