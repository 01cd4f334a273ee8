"""What the library's tests stand on: a kit with a team, its visitors, and works added to its shelves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kit.app import build_node, create_app
from kit.library.actions import Outcome, add_paths
from kit.library.queries import ItemView, find_item
from kit.people.actions import set_up
from kit.people.node import Node
from kit.settings import read_settings

from .library_makers import make_epub

PHRASE = "lune renard sapin bateau tulipe nuage"


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    """A kit. Its team has no passphrase yet: stretching one takes a second that most tests need not spend."""
    made = build_node(read_settings({}, data=tmp_path / "data"))
    yield made
    made.store.close()


class Phone(FlaskClient):
    """Reads every answer to its end and closes it, as a browser does."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> Any:
        return super().open(*args, buffered=buffered, **kwargs)


def phone(node: Node) -> FlaskClient:
    app = create_app(node.settings, node)
    app.test_client_class = Phone
    return app.test_client()


@pytest.fixture
def visitor(node: Node) -> FlaskClient:
    """Somebody's phone."""
    return phone(node)


@pytest.fixture
def staff(node: Node) -> FlaskClient:
    """A phone of the team, signed in."""
    set_up(node, "Équipe", "mediator", PHRASE)
    client = phone(node)
    token = _token(client.get("/connexion").get_data(as_text=True))
    answer = client.post("/connexion", data={"csrf": token, "passphrase": PHRASE, "name": "Équipe"})
    assert answer.status_code == 302
    return client


def _token(page: str) -> str:
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]


@pytest.fixture
def post() -> Callable[..., object]:
    """Fetch a form's page, then send it with its token."""

    def send(client: FlaskClient, url: str, **fields: str) -> object:
        return client.post(url, data={"csrf": _token(client.get(url).get_data(as_text=True)), **fields})

    return send


@pytest.fixture
def add(node: Node) -> Callable[..., Outcome]:
    """Add paths to the shelves."""
    return lambda *paths: add_paths(node, paths)


@pytest.fixture
def book(node: Node, tmp_path: Path, add: Callable[..., Outcome]) -> ItemView:
    """A small free book on the shelves."""
    outcome = add(make_epub(tmp_path / "livre.epub"))
    assert not outcome.refused
    found = find_item(node.store, outcome.added[0])
    assert found is not None and found.is_public
    return found
