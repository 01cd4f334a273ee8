"""The plug is pulled in the middle of an update: killed at each step that changes a name, the suitcase starts and can
take the update again. What runs now is never touched before the last step."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from kit.app import build_node
from kit.people.node import Node
from kit.updates.versions import SAVED, Versions
from tests.killed import DURABLE, NAMES, run_killed

from .test_updates import launcher, make_wheel, sign

__all__ = ["launcher"]  # pytest finds it here
_INSTALL = """
import sys
from pathlib import Path
from kit.app import build_node
from kit.settings import read_settings
from kit.updates import actions
actions.install(build_node(read_settings({}, data=sys.argv[1])), Path(sys.argv[2]))
"""


def install(data: Path, update: Path, versions: Path, calls: str = "", kill_at: int = 0) -> int:
    """Install in a process of its own, killed at its n-th call of these; how it ended (-9: killed)."""
    return run_killed(["-c", _INSTALL, str(data), str(update)], calls, kill_at, VALISE_VERSIONS=str(versions))


def look(versions: Versions, launcher: Path) -> None:
    """Whatever was cut: the choice is whole, what it names is there, and the version that proved itself starts."""
    choice = versions.read()
    assert choice in ({}, {"trying": "0.2.0", "tries": 0})
    if choice:
        assert (versions.folder / "0.2.0/kit/cli.py").is_file()
        saved = sqlite3.connect(versions.folder / SAVED)
        assert saved.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        saved.close()
    said = subprocess.run([sys.executable, "-B", launcher, "--version"], capture_output=True, text=True, check=True)
    assert "0.2.0" not in said.stdout


@pytest.mark.parametrize(
    ("calls", "steps"),
    [
        pytest.param(NAMES, range(1, 9), id="at every name it changes"),
        pytest.param("mkdir,mkdirat", (1, 12, 40), id="while it is unpacked", marks=pytest.mark.long),
        pytest.param(DURABLE, range(1, 9), id="as it is made durable", marks=pytest.mark.long),
    ],
)
def test_a_cut_at_each_step_leaves_a_suitcase_that_starts_and_takes_it_again(
    pair: tuple[Node, Node], tmp_path: Path, launcher: Path, calls: str, steps: Sequence[int]
) -> None:
    kit, central = pair
    make_wheel(tmp_path / "next", "0.2.0")
    update, versions = sign(central, tmp_path / "next", "0.2.0"), Versions(tmp_path / "versions")
    kit.store.close()
    cuts = 0
    for step in steps:
        if install(kit.data, update, versions.folder, calls, step) == 0:
            break
        cuts += 1
        look(versions, launcher)
    assert cuts == 3 if calls == NAMES else cuts >= 2, "the version, the database of before, the choice"
    assert install(kit.data, update, versions.folder) == 0
    assert versions.read() == {"trying": "0.2.0", "tries": 0} and not (versions.folder / ".draft").exists()
    again = build_node(kit.settings)
    assert not again.store.find_damage() and list((kit.data / "tmp").iterdir()) == []
    again.store.close()
