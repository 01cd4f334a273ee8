"""A season as a kit notes it, through the rooms' own actions: a workshop, people, opinions."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from kit.feedback import actions as feedback
from kit.feedback.forms import NewAnswer
from kit.ids import new_id
from kit.people.node import Node
from kit.workshops import actions as workshops
from kit.workshops.forms import NewWorkshop, Person, Profile
from tests.sync.homes import CANARY, PASSPHRASE

WROTE = "Le pain de Sospel était très bon"
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Season:
    """What was noted: the workshop's id."""

    workshop_id: bytes


def note_season(kit: Node, title: str = "Mon premier e-mail", opinions: int = 6) -> Season:
    """Two people signed up, one came, one walk-in, one anonymous; `opinions` opinions, the first with a text."""
    workshop_id = workshops.plan_workshop(
        kit,
        NewWorkshop(
            title=title, theme="email", summary="", level="debutant", starts_at_ms=kit.clock.wall_ms() + HOUR_MS,
            length_minutes=90, places=8, waiting_places=4, stop_id=b"", stop_label="Salle des fêtes", place="",
        ),
    )  # fmt: skip
    signup = workshops.sign_up(kit, workshop_id, new_id(), Person(name=CANARY, phone="06 39 98 00 01"))
    workshops.sign_up(kit, workshop_id, new_id(), Person(name="Anatole", phone=""))
    workshops.note_ticket(kit, workshop_id, signup.code)
    workshops.add_walk_in(kit, workshop_id, new_id(), Person(name="Sidonie", phone=""), Profile())
    workshops.add_anonymous(kit, workshop_id, new_id(), Profile())
    for place in range(opinions):
        answer = NewAnswer(
            "fin-atelier", 1, workshop_id, (("satisfaction", 10),), {"parole": WROTE} if place == 0 else {}
        )
        feedback.note_answer(kit, os.urandom(16), answer)
    return Season(workshop_id)


def sign_in(app: Flask, name: str = "Coordination") -> FlaskClient:
    """A phone signed in as one person of the team."""
    client = app.test_client()
    response = post(client, "/connexion", passphrase=PASSPHRASE, name=name)
    assert response.status_code == 302, response.status_code
    return client


def post(client: FlaskClient, url: str, page: str = "", **fields: str):  # type: ignore[no-untyped-def]
    """Send a form as a browser does: with the token of its page."""
    shown = client.get(page or url).get_data(as_text=True)
    token = re.search(r'name="csrf" value="([^"]+)"', shown)
    assert token, shown
    return client.post(url, data={**fields, "csrf": token[1]})
