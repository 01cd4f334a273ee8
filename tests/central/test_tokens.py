"""Tokens of programs: shown once, with scopes and territories, refused by name; too many visits have their pause."""

from __future__ import annotations

import re

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.app import create_app
from kit.central.api_gate import MOST
from kit.people.node import Node
from kit.sync.actions import send
from tests.central.season import note_season, post, sign_in
from tests.central.test_figures_by import BREIL, hold
from tests.sync.homes import CANARY, served

PAGE = "/equipe/jetons"


@pytest.fixture
def app(pair: tuple[Node, Node]) -> Flask:
    """Three people came to Breil; the kit goes to the Roya."""
    kit, central = pair
    note_season(kit, opinions=0)
    hold(kit, BREIL, 3)
    with served(central):
        send(kit)
    with central.store.write():
        central.store.run("UPDATE kit SET territory = 'Roya'")
    return create_app(central.settings, central)


def make(client: FlaskClient, **fields: object) -> str:
    page = post(client, PAGE, nom="Tableau de bord", **fields).text  # type: ignore[arg-type]
    (token,) = re.findall(r">(valise_[\w-]{43})<", page)
    return str(token)


def read(app: Flask, path: str, token: str = ""):  # type: ignore[no-untyped-def]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return app.test_client(use_cookies=False).get(f"/api/v1/{path}", headers=headers)


def test_a_token_reads_what_its_scope_says_and_no_name(pair: tuple[Node, Node], app: Flask) -> None:
    client = sign_in(app)
    token = make(client, portee="chiffres")
    assert token not in client.get(PAGE).text and token.encode() not in (pair[1].data / "valise.db").read_bytes()
    told = read(app, "chiffres?niveau=commune", token).get_json()
    assert [(line["Commune"], line["Participations"]) for line in told["lignes"]] == [("Breil-sur-Roya", 3)]
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    jsonschema.validate(told, document["components"]["schemas"]["Chiffres"])
    refused = read(app, "comptes-rendus", token)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "api.no_scope")
    for wrong in ("du=hier", "au=20261101", "niveau=pays", "halte=x", f"etiquette={'x' * 121}"):
        refused = read(app, f"chiffres?{wrong}", token)
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (400, "api.bad_parameter"), wrong
    both = make(client, portee=["chiffres", "comptes-rendus"])
    answer = read(app, "comptes-rendus", both)
    assert answer.mimetype == "application/vnd.api+json" and len(answer.get_json()["data"]) == 1
    assert CANARY not in answer.text
    assert "venu le" in client.get(PAGE).text


def test_without_a_right_token_nothing_is_said(app: Flask) -> None:
    client = sign_in(app)
    token = make(client, portee="chiffres")
    for wrong in ("", "x", token[:-1], f"{token}x", "é"):
        answer = read(app, "chiffres", wrong)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="valise"'), wrong
    mark = re.findall(rf"{PAGE}/(\w+)/retirer", client.get(PAGE).text)[0]
    assert post(client, f"{PAGE}/{mark}/retirer", PAGE).status_code == 303
    assert read(app, "chiffres", token).status_code == 401
    assert client.get("/api/v1/chiffres").status_code == 401, "a person's cookie is no token"


def test_a_token_may_be_bounded_to_territories(pair: tuple[Node, Node], app: Flask) -> None:
    client = sign_in(app)
    token = make(client, portee=["chiffres", "comptes-rendus"], territoire="Roya")
    assert len(read(app, "comptes-rendus", token).get_json()["data"]) == 1
    with pair[1].store.write():
        pair[1].store.run("UPDATE kit SET territory = 'Tinée'")
    assert read(app, "comptes-rendus", token).get_json()["data"] == []
    assert read(app, "chiffres", token).get_json()["lignes"] == []


@pytest.mark.parametrize("fields", [{"nom": ""}, {"portee": []}, {"portee": "tout"}, {"territoire": "Atlantide"}])
def test_a_form_that_makes_no_sense_makes_none(pair: tuple[Node, Node], app: Flask, fields: dict[str, str]) -> None:
    answer = post(sign_in(app), PAGE, **{"nom": "Outil", "portee": "chiffres", **fields})
    assert answer.status_code == 422 and "corriger" in answer.text
    assert pair[1].store.value("SELECT count(*) FROM api_token") == 0


def test_who_asks_too_often_is_told_when_to_come_again(app: Flask) -> None:
    seen = {read(app, "openapi.json").status_code for _ in range(MOST)}
    last = read(app, "openapi.json")
    assert seen == {200} and last.status_code == 429 and 0 < int(last.headers["Retry-After"]) <= 60
