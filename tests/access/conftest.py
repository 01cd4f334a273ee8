"""One world for the tests of this folder, read only: what a test changes there it leaves harmless."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.world import World, make_world


@pytest.fixture(scope="module")
def world(demo: Path, templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(demo, templates / "kit", tmp_path_factory.mktemp("world"))
    yield made
    made.end()
