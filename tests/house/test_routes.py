"""Every address that changes something asks for a token; every staff address asks who it is."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.people.node import Node
from tests import cast
from tests.conftest import Enter

_ARGUMENT = re.compile(r"<(?:\w+:)?\w+>")
OPEN_AT_CENTRAL = (
    "/vos-donnees",
    "/accessibilite",
    "/podcast.rss",
    "/tournee",
    "/agenda.ics",
    "/annuaire",
    "/besoin",
    "/pres-d-ici",
    "/api/v1/",
    "/connexion",
    "/deconnexion",
    "/static/",
    "/sync/",
    "/enrolement/<code>",
    "/secours",
    "/invitation/<code>",  # proves itself by what it carries
    "/apporter",
    "/bibliotheque",  # the catalogue of its libraries, for everybody
    "/credits",
    "/proposer",
    "/opds",
)


def rules(app: Flask, methods: set[str]) -> list[tuple[str, str, str]]:
    found = [
        (rule.rule, method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in methods & set(rule.methods or ())
    ]
    return sorted(found)


@pytest.mark.parametrize("role", ["kit", "central"])
def test_nothing_changes_without_a_token(kit_node: Node, central_node: Node, enter: Enter, role: str) -> None:
    node, member = (kit_node, cast.NADIA) if role == "kit" else (central_node, cast.INES)
    client = enter(node, member)
    facts = node.store.value("SELECT count(*) FROM fact")
    tried = 0
    for rule, method, endpoint in rules(client.application, {"POST", "PUT", "DELETE", "PATCH"}):
        if getattr(client.application.view_functions[endpoint], "proves_itself", False):
            continue
        for data in ({}, {"csrf": "x" * 44}):
            answer = client.open(_ARGUMENT.sub("x", rule), method=method, data=data)
            assert answer.status_code == 400, f"{method} {rule} answered {answer.status_code}"
            tried += 1
    assert tried > 10
    assert node.store.value("SELECT count(*) FROM fact") == facts


def test_the_console_asks_who_it_is(visitor: FlaskClient) -> None:
    tried = 0
    for rule, _, endpoint in rules(visitor.application, {"GET"}):
        if rule.startswith("/console"):
            assert getattr(visitor.application.view_functions[endpoint], "needs_power", ""), rule
            assert visitor.get(_ARGUMENT.sub("x", rule)).status_code == 401, rule
            tried += 1
    assert tried > 15


def test_the_central_asks_who_it_is(central_node: Node, enter: Enter) -> None:
    client = enter(central_node, None)
    for rule, _, endpoint in rules(client.application, {"GET"}):
        if not rule.startswith(OPEN_AT_CENTRAL) and rule != "/favicon.ico":
            assert getattr(client.application.view_functions[endpoint], "needs_power", ""), rule
            assert client.get(_ARGUMENT.sub("x", rule)).status_code == 401, rule


def test_a_librarian_has_only_her_powers(librarian: FlaskClient) -> None:
    assert librarian.get("/console/bibliotheque").status_code == 200
    for address in (
        "/console/avis",
        "/console/haltes",
        "/console/envoi",
        "/console/reglages",
        "/console/ateliers/nouveau",
    ):
        assert librarian.get(address).status_code == 403, address


def test_a_reader_of_the_central_opens_no_link(reader: FlaskClient) -> None:
    assert reader.get("/").status_code == 200
    assert reader.get("/enrolement").status_code == 403
