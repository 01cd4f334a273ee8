"""Counting in memory, noted as facts now and then. A visitor is a salted hash that never leaves memory: the salt is
made at the first visit of a day and thrown away with the day, so yesterday's cannot be told from today's."""

from __future__ import annotations

import hashlib
import secrets
import threading

from kit.clock import local_day
from kit.library.counts import facts, queries
from kit.people.node import Node

EXTENSION = "valise.counts"
FLUSH_MS = 600_000
MOST_VISITORS = 20_000


class Counter:
    """What was counted since it was last noted. `clock` decides the day; a power cut costs ten minutes of counts."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._lock = threading.Lock()
        self._new: dict[tuple[bytes, int], list[int]] = {}
        self._day = -1
        self._salt = b""
        self._seen: set[bytes] = set()
        self._noted_ms = node.clock.mono_ms()

    def today(self) -> int:
        """The local day, as days since 1970."""
        return local_day(self.node.clock.wall_ms(), self.node.settings.timezone)

    def count(self, item_id: bytes, *, is_kept: bool) -> None:
        """One more reading, or one more copy on a phone."""
        with self._lock:
            self._new.setdefault((item_id, self.today()), [0, 0])[int(is_kept)] += 1

    def visit(self, address: str, browser: str) -> None:
        """Somebody asks for a page: counted once a day."""
        day = self.today()
        with self._lock:
            if day != self._day:
                self._day, self._salt = day, secrets.token_bytes(32)
                self._seen.clear()
            mark = hashlib.blake2b(f"{address}\0{browser}".encode(), key=self._salt, digest_size=8).digest()
            if mark not in self._seen and len(self._seen) < MOST_VISITORS:
                self._seen.add(mark)
                self._new.setdefault((facts.NOBODY, day), [0, 0])[0] += 1

    def _end_day(self) -> None:
        day = self.today()
        with self._lock:
            if day != self._day:
                self._day, self._salt = -1, b""
                self._seen.clear()

    def note_in_time(self) -> None:
        """Note what was counted when ten minutes have passed; at midnight the day's salt dies, visitors or not."""
        self._end_day()
        if self.node.clock.mono_ms() - self._noted_ms >= FLUSH_MS:
            self.note()

    def note(self) -> int:
        """Note what was counted; how many facts that made."""
        with self._lock:
            new, self._new = self._new, {}
            self._noted_ms = self.node.clock.mono_ms()
        if not new:
            return 0
        try:
            with self.node.journal.write():
                for (item_id, day), (read, kept) in new.items():
                    before = queries.find_own(self.node.store, self.node.journal.log_no, item_id, day)
                    body = facts.WorkCounted(item_id, day, before[0] + read, before[1] + kept)
                    self.node.journal.append(facts.COUNTED, facts.subject_of(item_id, day), body)
        except BaseException:
            self._take_back(new)
            raise
        return len(new)

    def _take_back(self, new: dict[tuple[bytes, int], list[int]]) -> None:
        with self._lock:
            for key, (read, kept) in new.items():
                sums = self._new.setdefault(key, [0, 0])
                sums[0] += read
                sums[1] += kept
