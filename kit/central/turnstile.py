"""Slows down whoever hands over very much, phone by phone, in memory only: no address is ever written down."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from kit.errors import Problem

MOST = 30
WITHIN_MS = 60_000
MOST_REMEMBERED = 500


class Turnstile:
    """At most `most` visits a minute from one address. `mono` gives milliseconds; the oldest address is forgotten."""

    def __init__(self, mono: Callable[[], int], most: int = MOST) -> None:
        self._mono = mono
        self._most = most
        self._visits: dict[str, deque[int]] = {}
        self._lock = threading.Lock()

    def enter(self, who: str) -> None:
        """Count one visit. Raises Problem `people.slow_down`, and then it does not count."""
        now = self._mono()
        with self._lock:
            visits = self._visits.pop(who, deque())
            self._visits[who] = visits
            while visits and visits[0] <= now - WITHIN_MS:
                visits.popleft()
            if len(visits) >= self._most:
                raise Problem("people.slow_down", seconds=-(-(visits[0] + WITHIN_MS - now) // 1000))
            visits.append(now)
            while len(self._visits) > MOST_REMEMBERED:
                del self._visits[next(iter(self._visits))]
