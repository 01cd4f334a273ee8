"""Watches over the reading of one stranger's file, in every pass: how long it may take, how often it may kill.

A file that is slow is stopped by a signal. One that hangs inside a library in C hears no signal: then the whole worker
ends, the next one counts how often that happened with this very file, and leaves it alone.
"""

from __future__ import annotations

import faulthandler
import hashlib
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from kit.errors import Problem

SECONDS = 120
GRACE_SECONDS = 30
MOST_TRIES = 2
MOST_MEMORY = 768 << 20
NOTE_BYTES = 512
AGAIN_SECONDS = 2.0  # an alarm that falls into a finaliser or a callback of the collector is lost there: it comes again
ARM_EVERY_SECONDS = 10.0  # arming the last resort starts a thread: not for every small file


class Watch:
    """Over one pass of one process, as a context. `note` says what is read now, and outlives a process that dies.

    Only a main thread hears signals: elsewhere nothing is limited.
    """

    def __init__(self, note: Path) -> None:
        self._note = note
        self._is_main = threading.current_thread() is threading.main_thread()
        self._armed_at = -ARM_EVERY_SECONDS
        self._before: Any = None

    def __enter__(self) -> Watch:
        self._note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(self._note, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._died_on, self._deaths = _read(os.pread(self._file, NOTE_BYTES, 0))
        if self._is_main:
            self._before = signal.signal(signal.SIGALRM, _late)
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._is_main:
            faulthandler.cancel_dump_traceback_later()
            signal.signal(signal.SIGALRM, self._before)
        os.close(self._file)
        with suppress(OSError):
            self._note.unlink()

    @contextmanager
    def over(self, name: str) -> Iterator[None]:
        """Read the file of this name inside. Raises Problem `bench.too_slow`, or `library.broken` without reading it
        when earlier processes died of it.
        """
        mark = hashlib.sha256(name.encode(errors="replace")).hexdigest()
        deaths = self._deaths if mark == self._died_on else 0
        if deaths >= MOST_TRIES:
            raise Problem("library.broken")
        self._write(mark, deaths + 1)
        self._arm()
        try:
            yield
        except _TooSlow as late:
            self._disarm()
            raise Problem("bench.too_slow", seconds=SECONDS) from late
        finally:
            self._disarm()
            self._write("", 0)  # whatever it raised, it did not kill

    def _arm(self) -> None:
        if not self._is_main:
            return
        if time.monotonic() - self._armed_at > ARM_EVERY_SECONDS:
            faulthandler.dump_traceback_later(SECONDS + GRACE_SECONDS + ARM_EVERY_SECONDS, exit=True)
            self._armed_at = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, SECONDS, AGAIN_SECONDS)

    def _disarm(self) -> None:
        if self._is_main:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _write(self, mark: str, deaths: int) -> None:
        os.pwrite(self._file, f"{mark} {deaths}".encode().ljust(NOTE_BYTES), 0)


class _TooSlow(BaseException):
    """No Exception: readers that take any failure of a parser for a damaged page must not take this one."""


def _late(_number: int, _frame: FrameType | None) -> None:
    raise _TooSlow


def _read(raw: bytes) -> tuple[str, int]:
    mark, _, count = raw.decode("ascii", "replace").strip().partition(" ")
    return mark, int(count) if count.isdigit() else 0


def confine() -> None:
    """Leave the processor to phones that read, and the memory: a file that wants more of it is refused as broken.

    Private memory only: a ZIM of many gigabytes is mapped, which costs none.
    """
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
