"""The courier carrier: a phone. A plain download here, a plain file field there; no account, no JavaScript."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from flask import request

from kit.errors import Problem
from kit.people.node import Node
from kit.sync import bundle, packing
from kit.sync.outbox import Outbox

FIELD = "fichiers"
MOST_FILES = 8
MORE_BYTES = 1024 * 1024  # a single large segment may pass the mark
_IN_MEMORY = 256 * 1024


@dataclass(frozen=True)
class Download:
    """One bundle for a phone: its name and its content, on disk beyond 256 KiB and gone once closed."""

    name: str
    file: IO[bytes]
    size: int


def make_download(node: Node, number: int = 1) -> Download:
    """One of the files that together hold what is not receipted, each at most 32 MiB, counted from 1.

    Raises Problem `sync.not_enrolled`.
    """
    outbox = Outbox(node)
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(node.data / "tmp"))  # noqa: SIM115
    for piece in packing.pack_number(outbox, number):
        file.write(piece)
    size = file.tell()
    file.seek(0)
    return Download(packing.next_name(node, outbox.certificate.nickname), cast("IO[bytes]", file), size)


def most_bytes() -> int:
    """The longest form that brings bundles."""
    return MOST_FILES * (bundle.MOST_BYTES + MORE_BYTES)


class Incoming:
    """A bundle while it comes in: closed things, on disk beyond 256 KiB, gone at the end of the request."""

    def __init__(self, folder: Path) -> None:
        self.file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(folder))  # noqa: SIM115
        self.size = 0

    def write(self, data: bytes, /) -> int:
        """One piece. Raises Problem `web.too_large`."""
        self.size += len(data)
        if self.size > bundle.MOST_BYTES + MORE_BYTES:
            raise Problem("web.too_large", limit="32 Mo")
        return self.file.write(data)

    def discard(self) -> None:
        """Leave nothing."""
        self.file.close()


def incoming() -> Iterator[tuple[str, IO[bytes]]]:
    """The files of this request: name as given, cut short, and content."""
    for given in request.files.getlist(FIELD)[:MOST_FILES]:
        target = getattr(given.stream, "target", None)
        if isinstance(target, Incoming):
            target.file.seek(0)
            yield Path(given.filename or "").name[:80], cast("IO[bytes]", target.file)
