"""What a kit keeps of its name, in a folder of its data that no backup takes along: the key never leaves the kit."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from kit.people.node import Node
from kit.sync.names import OFF
from kit.whole import write_whole

FOLDER = "https"
KEY, REQUEST, CHAIN, TOLD = "key.pem", "request.pem", "chain.pem", "told"


class Told(msgspec.Struct, array_like=True, frozen=True):
    """The central's last word, and when; when the certificate in hand came. Unix milliseconds, 0: never."""

    state: str = OFF
    name: str = ""
    problem: str = ""
    told_ms: int = 0
    came_ms: int = 0


def place(node: Node, name: str) -> Path:
    """Where one of the files lies, whether it is there or not."""
    return node.data / FOLDER / name


def read(node: Node, name: str) -> bytes:
    """A file of these, or nothing."""
    try:
        return place(node, name).read_bytes()
    except FileNotFoundError:
        return b""


def write(node: Node, name: str, raw: bytes) -> None:
    """Keep a file, whole or not at all."""
    path = place(node, name)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, raw)


def read_told(node: Node) -> Told:
    """What the central last said."""
    raw = read(node, TOLD)
    return msgspec.msgpack.decode(raw, type=Told) if raw else Told()


def write_told(node: Node, told: Told) -> None:
    """Keep it."""
    write(node, TOLD, msgspec.msgpack.encode(told))


def begin_anew(node: Node) -> None:
    """Key, request and certificate go: the next request is made with another key."""
    shutil.rmtree(node.data / FOLDER, ignore_errors=True)
