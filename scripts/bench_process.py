"""What Linux says of a running process: the time it took of a processor, and the memory that is its own share."""

from __future__ import annotations

import os
from pathlib import Path

TICKS_MS = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_ms(pid: int) -> float:
    """CPU time so far, milliseconds."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICKS_MS


def pss_mb(pid: int) -> float:
    """Memory that is its own share, megabytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
