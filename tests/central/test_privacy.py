"""A person's file, copy and erasure; a register that says what the program does; names that leave by themselves."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit import retention
from kit.app import create_app
from kit.central import register
from kit.ids import to_text
from kit.people import audit_queries
from kit.people.node import Node
from kit.settings import TABLE
from kit.sync.actions import send
from tests.central.season import WROTE, Season, note_season, post, sign_in
from tests.sync.homes import CANARY, served

PAGE = "/donnees-personnelles"
YEAR_MS = 365 * 86_400_000


@pytest.fixture
def season(pair: tuple[Node, Node]) -> Season:
    kit, central = pair
    made = note_season(kit)
    with served(central):
        send(kit)
    return made


@pytest.fixture
def app(pair: tuple[Node, Node], season: Season) -> Flask:
    return create_app(pair[1].settings, pair[1])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return sign_in(app)


def canary_of(node: Node) -> tuple[bytes, str]:
    """(id, ticket) of the first who signed up."""
    row = node.store.row("SELECT signup_id, code FROM signup ORDER BY seq LIMIT 1")
    assert row is not None
    return row["signup_id"], row["code"]


def test_somebody_s_whole_file_by_her_ticket(pair: tuple[Node, Node], client: FlaskClient) -> None:
    node = pair[1]
    subject, code = canary_of(node)
    found = client.get(f"{PAGE}/personne?code={code.upper()}").text
    assert CANARY not in found and to_text(subject) in found
    page = client.get(f"{PAGE}/personne?personne={to_text(subject)}").text
    assert CANARY in page and "06 39 98 00 01" in page and code in page and "Anatole" not in page
    assert "présence" in page and "notée par" in page
    assert audit_queries.list_lines(node.store, "person.opened", 9, 0)[0].subject == subject
    for nobody in ("x", "a" * 26, to_text(b"z" * 16)):
        assert client.get(f"{PAGE}/personne?personne={nobody}").status_code == 404
    assert "Aucun ticket" in client.get(f"{PAGE}/personne?code=rien-rien-10").text


def test_her_copy_is_a_file_and_her_erasure_wins(pair: tuple[Node, Node], client: FlaskClient) -> None:
    node = pair[1]
    subject = to_text(canary_of(node)[0])
    page = f"{PAGE}/personne?personne={subject}"
    answer = post(client, f"{PAGE}/personne/copie", page, personne=subject)
    told = json.loads(answer.data)
    assert told["ce_que_la_personne_a_dit"] == [{"nom": CANARY, "telephone": "06 39 98 00 01"}]
    assert told["inscriptions"][0]["atelier"] == "Mon premier e-mail" and told["presences"][0]["etat"] == "présence"
    assert "vos-donnees.json" in answer.headers["Content-Disposition"]
    assert audit_queries.count_lines(node.store, "person.exported") == 1
    assert post(client, "/effacer", page, personne=subject).status_code == 303
    after = client.get(page).text
    assert CANARY not in after and "est effacée" in after


def test_names_and_texts_leave_by_themselves_and_stay_away(
    pair: tuple[Node, Node], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, node = pair
    counts = "SELECT count(*) FROM attendance WHERE state = 'came'"
    answers = node.store.value("SELECT count(*) FROM answer")
    sealed, came = node.store.value("SELECT count(*) FROM envelope"), node.store.value(counts)
    assert sealed == 4 and retention.purge_home(node) == 0
    now, hours = node.clock.wall_ms(), 26 * 3_600_000
    monkeypatch.setattr(type(node.clock), "wall_ms", lambda _: now + YEAR_MS - 20 * 86_400_000)
    assert "3 noms et 1 texte" in client.get(PAGE).text
    assert retention.purge_home(node) == 0
    monkeypatch.setattr(type(node.clock), "wall_ms", lambda _: now + YEAR_MS + hours)
    assert retention.purge_home(node, most=3) == 3 and retention.purge_home(node) == 1
    assert node.store.value("SELECT count(*) FROM envelope") == 0 == retention.purge_home(node)
    assert node.store.value(counts) == came, "counts stay true"
    assert "effacés par la durée de conservation" in client.get(PAGE).text
    assert node.store.value("SELECT count(*) FROM answer") == answers and WROTE not in client.get("/avis-recus").text
    monkeypatch.undo()
    with served(node):
        send(kit)
    assert kit.store.value("SELECT count(*) FROM tombstone") == 4, "kits hear of it"


def test_a_server_that_keeps_until_asked_or_doubts_its_clock_erases_nothing(
    pair: tuple[Node, Node], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = pair[1]
    now = node.clock.wall_ms()
    monkeypatch.setattr(type(node.clock), "wall_ms", lambda _: now + 9 * YEAR_MS)
    monkeypatch.setattr(type(node), "is_hour_sure", False)
    assert retention.purge_home(node) == 0
    monkeypatch.undo()
    assert next(one.default for one in TABLE if one.name == "keep_days") == "365"


def test_the_register_says_what_is_true_and_takes_the_organisation_s_words(
    pair: tuple[Node, Node], client: FlaskClient
) -> None:
    node = pair[1]
    page = client.get(f"{PAGE}/registre").text
    assert "un an, puis effacement automatique" in page and "{" not in page.split("<main")[1]
    assert 'à remplir\u00a0: <span lang="fr">Votre organisme' in client.get(PAGE).text
    boxes = {"controller": "Communauté de la Roya", "contact": "rgpd@roya.example", "officer": "<b>Lou</b>"}
    where = f"{PAGE}/registre"
    assert post(client, f"{where}/organisation", where, **boxes).status_code == 303
    page = client.get(where).text
    assert "Communauté de la Roya" in page and "&lt;b&gt;Lou" in page
    assert ">rempli<" in client.get(PAGE).text
    assert post(client, f"{where}/organisation", where, **boxes).status_code == 303
    assert audit_queries.count_lines(node.store, "register.changed") == 1, "the same again changes nothing"
    too_long = post(client, f"{where}/team", where, **{name: "x" * 4001 for name in register.FIELDS})
    assert too_long.status_code == 422 and "x" * 4001 in too_long.text
    assert post(client, f"{where}/nothing", where).status_code == 404


def test_a_reader_sees_none_of_it(central_node: Node, reader: FlaskClient) -> None:
    for page in ("", "/registre", "/personne"):
        assert reader.get(f"{PAGE}{page}").status_code == 403
    assert "365" in reader.get("/vos-donnees").text
