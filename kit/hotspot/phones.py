"""How far each phone has come today, in memory only: nothing of it is ever written, and a restart forgets it.

A window opens once and then lets the phone stay. It closes for good when somebody pressed its button, when the phone
came with a real browser, or after some patience: a watch or a printer has nobody to press. A phone whose window was
left by the button and that never came is most likely reading by its mobile data: its window opens once more, to help.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

DAY_MS = 24 * 3_600_000
LOST_MS = 90_000  # who pressed the button has long typed the address by then
PATIENCE_MS, PATIENCE_PROBES = 120_000, 5
MOST_PHONES = 4000


@dataclass
class Phone:
    """One phone, by its address on the Wi-Fi. `pressed_ms` and `came_ms`: 0 while it has not happened."""

    since_ms: int
    system: str = ""
    probes: int = 0
    pressed_ms: int = 0
    came_ms: int = 0
    is_helped: bool = False


class Counts(msgspec.Struct, frozen=True):
    """Phones of the day: all that were seen, those that came to the welcome, those that seem to have stayed outside."""

    seen: int
    came: int
    lost: int


class Phones:
    """The phones of the day. `now_ms` is a clock that never goes back."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._phones: dict[str, Phone] = {}  # in the order in which they were first seen

    def _find(self, address: str) -> Phone:
        now = self._now_ms()
        phone = self._phones.get(address)
        if phone is None or now - phone.since_ms > DAY_MS:
            self._phones.pop(address, None)
            phone = self._phones[address] = Phone(now)
            self._forget(now)
        return phone

    def _forget(self, now: int) -> None:
        while len(self._phones) > MOST_PHONES or now - next(iter(self._phones.values())).since_ms > DAY_MS:
            del self._phones[next(iter(self._phones))]

    def probe(self, address: str, system: str) -> bool:
        """A system asks whether there is Internet: True when it may hear yes, False when its window should open."""
        with self._lock:
            phone = self._find(address)
            phone.system, phone.probes = system, phone.probes + 1
            if self._is_lost(phone) and not phone.is_helped:
                phone.is_helped, phone.pressed_ms = True, 0
                phone.since_ms, phone.probes = self._now_ms(), 1
            return self._is_open(phone)

    def press(self, address: str) -> None:
        """Somebody pressed the button of the window."""
        with self._lock:
            self._find(address).pressed_ms = self._now_ms()

    def come(self, address: str) -> None:
        """The phone shows a page of ours in a real browser."""
        with self._lock:
            phone = self._find(address)
            phone.came_ms = phone.came_ms or self._now_ms()

    def is_open(self, address: str) -> bool:
        """True when nothing would open a window on this phone now."""
        with self._lock:
            phone = self._phones.get(address)
            return phone is not None and self._is_open(phone)

    def needs_help(self, address: str) -> bool:
        """True for a phone that left its window by the button and was never seen since, or had been so once."""
        with self._lock:
            phone = self._phones.get(address)
            return phone is not None and not phone.came_ms and (phone.is_helped or self._is_lost(phone))

    def system(self, address: str) -> str:
        """The system whose probes came from there; "" when none was recognised."""
        with self._lock:
            phone = self._phones.get(address)
            return phone.system if phone is not None else ""

    def count(self) -> Counts:
        """How many phones of each sort."""
        with self._lock:
            now = self._now_ms()
            phones = [phone for phone in self._phones.values() if now - phone.since_ms <= DAY_MS]
            came = sum(bool(phone.came_ms) for phone in phones)
            return Counts(len(phones), came, sum(self._is_lost(phone) for phone in phones))

    def _is_open(self, phone: Phone) -> bool:
        waited = phone.probes > PATIENCE_PROBES and self._now_ms() - phone.since_ms >= PATIENCE_MS
        return bool(phone.pressed_ms or phone.came_ms or waited)

    def _is_lost(self, phone: Phone) -> bool:
        return bool(phone.pressed_ms and not phone.came_ms and self._now_ms() - phone.pressed_ms >= LOST_MS)
