"""How many phones are on the Wi-Fi now, as the kernel tells anybody who asks. No address of a phone is kept or told."""

from __future__ import annotations

import re
import subprocess

SECONDS = 4.0
_STATION = re.compile(r"^Station [0-9a-f:]{17} \(on ", re.MULTILINE)


def count_stations(interface: str) -> int | None:
    """Phones that have joined `interface`; None where that cannot be known (no such Wi-Fi here, no `iw`)."""
    try:
        words = ["iw", "dev", interface, "station", "dump"]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=SECONDS)  # noqa: S603 - settings
    except (OSError, subprocess.TimeoutExpired):
        return None
    return len(_STATION.findall(done.stdout)) if done.returncode == 0 else None
