"""Time with its confidence: a box may have no clock, so nothing is refused, expired or ordered by wall time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


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
        self._offset_ms = max(0, floor_ms - int(wall() * 1000))
        self._anchor: tuple[int, int] | None = None

    @property
    def confidence(self) -> str:
        """`confirmed` (somebody vouched for it since this boot), `unsure` (behind what is noted), or `plausible`."""
        if self._anchor is not None:
            return "confirmed"
        return "unsure" if self._offset_ms > 0 else "plausible"

    @property
    def is_behind(self) -> bool:
        """True when the system's clock is earlier than what the box has already noted and nobody vouched for it."""
        return self.confidence == "unsure"

    def mono_ms(self) -> int:
        """Milliseconds since the machine's boot; never goes back."""
        return int(self._mono() * 1000)

    def wall_ms(self) -> int:
        """Unix milliseconds as well as the box knows: from the anchor when there is one, else the system's clock."""
        if self._anchor is not None:
            return self._anchor[1] + self.mono_ms() - self._anchor[0]
        return int(self._wall() * 1000) + self._offset_ms

    def anchor(self, mono_ms: int, wall_ms: int) -> None:
        """From now on, count from this moment of this boot whose Unix milliseconds somebody vouched for."""
        self._anchor = (mono_ms, wall_ms)

    def now(self) -> datetime:
        """The same, as an aware UTC datetime."""
        return at(self.wall_ms())

    def moment(self) -> Moment:
        """The stamp of a fact noted now."""
        return Moment(self.boot, self.mono_ms(), self.wall_ms())


def at(unix_ms: int) -> datetime:
    """Unix milliseconds as an aware UTC datetime; what no calendar holds becomes the nearest end of it."""
    return datetime.fromtimestamp(min(max(unix_ms / 1000, 0), _LAST_SECOND), tz=UTC)


_LAST_SECOND = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


def unix_ms(moment: datetime) -> int:
    """An aware datetime as Unix milliseconds."""
    return int(moment.timestamp() * 1000)


def local_day(unix_ms: int, zone: str) -> int:
    """The date of a moment where people are, as days since 1970."""
    return (at(unix_ms).astimezone(ZoneInfo(zone)).date() - date(1970, 1, 1)).days
