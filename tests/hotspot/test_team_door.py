"""The team's pages answer to the team's addresses only, where these are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.app import create_app
from kit.people.node import Node
from kit.web.whence import Whence
from tests import cast
from tests.conftest import copy_node, open_node
from tests.hotspot.plans import GIVEN, STAFF
from tests.pages import post_form

VISITOR, TEAM, CABLE = "10.42.0.57", "10.43.0.5", "169.254.7.1"
DOORS = ("/console", "/connexion", "/secours", "/equipe", "/console/wifi", "/console/wifi/carte")


@pytest.fixture(scope="module")
def app(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    node = open_node(copy_node(templates / "kit", tmp_path_factory.mktemp("door") / "box"), **GIVEN)
    yield create_app(node.settings, node)
    node.store.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def at(client: FlaskClient, address: str) -> FlaskClient:
    client.environ_base["REMOTE_ADDR"] = address
    return client


@pytest.mark.parametrize("path", DOORS)
def test_a_visitors_phone_is_told_so_in_words(client: FlaskClient, path: str) -> None:
    answer = at(client, VISITOR).get(path, headers={"Host": "valise.lan"})
    assert answer.status_code == 403
    assert "Rejoignez le Wi-Fi avec la clé de l’équipe" in answer.text
    assert at(client, VISITOR).get("/", headers={"Host": "valise.lan"}).status_code == 200


@pytest.mark.parametrize("address", [TEAM, CABLE, "127.0.0.1", "::1", "::ffff:10.43.0.5"])
def test_the_team_enters_by_its_key_by_cable_and_here(client: FlaskClient, address: str) -> None:
    phone = at(client, address)
    phone.environ_base["HTTP_HOST"] = "valise.lan"
    assert post_form(phone, "/connexion", passphrase=cast.NADIA.passphrase, name="Nadia").status_code == 302
    assert "Wi-Fi de la valise" in phone.get("/console/wifi").text


def test_a_cookie_that_was_carried_away_opens_nothing_elsewhere(client: FlaskClient) -> None:
    phone = at(client, TEAM)
    phone.environ_base["HTTP_HOST"] = "valise.lan"
    assert post_form(phone, "/connexion", passphrase=cast.NADIA.passphrase, name="Nadia").status_code == 302
    assert phone.get("/console").status_code == 200
    at(phone, VISITOR)
    assert phone.get("/console").status_code == 403
    assert "Nadia" not in phone.get("/bibliotheque").text, "a page for everybody is a visitor's"
    assert at(phone, TEAM).get("/console").status_code == 200


def test_a_machine_that_names_no_network_lets_the_team_in_from_anywhere(kit_node: Node) -> None:
    client = create_app(kit_node.settings, kit_node).test_client()
    assert at(client, "203.0.113.9").get("/connexion").status_code == 200


@pytest.mark.parametrize("address", ["", "nonsense", "10.42.0.57", "203.0.113.9", "fe80::1", "::ffff:10.42.0.57"])
def test_other_addresses_are_not_the_teams(address: str) -> None:
    assert not Whence(STAFF.split()).is_staff(address)
    assert Whence(()).is_staff(address)
