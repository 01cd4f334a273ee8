"""How long a box has been running in all: what is measured in "days of kit life" needs no clock and no calendar."""

from __future__ import annotations

from kit.clock import Clock
from kit.journal import queries
from kit.store import Store

DAY_MS = 24 * 3_600_000
_NAME = "life"


def tick(store: Store, clock: Clock) -> int:
    """Add the time since the last tick, and return the running milliseconds of this box's whole life.

    Time between the last tick and a power cut is not counted: a life is never longer than it was.
    """
    now = clock.mono_ms()
    with store.write():
        boot, mono_ms, total = _read(store)
        total += max(0, now - mono_ms) if boot == clock.boot else now
        queries.set_state(store, _NAME, f"{clock.boot} {now} {total}".encode())
    return total


def _read(store: Store) -> tuple[int, int, int]:
    kept = (queries.get_state(store, _NAME) or b"0 0 0").split()
    return int(kept[0]), int(kept[1]), int(kept[2])
