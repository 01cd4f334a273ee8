"""Time with its confidence: a box may have no clock, so nothing is refused, expired or ordered by wall time alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Moment:
    """When something was noted: boot counter, milliseconds since that boot, and a guess of Unix milliseconds."""

    boot: int
    mono_ms: int
    wall_ms: int


class Clock:
    """The one source of time. `floor_ms` is the newest Unix time the box knows of: the clock never shows earlier.

    `wall` and `mono` give seconds and are injected by tests; the defaults are the system's clocks, and `mono` counts
    from the machine's boot, so that two programs of one boot agree.
    """

    def __init__(
        self,
        boot: int = 1,
        floor_ms: int = 0,
        wall: Callable[[], float] = time.time,
        mono: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
    ) -> None:
        self.boot = boot
        self._wall = wall
        self._mono = mono
        self._floor_ms = floor_ms
        self._offset_ms = max(0, floor_ms - int(wall() * 1000))

    @property
    def is_behind(self) -> bool:
        """True when the system's clock is earlier than what the box has already noted: its time is a guess."""
        return self._offset_ms > 0

    def mono_ms(self) -> int:
        """Milliseconds since the machine's boot; never goes back."""
        return int(self._mono() * 1000)

    def wall_ms(self) -> int:
        """Unix milliseconds as well as the box knows."""
        return int(self._wall() * 1000) + self._offset_ms

    def now(self) -> datetime:
        """The same, as an aware UTC datetime."""
        return at(self.wall_ms())

    def moment(self) -> Moment:
        """The stamp of a fact noted now."""
        return Moment(self.boot, self.mono_ms(), self.wall_ms())


def at(unix_ms: int) -> datetime:
    """Unix milliseconds as an aware UTC datetime."""
    return datetime.fromtimestamp(unix_ms / 1000, tz=UTC)


def unix_ms(moment: datetime) -> int:
    """An aware datetime as Unix milliseconds."""
    return int(moment.timestamp() * 1000)
