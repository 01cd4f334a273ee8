"""P11: kits of every release ever shipped can still deliver."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises.golden import GOLDEN, check


@pytest.mark.parametrize("golden", sorted(GOLDEN.iterdir()), ids=lambda golden: golden.name)
def test_p11_an_old_kit_can_still_deliver(golden: Path, tmp_path: Path) -> None:
    cases, wrongs = check(golden, tmp_path)
    assert wrongs == []
    assert cases > 50
