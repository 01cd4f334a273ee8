"""Files that come down from home beside facts, to those who ask: how a room says which, and what it does with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec


class Parcel(msgspec.Struct, frozen=True):
    """One file that may come down. `state`: offered, wanted (asked for here), or here (it came). `page`: where it is
    installed once it came."""

    list_id: bytes
    title: str
    size_bytes: int
    state: str
    page: str


@dataclass(frozen=True)
class Coming:
    """Files known by the digest of the list of the hashes of their pieces of 1 MiB.

    `parcels` lists them; `find` opens the whole file when it is here (at home, or on a suitcase it came to); `take` is
    given a whole and right file to put in its place; `want` asks for one, or no longer.
    """

    parcels: Callable[[], Sequence[Parcel]]
    find: Callable[[bytes], BinaryIO | None]
    take: Callable[[bytes, Path], None]
    want: Callable[[bytes, bool], None]
