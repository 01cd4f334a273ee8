"""The boxes and the home server at which guides are followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.app import create_app
from kit.people.node import Node
from kit.sync.actions import send
from tests.central.season import note_season
from tests.central.season import sign_in as sign_in_home
from tests.conftest import copy_node, open_node
from tests.content.walking import (
    Pair,
    User,
)
from tests.hotspot.plans import GIVEN
from tests.sync.homes import copy_pair, served


@pytest.fixture
def pair(template: Path, tmp_path: Path) -> Iterator[Pair]:
    """A kit whose season came home, and the home server."""
    kit, central = copy_pair(template, tmp_path / "pair")
    note_season(kit)
    with served(central):
        send(kit)
    yield kit, central
    kit.store.close()
    central.store.close()


@pytest.fixture
def home(pair: Pair) -> User:
    """Somebody of the coordination, at the first page."""
    return User(sign_in_home(create_app(pair[1].settings, pair[1])), "/")


@pytest.fixture
def node(demo: Path, tmp_path: Path) -> Iterator[Node]:
    """The box of the demonstration."""
    node = open_node(copy_node(demo, tmp_path / "kit"))
    yield node
    node.store.close()


@pytest.fixture
def full_node(demo: Path, tmp_path: Path) -> Iterator[Node]:
    """A card with a Wi-Fi of its own, and a disk that is full: a check says « à réparer »."""
    node = open_node(copy_node(demo, tmp_path / "kit"), **GIVEN, reserve=10**18)
    yield node
    node.store.close()
