"""A kit of its own for each test of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from .box import Box, make_box


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A kit with nothing in it."""
    return make_box(tmp_path / "kit")
