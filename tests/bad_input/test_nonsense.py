"""Nonsense of every kind ends in a page with words, never in a fault of ours."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.app import create_app
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter
from tests.pages import post_form

NONSENSE = [
    "",
    "0",
    "a" * 5000,
    "../../etc/passwd",
    "%00",
    "é" * 40,
    "'; DROP TABLE fact; --",
    "\u202eabc",
    "🙂",
    '"*NEAR(',
]
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


def addresses(app: Flask, method: str) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted({rule.rule for rule in rules if not rule.rule.startswith("/sync/")})


def filled(rule: str, value: str) -> str:
    from urllib.parse import quote

    return _ARGUMENT.sub(quote(value, safe="") or "x", rule)


@pytest.mark.parametrize("member", [None, cast.NADIA], ids=["visitor", "mediator"])
def test_no_address_breaks_whatever_stands_in_it(kit_node: Node, enter: Enter, member: cast.Member | None) -> None:
    client = enter(kit_node, member)
    for rule in addresses(client.application, "GET"):
        for value in NONSENSE:
            with client.get(filled(rule, value), query_string={"q": value, "page": value, "langue": value}) as answer:
                assert answer.status_code != 500, f"{rule} with {value[:20]!r}"
                if answer.status_code >= 400 and answer.mimetype == "text/html":
                    assert "<h1" in answer.get_data(as_text=True), rule


def test_no_central_address_breaks(coordinator: FlaskClient) -> None:
    for rule in addresses(coordinator.application, "GET"):
        for value in NONSENSE[:6]:
            with coordinator.get(filled(rule, value), query_string={"page": value}) as answer:
                assert answer.status_code != 500, rule


FORMS = {
    "/avis": ("satisfaction", "texte"),
    "/ateliers/mon-ticket": ("code",),
    "/connexion": ("passphrase", "name"),
}


@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize("value", ["", "a" * 50_000, "nul\0ici", "\x07\x1b[2J", "\ud7ff\u202e"])
def test_forms_refuse_nonsense_in_words(visitor: FlaskClient, url: str, value: str) -> None:
    answer = post_form(visitor, url, **dict.fromkeys(FORMS[url], value))
    assert answer.status_code in (303, 403, 413, 422, 429), answer.status_code
    if answer.status_code != 303:
        assert "<h1" in answer.get_data(as_text=True)


def test_a_body_that_is_too_large_is_refused_in_words(visitor: FlaskClient) -> None:
    answer = visitor.post("/avis", data={"texte": "a" * 2_000_000})
    assert answer.status_code == 413
    assert "trop gros" in answer.get_data(as_text=True)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_unknown_page_answers_as_asked(visitor: FlaskClient, accept: str) -> None:
    answer = visitor.get("/nulle-part", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.mimetype == accept
    assert "Cette page n’existe pas ici." in (answer.json["error"]["message"] if answer.is_json else answer.text)


def test_a_wrong_passphrase_is_slowed_down_phone_by_phone(kit_node: Node) -> None:
    app = create_app(kit_node.settings, kit_node)
    child, nadia = app.test_client(), app.test_client()
    codes = []
    for _ in range(5):
        page = child.get("/connexion").get_data(as_text=True)
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        assert token
        data = {"csrf": token.group(1), "passphrase": "un deux trois quatre cinq six"}
        codes.append(child.post("/connexion", data=data, environ_base={"REMOTE_ADDR": "10.0.0.5"}).status_code)
    assert codes[:3] == [403, 403, 403]
    assert 429 in codes[3:]
    assert post_form(nadia, "/connexion", passphrase=cast.NADIA.passphrase, name="Nadia").status_code == 302
