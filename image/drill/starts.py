"""How long the same image takes to its first answer with the application, and without it."""

from __future__ import annotations

import statistics
from pathlib import Path

from drill.machine import Machine
from drill.words import check, say

MOST_TIMES = 1.3
# The same card and the same services; only the program itself is a sleep. The front server then answers by itself.
WITHOUT = (
    "systemd.unit-dropin.valise.service",
    "[Service]\nType=exec\nExecStart=\nExecStart=/bin/sleep infinity\nWatchdogSec=0\n",
)


def compare(image: Path, work: Path, rounds: int) -> None:
    """Both in turn; the medians of the seconds from the kernel's start to the first answer, and their ratio."""
    with_it, without = [], []
    for number in range(1, rounds + 1):
        without.append(_start(image, work / f"without{number}.log", (WITHOUT,), 503))
        with_it.append(_start(image, work / f"with{number}.log", (), 200))
        say(f"  {number}: without the application {without[-1]:.1f} s, with it {with_it[-1]:.1f} s")
    ratio = statistics.median(with_it) / statistics.median(without)
    check(
        ratio <= MOST_TIMES,
        f"from the kernel's start to the first 200, beside the same image without it: {ratio:.2f} times",
    )


def _start(image: Path, log: Path, told: tuple[tuple[str, str], ...], status: int) -> float:
    machine = Machine(image, log, snapshot=True, shell=True, told=told)
    try:
        machine.wait_for_answer(lambda said: said == status)
        return float(machine.inside("cut -d' ' -f1 /proc/uptime"))
    finally:
        machine.pull_the_plug()
