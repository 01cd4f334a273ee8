"""Carriers: one file each behind one small interface. A carrier can neither read nor forge, only delay or drop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from kit.sync.outbox import Outbox


class Progress(msgspec.Struct, frozen=True):
    """How far one carrying has come: facts of `total` gone so far; then pieces (of 1 MiB) of files, which go home
    or, last, come down."""

    done: int
    total: int
    pieces: int = 0
    pieces_total: int = 0
    comes_down: bool = False


class Carried(msgspec.Struct, frozen=True):
    """What one carrying took along. For a carrier that waits for no answer this says "copied", never "arrived".

    `came`: segments of the central's that were brought back. `pieces`: pieces of files. `left`: for want of room, files
    stayed behind.
    """

    segments: int = 0
    envelopes: int = 0
    sent_bytes: int = 0
    came: int = 0
    pieces: int = 0
    left: bool = False


Report = Callable[[Progress], None]


class Carrier(Protocol):
    """Takes what the other side lacks out of an outbox, and brings back receipts when it hears any."""

    @property
    def name(self) -> str:
        """One word for logs and screens: network, file, courier, neighbour."""

    def carry(self, outbox: Outbox, report: Report) -> Carried:
        """Carry once. May be killed anywhere and done again; raises a Problem `sync.*` that says why it stopped."""
