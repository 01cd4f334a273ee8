"""P4 and P5 in the ordinary suite, in a small size; `scripts/drills` tries many more cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises import blocklog
from tests.promises.death import kill_at
from tests.promises.death_home import SUBJECTS, tries
from tests.promises.intake import FIRST, SECOND, try_intake
from tests.promises.powercut import cut_points, record, try_cuts
from tests.promises.writer import command

WORKS, INTAKE_CUTS = 24, 10


def test_p5_a_power_cut_loses_nothing_that_was_told(tmp_path: Path) -> None:
    events = record(command(tmp_path / "data", 25, 1), tmp_path, tmp_path / "trace")
    told, violations = try_cuts(tmp_path, events, cut_points(events, 20), 1)
    assert violations == []
    assert told > 100


def test_p5_a_power_cut_leaves_no_work_without_its_bytes(tmp_path: Path) -> None:
    """Two flushes for fifty works; with either of them left out, works are lost: the drill has teeth."""
    looked, violations = try_intake(tmp_path / "as it is", WORKS, INTAKE_CUTS)
    assert violations == []
    assert looked > WORKS * 4
    for left_out in (FIRST, SECOND):
        assert try_intake(tmp_path / left_out, WORKS, INTAKE_CUTS, left_out)[1], (
            f"nothing is lost without the {left_out} flush"
        )


def test_p5_the_control_without_full_sync_does_lose(tmp_path: Path) -> None:
    events = record(command(tmp_path / "data", 25, 1, "NORMAL"), tmp_path, tmp_path / "trace")
    _, violations = try_cuts(tmp_path, events, cut_points(events, 20), 1)
    assert violations


@pytest.mark.parametrize(("call", "when"), [("pwrite64", 60), ("pwrite64", 200), ("fdatasync", 12), ("write", 9)])
def test_p4_death_at_a_write_loses_nothing_that_was_told(tmp_path: Path, call: str, when: int) -> None:
    death = kill_at(call, when, tmp_path / "data", 12, 1)
    assert death.aftermath.broken == ""
    assert death.aftermath.lost == ()


def test_p4_death_while_sending_taking_in_or_backing_up_loses_nothing(tmp_path: Path) -> None:
    cases = list(tries(120, 3))
    assert {case.who for case in cases} == set(SUBJECTS)
    assert [case.wrongs for case in cases] == [(), (), ()]


def test_p5_a_power_cut_below_a_real_ext4_loses_nothing_and_the_control_does(tmp_path: Path) -> None:
    """The control loses in most cuts, not in each: it is cut at other points until it has, five times at most."""
    for sync, more in (("FULL", ()), ("NORMAL", ("NORMAL",))):
        (tmp_path / sync).mkdir()
        recorded = blocklog.record(tmp_path / sync, 25, 1, *more)
        for seed in range(1, 6):
            told, violations, _ = blocklog.try_cuts(tmp_path / sync, recorded, 6, seed)
            assert told > 10
            if violations or sync == "FULL":
                break
        assert bool(violations) == (sync == "NORMAL"), violations
