"""P7, P8 and P9 in the ordinary suite, in a small size; `scripts/drills` tries many more cases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.badline import run
from tests.promises.clocks import AT_THE_DOOR, answers_at_the_door, clocks, try_clocks
from tests.promises.disk import NAME, needles, search, try_disk
from tests.promises.golden import GOLDEN


@pytest.mark.parametrize("name", ["v0.1.0", "v0.1.0-bundles"])
def test_p7_spoilt_things_block_nothing_and_take_no_memory(tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-m", "tests.promises.fuzz", str(GOLDEN / name), str(tmp_path), "60"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("HELD"), done.stderr[-2000:]
    assert int(done.stdout.split()[1]) > 500


def test_p8_a_command_of_the_bad_line_that_fails_fails_the_drill() -> None:
    with pytest.raises(RuntimeError, match="sh -c"):
        run("sh", "-c", "exit 3")


def test_p9_wrong_clocks_change_no_outcome() -> None:
    cases, wrongs = try_clocks(1)
    assert cases == 16 + 8 * 4
    assert wrongs == []


def test_p9_the_door_tells_over_only_when_staff_vouched_for_the_hour() -> None:
    assert answers_at_the_door(clocks()["2060"]) == AT_THE_DOOR
    assert "workshops.over" in AT_THE_DOOR, "the drill sees a refusal where there must be one"


def test_p10_the_disk_tells_no_name_and_the_erased_stay_erased(tmp_path: Path) -> None:
    looked, found = try_disk(tmp_path, 15)
    assert found == []
    assert looked > 1000


def test_p10_the_search_finds_a_name_wherever_it_is(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.bin").write_bytes(b"\0" * 5000 + NAME.encode("utf-16-le") + b"\xff")
    assert search(tmp_path, needles())[1]
