"""P4: death at every write-like system call. P5: power cuts, and the control that must lose."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from scripts.drills_kit.outcome import Outcome
from tests.promises import blocklog
from tests.promises.death import deaths
from tests.promises.death_home import tries
from tests.promises.intake import FIRST, SECOND, try_intake
from tests.promises.powercut import cut_points, record, try_cuts
from tests.promises.writer import command

CUTS, WORKS = 400, 60
DISK_CUTS = 60
DEATH_MINUTES, HOME_MINUTES, HOME_KILLS = 5, 6, 600


def drill_death(quick: bool) -> dict[str, Outcome]:
    """Kill the real program at its calls; look at what is left."""
    outcome, told, seen = Outcome(), 0, set[str]()
    minutes = 0.7 if quick else DEATH_MINUTES
    with tempfile.TemporaryDirectory(prefix="valise-death-") as folder:
        calls, kinds, killed = deaths(Path(folder), 12, minutes * 60)
        for death in killed:
            outcome.cases += 1
            seen.add(death.kind)
            told += death.aftermath.told
            wrongs = (*death.aftermath.lost, death.aftermath.broken)
            outcome.violations += [f"{death.call} {death.when}: {what}" for what in wrongs if what]
    outcome.notes = (
        f"a box at work killed at {outcome.cases} of its {calls} write-like system calls, {len(seen)} of their {kinds} "
        f"kinds, all there was time for in {minutes:g} minutes; {told} told things looked for"
    )
    return {"P4": outcome}


def drill_death_home(quick: bool) -> dict[str, Outcome]:
    """The same for what carries home: `valise send`, the central that takes in, the backup."""
    outcome, kills, seen, all_kinds = Outcome(), Counter[str](), set[tuple[str, str]](), dict[str, int]()
    for case in tries(60 if quick else HOME_MINUTES * 60, 6 if quick else HOME_KILLS):
        outcome.cases += 1
        kills[case.who] += 1
        seen.add((case.who, case.kind))
        all_kinds[case.who] = case.kinds
        outcome.violations += [f"{case.who}, {case.call} {case.when}: {what}" for what in case.wrongs]
    told = (
        f"{who} killed {count} times at {sum(one == who for one, _ in seen)} of its {all_kinds[who]} kinds of calls"
        for who, count in kills.items()
    )
    outcome.notes = ", ".join(told)
    return {"P4": outcome}


def drill_power(quick: bool) -> dict[str, Outcome]:
    """Cut the power after recorded calls; the same with synchronous=NORMAL must lose, or the drill has no teeth."""
    cuts = 40 if quick else CUTS
    told, violations = _cut_up(cuts)
    _, control = _cut_up(cuts // 4, "NORMAL")
    if not control:
        violations.append("the control with synchronous=NORMAL lost nothing: the drill has no teeth")
    works, lost, without = _cut_up_intake(cuts)
    violations += lost
    violations += [
        f"without the {name} flush of the disk no work is lost" for name, count in without.items() if not count
    ]
    notes = (
        f"power cuts, {told} told things looked for; control without full sync: {len(control)} violations in "
        f"{cuts // 4} cuts; {cuts} cuts of an intake of {WORKS} works, {works} works looked at; without its "
        f"first flush: {without[FIRST]} works lost, its second: {without[SECOND]}"
    )
    return {"P5": Outcome(2 * cuts, violations, notes)}


def drill_disk_power(quick: bool) -> dict[str, Outcome]:
    """The same below a real ext4: its disk's requests are recorded, and cut off anywhere."""
    cuts = 10 if quick else DISK_CUTS
    told, violations, _ = _cut_disk(cuts)
    _, control, worst = _cut_disk(cuts, "NORMAL")
    if not control:
        violations.append("the control with synchronous=NORMAL lost nothing on ext4: the drill has no teeth")
    points = len({words.partition(":")[0] for words in control})
    notes = (
        f"{cuts} cuts below a real ext4, {told} told things looked for; control without full sync: {points} of {cuts} "
        f"cuts lost, at most {worst} things at once"
    )
    return {"P5": Outcome(cuts, violations, notes)}


def _cut_disk(cuts: int, *more: str) -> tuple[int, list[str], int]:
    with tempfile.TemporaryDirectory(prefix="valise-disk-") as name:
        recorded = blocklog.record(Path(name), 40, 1, *more)
        return blocklog.try_cuts(Path(name), recorded, cuts, 1)


def _cut_up_intake(cuts: int) -> tuple[int, list[str], dict[str, int]]:
    with tempfile.TemporaryDirectory(prefix="valise-intake-") as name:
        works, lost = try_intake(Path(name) / "whole", WORKS, cuts)
        without = {one: len(try_intake(Path(name) / one, WORKS, cuts // 4, one)[1]) for one in (FIRST, SECOND)}
    return works, lost, without


def _cut_up(cuts: int, *more: str) -> tuple[int, list[str]]:
    with tempfile.TemporaryDirectory(prefix="valise-cut-") as name:
        folder = Path(name)
        events = record(command(folder / "data", 30, 1, *more), folder, folder / "trace")
        return try_cuts(folder, events, cut_points(events, cuts), 1)
