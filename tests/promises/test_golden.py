"""P11: kits of every release ever shipped can still deliver."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.golden import GOLDEN, check
from tests.served import REPO


@pytest.mark.parametrize("golden", sorted(GOLDEN.iterdir()), ids=lambda golden: golden.name)
def test_p11_an_old_kit_can_still_deliver(golden: Path, tmp_path: Path) -> None:
    cases, wrongs = check(golden, tmp_path)
    assert wrongs == []
    assert cases > 50


def test_one_can_still_be_made(tmp_path: Path) -> None:
    """Of the release that is current, by the words of golden.py; it is read like the others."""
    subprocess.run([sys.executable, "-m", "tests.promises.golden", str(tmp_path / "now")], cwd=REPO, check=True)
    (tmp_path / "read").mkdir()
    assert check(tmp_path / "now", tmp_path / "read")[1] == []
