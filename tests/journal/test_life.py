"""Kit life counts running time, whatever the wall clock says."""

from __future__ import annotations

from pathlib import Path

from kit.clock import Clock
from kit.journal.life import tick
from kit.store import open_store


def test_life_adds_up_over_boots_and_ignores_the_wall(tmp_path: Path) -> None:
    store = open_store(tmp_path / "valise.db")
    hands = {"wall": 0.0, "mono": 100.0}

    def clock(boot: int) -> Clock:
        return Clock(boot, 0, lambda: hands["wall"], lambda: hands["mono"])

    assert tick(store, clock(1)) == 100_000
    hands.update(wall=9e9, mono=160.0)
    assert tick(store, clock(1)) == 160_000
    hands.update(wall=5.0, mono=30.0)
    assert tick(store, clock(2)) == 190_000
    hands.update(mono=20.0)  # nonsense within a boot adds nothing
    assert tick(store, clock(2)) == 190_000
