"""A kit of its own for each test of this room."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .box import REAL, Box, make_box


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A kit whose directory is empty."""
    return make_box(tmp_path / "kit")


@pytest.fixture
def full_box(box: Box) -> Box:
    """A kit with the 38 real places."""
    from kit.directory import actions

    actions.import_places(box.node, REAL)
    return box


@pytest.fixture(scope="session")
def npm_library() -> Path:
    """Where scripts/test has laid the national standard's own library."""
    folder = Path(sys.prefix) / "npm"
    assert (folder / "node_modules").is_dir(), "scripts/test installs it"
    return folder
