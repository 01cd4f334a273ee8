"""A kit and its home server, enrolled, in one process over real files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.people.node import Node
from tests.sync.homes import make_central, make_kit


@pytest.fixture
def lone_kit(tmp_path: Path) -> Iterator[Node]:
    """A kit on its own."""
    node = make_kit(tmp_path / "lone")
    yield node
    node.store.close()


@pytest.fixture
def other_central(tmp_path: Path) -> Iterator[Node]:
    """Somebody else's home server."""
    node = make_central(tmp_path / "other", 1)
    yield node
    node.store.close()
