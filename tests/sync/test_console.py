"""The mediator's page "Send home": every state says what to do next."""

from __future__ import annotations

import re
import threading
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.app import create_app
from kit.central import actions as central_actions
from kit.errors import Problem
from kit.people.node import Node
from kit.sync.actions import journey, send
from kit.sync.carriers import Progress
from kit.sync.routes import EXTENSION
from tests.central.season import post, sign_in
from tests.sync.homes import note, served

URL = "/console/envoi"


@pytest.fixture
def app(pair: tuple[Node, Node]) -> Flask:
    return create_app(pair[0].settings, pair[0])


@pytest.fixture
def mediator(app: Flask) -> FlaskClient:
    return sign_in(app, "Équipe")


def page(client: FlaskClient) -> str:
    answer = client.get(URL)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def wait_for(app: Flask) -> None:
    end = time.monotonic() + 20
    while app.extensions[EXTENSION].progress is not None:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_visitors_do_not_send(app: Flask) -> None:
    assert app.test_client().get(URL).status_code == 401


def test_one_press_sends_everything(app: Flask, mediator: FlaskClient, pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 12, named=2)
    assert "12 fiches seulement ici" in page(mediator)
    with served(central):
        assert post(mediator, URL).status_code == 303
        wait_for(app)
    assert "Tout est bien reçu" in page(mediator)
    assert central.store.value("SELECT count(*) FROM fact") == 12


def test_what_went_wrong_is_told_and_nothing_is_lost(
    app: Flask, mediator: FlaskClient, pair: tuple[Node, Node]
) -> None:
    kit, central = pair
    note(kit, 3)
    (enrolled,) = central_actions.queries.list_kits(central.store, 9, 0)
    central_actions.set_revoked(central, enrolled.kit_id, True)
    with served(central):
        post(mediator, URL)
        wait_for(app)
    shown = page(mediator)
    assert "n’est plus acceptée" in shown
    assert "3 fiches seulement ici" in shown


def test_while_it_runs_the_page_says_so_and_a_second_press_changes_nothing(app: Flask, mediator: FlaskClient) -> None:
    sender = app.extensions[EXTENSION]
    token = re.search(r'name="csrf" value="([^"]+)"', page(mediator))
    assert token
    assert sender._lock.acquire(blocking=False)
    sender.progress = Progress(40, 100)
    try:
        shown = page(mediator)
        assert "40 fiches envoyées sur 100" in shown
        assert 'http-equiv="refresh"' in shown
        assert mediator.post(URL, data={"csrf": token[1]}).status_code == 303
        assert "déjà en cours" in page(mediator)
        assert sender.progress == Progress(40, 100)
    finally:
        sender.progress = None
        sender._lock.release()
    assert 'http-equiv="refresh"' not in page(mediator)


def test_only_one_sending_at_a_time(app: Flask, pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 2000, named=100)
    sender = app.extensions[EXTENSION]
    with served(central):
        sender.start(kit)
        with pytest.raises(Problem) as refusal:
            sender.start(kit)
        assert refusal.value.code == "sync.running"
        wait_for(app)
        sender.start(kit)
        wait_for(app)
    assert journey(kit).only_here == 0


def test_visitors_are_answered_while_it_sends(app: Flask, pair: tuple[Node, Node]) -> None:
    """Facts are noted during a sending: no lock is held while it compresses or waits for the network."""
    kit, central = pair
    note(kit, 4000, named=50)
    slowest = 0.0
    with served(central):
        sending = threading.Thread(target=lambda: (send(kit), kit.store.close()))
        sending.start()
        while sending.is_alive():
            begun = time.monotonic()
            note(kit, 1)
            slowest = max(slowest, time.monotonic() - begun)
            time.sleep(0.01)
        sending.join()
        send(kit)
    assert journey(kit).only_here == 0
    assert slowest < 1.0


def test_a_lone_kit_is_linked_on_this_page(lone_kit: Node, pair: tuple[Node, Node]) -> None:
    central = pair[1]
    client = sign_in(create_app(lone_kit.settings, lone_kit), "Équipe")
    assert "Relier cette valise" in page(client)
    wrong = post(client, "/console/envoi/relier", URL, lien="bonjour")
    assert wrong.status_code == 422
    shown = wrong.get_data(as_text=True)
    assert 'value="bonjour"' in shown
    assert 'href="#lien"' in shown
    with served(central):
        link = central_actions.make_enrolment(central, "Nouvelle venue")
        assert post(client, "/console/envoi/relier", URL, lien=f"  {link}\n").status_code == 303
    assert "Nouvelle venue" in page(client)
