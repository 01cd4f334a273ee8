"""How fast one phone may answer: a script is slowed, a phone passed from hand to hand is not. In memory only."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kit.errors import Problem

MOST_PHONES = 2_000


class Pace:
    """For each phone a purse of `burst` answers that fills again by one every `each_ms`.

    Thirty people who pass one phone round take more than `each_ms` each, and never meet it.
    """

    def __init__(self, mono_ms: Callable[[], int], burst: int = 40, each_ms: int = 5_000) -> None:
        self.mono_ms, self.burst, self.each_ms = mono_ms, burst, each_ms
        self._lock = threading.Lock()
        self._full_at: dict[str, int] = {}

    def take(self, phone: str) -> None:
        """Note one more answer. Raises Problem `feedback.slow_down` with how long to wait; nothing is lost."""
        now = self.mono_ms()
        with self._lock:
            full_at = max(now, self._full_at.get(phone, now))
            excess = full_at + self.each_ms - now - self.burst * self.each_ms
            if excess > 0:
                raise Problem("feedback.slow_down", seconds=-(-excess // 1000))
            if len(self._full_at) >= MOST_PHONES and phone not in self._full_at:
                self._forget(now)
            self._full_at[phone] = full_at + self.each_ms

    def _forget(self, now: int) -> None:
        """Phones whose purse is full are forgotten; if none is, the fullest."""
        kept = sorted((full_at, phone) for phone, full_at in self._full_at.items() if full_at > now)
        self._full_at = {phone: full_at for full_at, phone in kept[-MOST_PHONES // 2 :]}
