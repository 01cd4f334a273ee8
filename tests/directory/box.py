"""One kit for a test, and short ways to fill its directory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kit.app import build_node, create_app
from kit.clock import Clock
from kit.directory import actions
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from tests.prepared import TEAMS

PASSPHRASE = "abeille agneau ancre arbre arc argent"
REAL = Path(__file__).parents[2] / "content" / "demo" / "lieux-aix-en-provence.json"
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
HOUR_MS = 3_600_000


@dataclass
class Box:
    """One kit: its node, its application, the folder beside it for files to import."""

    node: Node
    app: Flask

    def visitor(self) -> FlaskClient:
        """Somebody who keeps no cookie."""
        return self.app.test_client(use_cookies=False)

    def staff(self) -> FlaskClient:
        """A signed-in phone of the team."""
        client = self.app.test_client()
        assert post(client, "/connexion", passphrase=PASSPHRASE).status_code == 302
        return client

    def take_in(self, content: object, name: str = "lieux.json") -> actions.Outcome:
        """Import rows (as JSON) or text (as it is)."""
        path = self.node.data.parent / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return actions.import_places(self.node, path)

    def plan_stop(self, in_hours: float = -1, hours: float = 6, label: str = "Salle des fêtes", **more: str) -> bytes:
        """A stop that begins in so many hours."""
        start = self.node.clock.wall_ms() + int(in_hours * HOUR_MS)
        given = {"commune": "Saint-Auban", **more}
        return actions.plan_stop(
            self.node, label=label, starts_at_ms=start, ends_at_ms=start + int(hours * HOUR_MS), **given
        )


def place(number: int = 1, **changes: object) -> dict[str, object]:
    """A row of version 1.0.2."""
    row = {
        "id": f"lieu-{number}", "pivot": "43493312300029", "nom": f"Lieu {number:04}", "commune": "Reims",
        "code_postal": "51100", "adresse": "12 RUE DE L'ŒUVRE", "date_maj": "2024-04-02", "source": "Hubik",
        "services": "Aide aux démarches administratives|Utilisation sécurisée du numérique",
    }  # fmt: skip
    return {**row, **changes}


def make_box(folder: Path, clock: Clock | None = None) -> Box:
    """A set-up kit over a real file."""
    settings = read_settings({}, data=folder)
    if clock is None and not folder.exists():
        TEAMS.lay(folder, PASSPHRASE)
    node = build_node(settings, clock)
    if not people.is_set_up(node):
        people.set_up(node, "Équipe", "mediator", PASSPHRASE)
    return Box(node, create_app(settings, node))


def post(client: FlaskClient, at: str, /, **fields: str) -> TestResponse:
    """Post the form of the page at the same address."""
    found = TOKEN.search(client.get(at).text)
    assert found, at
    return client.post(at, data={"csrf": found[1], **fields})


def count_statements(box: Box, act: Callable[[], object]) -> int:
    """How many statements `act` runs on this thread's connection (`--` marks those an index runs inside itself)."""
    seen: list[str] = []
    connection = box.node.store.db.connection()
    connection.set_trace_callback(seen.append)
    act()
    connection.set_trace_callback(None)
    return len([statement for statement in seen if not statement.startswith("--")])
