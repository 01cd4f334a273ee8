"""Files that go home beside facts: how a room says which, and where the central keeps what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Fate = Literal["waiting", "keep", "drop"]


@dataclass(frozen=True)
class Going:
    """One sort of file that goes home whole, in pieces, after facts. Files never change once they are there.

    `ready` lists the subjects (16 bytes) whose file waits here; `place` is where the file of a subject lies, on both
    sides; `fate` says what becomes of a subject's file at home: still waited for, kept, or of no use any more.
    """

    name: str
    ready: Callable[[], Iterable[bytes]]
    place: Callable[[bytes], Path]
    fate: Callable[[bytes], Fate]
