"""Kills the real program at each of its write-like system calls (P4). Source: journal.md, "Promises"."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.promises.aftermath import Aftermath, look_at
from tests.promises.callpoints import count_kinds, spread, traced
from tests.promises.writer import command


class Death(msgspec.Struct, frozen=True):
    """The program died at the `when`-th `call`, of this `kind` (`callpoints`); what was left."""

    call: str
    when: int
    aftermath: Aftermath
    kind: str = ""


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


def deaths(folder: Path, count: int, seconds: float) -> tuple[int, int, Iterator[Death]]:
    """How many calls an undisturbed run makes, of how many kinds, and one kill after another on folders of their own.

    The kinds take turns (`callpoints.spread`) and the kills end after `seconds`.
    """
    counts, kinds = traced(command(folder / "whole", count, 1), folder / "trace")
    points = spread(kinds, seed=1)
    return sum(counts.values()), count_kinds(kinds), _until(time.monotonic() + seconds, points, folder, count)


def _until(end: float, points: Iterator[tuple[str, str, int]], folder: Path, count: int) -> Iterator[Death]:
    tried = set[tuple[str, int]]()
    for kind, call, when in points:
        if time.monotonic() > end:
            return
        if (call, when) in tried:
            continue
        tried.add((call, when))
        place = folder / f"{call}-{when}"
        yield msgspec.structs.replace(kill_at(call, when, place, count, 1), kind=kind)
        shutil.rmtree(place, ignore_errors=True)
