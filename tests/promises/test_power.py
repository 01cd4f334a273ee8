"""P4 and P5 in the ordinary suite, in a small size; `scripts/drills` tries many more cases."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.promises.aftermath import look_at
from tests.promises.death import kill_at, writer
from tests.promises.powercut import Event, cut, record, said_before


def cut_points(events: list[Event], count: int) -> list[int]:
    """Points spread over the whole run, the last of them after its end."""
    return [len(events) * part // count for part in range(1, count + 1)]


def try_cuts(folder: Path, events: list[Event], points: list[int], seed: int) -> tuple[int, list[str]]:
    """Cut at each point; how many lines had been told in all, and what was violated."""
    chance, told, violations = random.Random(seed), 0, []
    for point in points:
        state = folder / f"cut-{point}"
        cut(events, point, state, folder, chance)
        said = said_before(events, point)
        if "ready" in said:
            after = look_at(state / "data", said)
            told += after.told
            violations += [f"{point}: {what}" for what in (*after.lost, after.broken) if what]
        shutil.rmtree(state, ignore_errors=True)
    return told, violations


def test_p5_a_power_cut_loses_nothing_that_was_told(tmp_path: Path) -> None:
    events = record(writer(tmp_path / "data", 25, 1), tmp_path, tmp_path / "trace")
    told, violations = try_cuts(tmp_path, events, cut_points(events, 20), 1)
    assert violations == []
    assert told > 100


def test_p5_the_control_without_full_sync_does_lose(tmp_path: Path) -> None:
    events = record(writer(tmp_path / "data", 25, 1, "NORMAL"), tmp_path, tmp_path / "trace")
    _, violations = try_cuts(tmp_path, events, cut_points(events, 20), 1)
    assert violations


@pytest.mark.parametrize(("call", "when"), [("pwrite64", 60), ("pwrite64", 200), ("fdatasync", 12), ("write", 9)])
def test_p4_death_at_a_write_loses_nothing_that_was_told(tmp_path: Path, call: str, when: int) -> None:
    death = kill_at(call, when, tmp_path / "data", 12, 1)
    assert death.aftermath.broken == ""
    assert death.aftermath.lost == ()
