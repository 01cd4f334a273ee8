"""A kit with a launcher and the central that signs its updates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.people.node import Node
from tests.sync.homes import copy_pair, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A central and a kit attached to it, made once."""
    folder = tmp_path_factory.mktemp("updates")
    make_template(folder)
    return folder


@pytest.fixture
def pair(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Node, Node]]:
    """The same, over files of their own; the kit has a launcher."""
    kit, central = copy_pair(template, tmp_path)
    monkeypatch.setenv("VALISE_VERSIONS", str(tmp_path / "versions"))
    monkeypatch.delenv("VALISE_RUNNING", raising=False)
    yield kit, central
    kit.store.close()
    central.store.close()
