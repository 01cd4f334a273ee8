"""Kills the real program at each of its write-like system calls (P4). Source: journal.md, "Promises"."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.promises.aftermath import Aftermath, look_at
from tests.promises.writer import command

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "write")


@dataclass(frozen=True)
class Death:
    """The program died at the `when`-th `call`; what was left."""

    call: str
    when: int
    aftermath: Aftermath


def count_calls(words: list[str], trace: Path) -> dict[str, int]:
    """How often each call is made by an undisturbed run."""
    subprocess.run(
        ["strace", "-f", "-e", f"trace={','.join(CALLS)}", "-o", str(trace), *words], check=True, capture_output=True
    )
    counts = dict.fromkeys(CALLS, 0)
    for line in trace.read_text("utf-8", "replace").splitlines():
        name = line.split("(", 1)[0].split()[-1]
        if name in counts:
            counts[name] += 1
    return counts


def kill_at(call: str, when: int, folder: Path, count: int, seed: int) -> Death:
    """Run the writer until its `when`-th `call`, kill it there, look at what is left."""
    inject = f"inject={call}:signal=SIGKILL:when={when}"
    done = subprocess.run(
        ["strace", "-f", "-e", f"trace={call}", "-e", inject, "-o", "/dev/null", *command(folder, count, seed)],
        capture_output=True,
        text=True,
        check=False,
    )
    return Death(call, when, look_at(folder, done.stdout.splitlines()))


def deaths(folder: Path, count: int, seconds: float) -> tuple[int, Iterator[Death]]:
    """How many calls an undisturbed run makes, and one kill at each, each time on a folder of its own.

    The calls come shuffled and the kills end after `seconds`: what there is time for is spread over the whole run.
    """
    counts = count_calls(command(folder / "whole", count, 1), folder / "trace")
    points = [(call, when) for call, total in counts.items() for when in range(1, total + 1)]
    random.Random(1).shuffle(points)
    return len(points), _until(time.monotonic() + seconds, points, folder, count)


def _until(end: float, points: list[tuple[str, int]], folder: Path, count: int) -> Iterator[Death]:
    for call, when in points:
        if time.monotonic() > end:
            return
        place = folder / f"{call}-{when}"
        yield kill_at(call, when, place, count, 1)
        shutil.rmtree(place, ignore_errors=True)
