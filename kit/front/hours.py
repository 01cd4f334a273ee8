"""The hour by visitors' phones: suggestions, in memory only, that staff may look at and never a clock follows."""

from __future__ import annotations

import threading
from collections import deque

from flask import Flask, current_app

from kit.clock import Clock

MOST = 20
EARLIEST_MS, LATEST_MS = 1_767_225_600_000, 4_102_444_800_000  # 2026 and 2100: no phone in the room says otherwise


class Hours:
    """What the last phones said, as (wall less monotonic) milliseconds: their hour now follows. Says nothing of who."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: deque[int] = deque(maxlen=MOST)
        self._lock = threading.Lock()

    def suggest(self, wall_ms: int) -> None:
        """A visitor's phone says it is `wall_ms`."""
        with self._lock:
            self._said.append(wall_ms - self._clock.mono_ms())

    def count(self) -> int:
        """How many phones said something."""
        return len(self._said)

    def middle_ms(self) -> int | None:
        """What it is now by the middle one of them (a single wrong phone moves nothing), or None."""
        from statistics import median_low  # imports much: only the team's clock page asks

        with self._lock:
            return median_low(self._said) + self._clock.mono_ms() if self._said else None


def init_hours(app: Flask, clock: Clock) -> None:
    """Give the application its memory of suggestions."""
    app.extensions["valise.hours"] = Hours(clock)


def hours() -> Hours:
    """This application's suggestions."""
    found: Hours = current_app.extensions["valise.hours"]
    return found


def read_hour(text: str) -> int | None:
    """Unix milliseconds as a phone's script wrote them, or None for nonsense."""
    said = int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0
    return said if EARLIEST_MS <= said <= LATEST_MS else None
