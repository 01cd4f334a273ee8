"""What Linux says of a running process: the time it took of a processor, and the memory that is its own share."""

from __future__ import annotations

import time
from pathlib import Path


def cpu_ms(pid: int) -> float:
    """CPU time so far of all its threads, milliseconds, by the clock Linux keeps of a process (clock_getcpuclockid(3)).

    /proc/PID/stat says the same in steps of 10 ms, which is a tenth of what a short measure takes.
    """
    return time.clock_gettime(~pid << 3 | 2) * 1000


def pss_mb(pid: int) -> float:
    """Memory that is its own share, megabytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
