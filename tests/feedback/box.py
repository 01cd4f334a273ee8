"""One kit for a test, and short ways to do what people do with opinions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kit.app import build_node, create_app
from kit.directory import actions as directory
from kit.feedback import actions
from kit.feedback.forms import NewAnswer
from kit.ids import new_id, to_text
from kit.people.node import Node
from kit.settings import read_settings
from tests.prepared import TEAMS

PASSPHRASE = "abeille agneau ancre arbre arc argent"
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
DAY_MS = 86_400_000


@dataclass
class Box:
    """One kit: its node and its application, with one workshop that people may speak of."""

    node: Node
    app: Flask
    workshop_id: bytes
    recovery_code: str = ""

    def visitor(self) -> FlaskClient:
        """Somebody who keeps no cookie."""
        return self.app.test_client(use_cookies=False)

    def staff(self) -> FlaskClient:
        """A signed-in phone of the team."""
        client = self.app.test_client()
        assert post(client, "/connexion", passphrase=PASSPHRASE).status_code == 302
        return client

    def plan_stop(self, tour: str = "Estéron") -> bytes:
        """A stop of now."""
        now = self.node.clock.wall_ms()
        return directory.plan_stop(
            self.node, label="Salle", commune="Gars", starts_at_ms=now - 1000, ends_at_ms=now + DAY_MS, tour=tour
        )

    def give(self, mark: int = 10, text: str = "", workshop_id: bytes | None = None) -> None:
        """An answer, about the workshop unless another (or none, b"") is given."""
        chosen = self.workshop_id if workshop_id is None else workshop_id
        answer = NewAnswer("fin-atelier", 1, chosen, (("satisfaction", mark),), {"parole": text} if text else {})
        actions.note_answer(self.node, new_id(), answer)

    def close_stop(self, stop_id: bytes) -> None:
        """Close a stop the way the application does."""
        directory.close_stop(self.node, stop_id, [actions.after_stop_close])


def make_box(folder: Path, **settings: object) -> Box:
    """A set-up kit over a real file."""
    read = read_settings({}, data=folder, **settings)
    code = "" if folder.exists() else TEAMS.lay(folder, PASSPHRASE)
    node = build_node(read)
    app, workshop_id = create_app(read, node), new_id()
    app.extensions["valise.workshop_choices"] = lambda: [(to_text(workshop_id), "Mon premier e-mail")]
    app.extensions["valise.workshop_labels"] = lambda ids: {workshop_id: "Mon premier e-mail"}
    return Box(node, app, workshop_id, code)


def post(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Post the form of the page at the same address."""
    found = TOKEN.search(client.get(address).text)
    assert found, address
    return client.post(address, data={"csrf": found[1], **fields})


def count_statements(box: Box, act: Callable[[], object]) -> int:
    """How many statements `act` runs on this thread's connection."""
    seen: list[str] = []
    connection = box.node.store.db.connection()
    connection.set_trace_callback(seen.append)
    act()
    connection.set_trace_callback(None)
    return len(seen)


def all_bytes(folder: Path) -> bytes:
    """Every byte a thief finds in the data folder: database, write-ahead log, temporary files."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
