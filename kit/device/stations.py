"""How many phones are on the Wi-Fi now, as the kernel tells anybody who asks. No address of a phone is kept or told."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

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


def link_state(interface: str, root: Path = Path("/")) -> str:
    """`up` when a network is joined by it, `down` when none is, "" where there is no such interface."""
    try:
        told = (root / "sys/class/net" / interface / "operstate").read_text("ascii").strip()
    except OSError:
        return ""
    return "up" if told == "up" else "down"
