"""The home server with what a kit sent, seen by each role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.people.node import Node
from tests.sync.homes import copy_pair, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An enrolled kit and central to copy from."""
    folder = tmp_path_factory.mktemp("template")
    make_template(folder)
    return folder


@pytest.fixture
def pair(template: Path, tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    """(kit, central), enrolled with each other."""
    kit, central = copy_pair(template, tmp_path / "pair")
    yield kit, central
    kit.store.close()
    central.store.close()
