"""Whether the name is served, and why not; and having the front server (nginx) do it.

nginx reads the certificate, the key and the name from a folder in memory; the file that tells it to listen lies there
only while all is well. What it really serves is asked of it by TLS: it follows, or is told again a minute later.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from kit.device import machine, tls
from kit.errors import Problem
from kit.https import kept
from kit.https.kept import CHAIN, KEY, Told
from kit.people.node import Node
from kit.sync.enrolment import find_enrolment, is_refused
from kit.sync.names import OFF
from kit.whole import write_whole

ABSENT, ALONE, NO_NAMES, REFUSED, NONE = "absent", "alone", "off", "refused", "waiting"
UNSURE, EARLY, EXPIRED, GOOD = "unsure", "early", "expired", "good"
WORD = "front-reload"
NAME, LISTEN, SERVED_CHAIN, SERVED_KEY = "name.inc", "listen.conf", "chain.pem", "key.pem"


class Status(msgspec.Struct, frozen=True):
    """How the name is. Only `good` may be served. `from_ms`, `until_ms`: of the certificate in hand, 0 without one."""

    state: str
    told: Told = Told()
    from_ms: int = 0
    until_ms: int = 0

    @property
    def is_good(self) -> bool:
        """True when it may be served now."""
        return self.state == GOOD


def is_able(node: Node) -> bool:
    """True on a machine of ours: a front server that would serve it, a steward to tell it so, and OpenSSL."""
    return bool(node.settings.front_https) and machine.is_here(node.settings.machine) and tls.has_openssl()


def look(node: Node) -> Status:
    """How the name is now, by what is kept here and by the hour as it is known."""
    if not is_able(node):
        return Status(ABSENT)
    told = kept.read_told(node)
    if find_enrolment(node) is None:
        return Status(ALONE, told)
    if is_refused(node):
        return Status(REFUSED, told)
    if told.state == OFF:
        return Status(NO_NAMES, told)
    first, last = _dates(str(kept.place(node, CHAIN)), kept.read(node, CHAIN), told.name)
    return Status(_by_hour(node, first, last) if last else NONE, told, first, last)


@lru_cache(maxsize=4)  # asked each minute, and a program is run for it
def _dates(path: str, chain: bytes, name: str) -> tuple[int, int]:
    if not chain:
        return 0, 0
    try:
        return tls.read_dates(Path(path), name)
    except Problem:
        return 0, 0


def _by_hour(node: Node, first_ms: int, last_ms: int) -> str:
    now = node.clock.wall_ms()
    if now >= last_ms:
        return EXPIRED
    if node.clock.is_behind:  # it is later than this clock says, and nobody knows how much
        return UNSURE
    return EARLY if now < first_ms else GOOD


def keep(node: Node) -> Status:
    """Have the name served when it may be, and the port shut when it may not. Raises Problem `machine.refused`."""
    status = look(node)
    if status.state == ABSENT:
        return status
    wanted = tls.first_der(kept.read(node, CHAIN)) if status.is_good else b""
    name = status.told.name
    if is_served(node, name) == wanted and _is_laid(node) == bool(wanted):
        return status
    _lay(node, name) if wanted else _take_away(node)
    machine.ask(node.settings.machine, WORD)
    return status


def is_served(node: Node, name: str) -> bytes:
    """What the front server gives for this name just now (DER), or nothing."""
    return tls.served_here(node.settings.front_https_port, name) if name else b""


def _folders(node: Node) -> tuple[Path, str]:
    folder, _, conf = node.settings.front_https.partition("=")
    return Path(folder), conf


def _is_laid(node: Node) -> bool:
    return (_folders(node)[0] / LISTEN).exists()


def _lay(node: Node, name: str) -> None:
    folder, conf = _folders(node)
    if not tls.NAME.fullmatch(name):
        raise Problem("https.bad_name")
    tls.check_pair(kept.place(node, CHAIN), kept.place(node, KEY))
    for target, raw in (
        (SERVED_CHAIN, kept.read(node, CHAIN)),
        (SERVED_KEY, kept.read(node, KEY)),
        (NAME, f"server_name {name};\n".encode()),
        (LISTEN, f"include {conf};\n".encode()),  # last: nginx looks for no other before this one is there
    ):
        _write(folder / target, raw)


def _take_away(node: Node) -> None:
    folder = _folders(node)[0]
    for name in (LISTEN, NAME, SERVED_KEY, SERVED_CHAIN):
        (folder / name).unlink(missing_ok=True)


def _write(path: Path, raw: bytes) -> None:
    try:
        write_whole(path, raw)
    except OSError as refusal:
        raise Problem("machine.refused") from refusal
