"""A kit of its own for each test of this room, with the people who use it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from kit.app import build_node, create_app
from kit.clock import Clock
from kit.ids import new_id, to_text
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from kit.workshops import actions
from kit.workshops.forms import NewWorkshop, Person
from tests.prepared import TEAMS

PASSPHRASE = "abeille agneau ancre arbre arc argent"
LIBRARIAN = "lune renard pomme fleur arbre jardin"
HOUR_MS = 3_600_000
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


def plan(starts_at_ms: int, **changes: object) -> NewWorkshop:
    """A workshop as staff would write it."""
    given = {
        "title": "Mon premier e-mail",
        "stop_id": b"",
        "stop_label": "",
        "place": "Grande salle",
        "starts_at_ms": starts_at_ms,
        "length_minutes": 90,
        "places": 3,
        "waiting_places": 2,
        "level": "debutant",
        "theme": "email",
        "summary": "Créer une adresse.",
    }
    return NewWorkshop(**(given | changes))


@dataclass
class Box:
    """One kit: its node, its application, and short ways to do what people do."""

    node: Node
    app: Flask

    def visitor(self) -> FlaskClient:
        """Somebody who keeps no cookie."""
        return self.app.test_client(use_cookies=False)

    def staff(self, passphrase: str = PASSPHRASE) -> FlaskClient:
        """A signed-in phone of the team."""
        client = self.app.test_client()
        answer = post(client, "/connexion", at="/connexion", passphrase=passphrase)
        assert answer.status_code == 302, answer.text
        return client

    def plan(self, in_hours: float = 1, **changes: object) -> bytes:
        """Plan a workshop that begins in so many hours."""
        start = self.node.clock.wall_ms() + int(in_hours * HOUR_MS)
        return actions.plan_workshop(self.node, plan(start, **changes))

    def sign_up(self, workshop_id: bytes, name: str = "Marie D.", phone: str = "") -> actions.Signup:
        """Ask for a place."""
        return actions.sign_up(self.node, workshop_id, new_id(), Person(name, phone))


def url(workshop_id: bytes, rest: str = "") -> str:
    """The console's address of a workshop."""
    return f"/console/ateliers/{to_text(workshop_id)}{rest}"


def token(client: FlaskClient, page: str) -> str:
    """The token of the first form of a page."""
    found = TOKEN.search(client.get(page).text)
    assert found, page
    return found[1]


def post(client: FlaskClient, address: str, *, at: str, **fields: str):
    """Post a form of the page `at`."""
    return client.post(address, data={"csrf": token(client, at), **fields})


def make_box(folder: Path, clock: Clock | None = None) -> Box:
    """A set-up kit over a real file."""
    settings = read_settings({}, data=folder)
    if clock is None and not folder.exists():
        TEAMS.lay(folder, PASSPHRASE)
    node = build_node(settings, clock)
    if not people.is_set_up(node):
        people.set_up(node, "Équipe", "mediator", PASSPHRASE)
    return Box(node, create_app(settings, node))


def count_statements(box: Box, act: Callable[[], object]) -> int:
    """How many statements `act` runs on this thread's connection."""
    seen: list[str] = []
    connection = box.node.store.db.connection()
    connection.set_trace_callback(seen.append)
    act()
    connection.set_trace_callback(None)
    return len(seen)
