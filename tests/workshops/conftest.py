"""The fixture of this room: a kit of each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .box import Box, make_box


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    """A set-up kit over a real file."""
    made = make_box(tmp_path / "kit")
    yield made
    made.node.store.close()
