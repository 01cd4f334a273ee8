"""A kit with a launcher and the central that signs its updates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.people.node import Node
from tests.sync.homes import copy_pair


@pytest.fixture
def pair(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Node, Node]]:
    """The same, over files of their own; the kit has a launcher."""
    kit, central = copy_pair(template, tmp_path)
    monkeypatch.setenv("VALISE_VERSIONS", str(tmp_path / "versions"))
    monkeypatch.delenv("VALISE_RUNNING", raising=False)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # a shell's; no suitcase has it
    yield kit, central
    kit.store.close()
    central.store.close()
