"""Time with its confidence: anchors date what a box without a clock noted; nothing else depends on wall time."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.app import build_node
from kit.clock import Clock, Moment
from kit.journal import anchors
from kit.settings import read_settings

YEAR_2026 = 1_790_000_000_000


class Hands:
    """A clock whose hands the test moves: `wall` and `mono` in seconds."""

    def __init__(self, wall: float, mono: float = 100.0) -> None:
        self.wall, self.mono = wall, mono

    def clock(self, boot: int = 1, floor_ms: int = 0) -> Clock:
        return Clock(boot, floor_ms, lambda: self.wall, lambda: self.mono)


def test_the_clock_never_shows_earlier_than_what_is_noted() -> None:
    hands = Hands(wall=0)
    clock = hands.clock(floor_ms=YEAR_2026)
    assert (clock.wall_ms(), clock.confidence) == (YEAR_2026, "unsure")
    hands.wall += 60
    assert clock.wall_ms() == YEAR_2026 + 60_000


def test_an_anchor_counts_by_the_monotonic_clock_whatever_the_wall_does() -> None:
    hands = Hands(wall=0)
    clock = hands.clock()
    clock.anchor(clock.mono_ms(), YEAR_2026)
    hands.mono += 5
    hands.wall = 4e9
    assert (clock.wall_ms(), clock.confidence) == (YEAR_2026 + 5_000, "confirmed")


def test_a_confirmed_time_dates_what_was_noted_before_it_and_outlives_a_restart(tmp_path: Path) -> None:
    hands = Hands(wall=0)
    node = build_node(read_settings({}, data=tmp_path / "kit"), hands.clock())
    before = node.clock.moment()
    hands.mono += 30
    anchors.confirm(node.journal, YEAR_2026, "staff")
    dated = anchors.date(node.store, node.journal.log_no, before)
    assert dated == anchors.Dated(YEAR_2026 - 30_000, YEAR_2026 - 30_000, YEAR_2026 - 30_000, True)
    hands.mono += 10
    again = build_node(read_settings({}, data=tmp_path / "kit"), hands.clock())
    assert again.clock.wall_ms() == YEAR_2026 + 10_000


@pytest.mark.parametrize(
    ("guess", "dated"), [(5, YEAR_2026), (YEAR_2026 + 10, YEAR_2026 + 10), (9 * YEAR_2026, YEAR_2026 + 1000)]
)
def test_a_boot_without_an_anchor_is_bounded_by_its_neighbours(tmp_path: Path, guess: int, dated: int) -> None:
    node = build_node(read_settings({}, data=tmp_path / "kit"), Hands(0).clock(boot=1))
    anchors.confirm(node.journal, YEAR_2026, "staff")
    node.journal.clock.boot = 3
    anchors.confirm(node.journal, YEAR_2026 + 1000, "central")
    found = anchors.date(node.store, node.journal.log_no, Moment(2, 0, guess))
    assert found == anchors.Dated(dated, YEAR_2026, YEAR_2026 + 1000, False)


def test_replay_keeps_the_anchors(tmp_path: Path) -> None:
    node = build_node(read_settings({}, data=tmp_path / "kit"))
    anchors.confirm(node.journal, YEAR_2026, "staff")
    before = node.journal.projection_hash()
    node.journal.replay()
    assert node.journal.projection_hash() == before
    assert node.store.value("SELECT count(*) FROM clock_anchor") == 1
