"""What a kit says of itself reaches the fleet's pages; who has not sent is listed with the number to call."""

from __future__ import annotations

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit import __version__
from kit.app import create_app
from kit.central import actions, fleet, fleet_queries, heard, queries
from kit.central.fleet_queries import Told
from kit.directory import actions as directory
from kit.ids import to_text
from kit.people import audit_queries
from kit.people.node import Node
from kit.sync.actions import send
from kit.sync.messages import Health, Hello, read_message, sign_message, signed_by
from kit.sync.outbox import Outbox
from tests.central.season import post, sign_in
from tests.central.test_figures_by import hold
from tests.sync.homes import note, served

NEW = {"nom": "Valise de la Roya", "territoire": "Roya", "equipe": "Médiathèque de Tende", "personne": "Lila"}


@pytest.fixture
def app(pair: tuple[Node, Node]) -> Flask:
    return create_app(pair[1].settings, pair[1])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return sign_in(app)


def only(node: Node) -> queries.Kit:
    (kit,) = queries.list_kits(node.store, 9, 0)
    return kit


def test_a_kit_tells_how_it_is(pair: tuple[Node, Node], client: FlaskClient) -> None:
    kit, central = pair
    note(kit, 3)
    with served(central):
        send(kit)
    (line,) = fleet.describe(central, [only(central)])
    assert line.told is not None
    health = line.told.health
    assert (health.version, health.clock, health.works, health.packs) == (__version__, "confirmed", 0, 0)
    assert 0 < health.free_bytes < health.total_bytes and health.backup_days is None
    page = client.get(f"/valises/{to_text(line.kit.kit_id)}").text
    assert __version__ in page and "confirmée" in page
    assert "sauvegarde à faire" in client.get("/").text


def test_what_is_wrong_is_named() -> None:
    right = Health(__version__, 20 * 10**9, 30 * 10**9, "confirmed", 3, 1, 0)

    def alerts(**changes: object) -> tuple[str, ...]:
        return fleet.find_alerts(Told(0, msgspec.structs.replace(right, **changes)), 7)

    assert alerts() == () == fleet.find_alerts(None, 7)
    assert alerts(free_bytes=10**8) == alerts(free_bytes=10**9) == ("disque presque plein",)
    assert alerts(clock="unsure") == ("heure pas sûre",)
    assert alerts(version="0.0.1") == ("autre version",)
    assert alerts(backup_days=8) == alerts(backup_days=None) == ("sauvegarde à faire",)


def test_a_kit_of_an_earlier_version_says_nothing_and_is_heard(pair: tuple[Node, Node], client: FlaskClient) -> None:
    kit, central = pair
    raw, _ = Outbox(kit).hello()
    hello = read_message(Hello, raw, signed_by(kit.identity.sign_public))
    assert hello.health is not None
    actions.answer_hello(central, sign_message(kit.identity, msgspec.structs.replace(hello, health=None)))
    assert only(central).last_seen_ms is not None
    assert not fleet_queries.list_health(central.store, [only(central).kit_id])
    assert client.get(f"/valises/{to_text(only(central).kit_id)}").status_code == 200


def test_who_has_not_sent_is_listed_with_the_number(pair: tuple[Node, Node], client: FlaskClient) -> None:
    kit, central = pair
    where = f"/valises/{to_text(only(central).kit_id)}"
    assert "n’a encore rien envoyé" in client.get("/").text
    answer = post(client, f"{where}/equipe", **NEW, telephone="06 39 98 00 07")
    assert answer.status_code == 303
    listed = client.get("/valises/a-appeler").text
    for words in ("Valise de la Roya", "Médiathèque de Tende", "Lila", 'href="tel:0639980007"'):
        assert words in listed
    note(kit, 2)
    with served(central):
        send(kit)
    assert "Toutes les valises ont envoyé" in client.get("/valises/a-appeler").text
    with central.store.write():
        central.store.run("UPDATE kit SET last_seen_ms = last_seen_ms - ?", 6 * fleet.DAY_MS)
    assert "Toutes les valises ont envoyé" in client.get("/valises/a-appeler").text
    assert "Valise de la Roya" in client.get("/valises/a-appeler?jours=5").text
    note(kit, 4)
    actions.answer_hello(central, Outbox(kit).hello()[0])
    assert "4 fiches annoncées, pas encore arrivées" in client.get("/valises/a-appeler").text


def test_what_a_kit_has_received_is_told_by_its_kinds(
    pair: tuple[Node, Node], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    kit_id = only(central).kit_id
    page = f"/valises/{to_text(kit_id)}"
    assert "pas encore dit" in client.get(page).text
    now = central.clock.wall_ms()
    for label in ("Halle de Tende", "Mairie de Breil"):
        directory.plan_stop(central, label=label, commune="x", starts_at_ms=now, ends_at_ms=now + 1000)
    actions.answer_hello(central, Outbox(kit).hello()[0])
    first = heard.read(central, kit_id)
    assert first.told_ms is not None and first.had + 2 == first.total and first.lacking == [("haltes", 2)]
    assert "2 haltes" in client.get(page).text
    with monkeypatch.context() as patched:
        patched.setattr(heard, "MOST_RANGES", 0)
        assert heard.read(central, kit_id).had == first.had, "what is not told by its kind is lacking all the same"
    with served(central):
        send(kit)
    last = heard.read(central, kit_id)
    assert (last.had, last.total, last.lacking) == (first.total, first.total, [])
    assert "Rien ne l’attend" in client.get(page).text


def test_a_refused_kit_is_not_called(pair: tuple[Node, Node], client: FlaskClient) -> None:
    actions.set_revoked(pair[1], only(pair[1]).kit_id, True)
    assert "Toutes les valises ont envoyé" in client.get("/valises/a-appeler").text


def test_a_bad_number_keeps_what_was_typed_and_lending_is_noted(pair: tuple[Node, Node], client: FlaskClient) -> None:
    where = f"/valises/{to_text(only(pair[1]).kit_id)}"
    for number in ("appelez-moi", "12", "<script>1234"):
        answer = post(client, f"{where}/equipe", **NEW, telephone=number)
        assert answer.status_code == 422 and "Médiathèque de Tende" in answer.text
    assert only(pair[1]).nickname == "Valise du test"
    assert audit_queries.count_lines(pair[1].store, "kit.lent") == 0
    post(client, f"{where}/equipe", **NEW, telephone="")
    assert only(pair[1]).territory == "Roya"
    assert audit_queries.count_lines(pair[1].store, "kit.lent") == 1


def test_a_reader_sees_no_number(central_node: Node, reader: FlaskClient) -> None:
    assert reader.get("/valises/a-appeler").status_code == 403


def test_kits_stand_on_a_map_where_their_last_workshop_was(pair: tuple[Node, Node], client: FlaskClient) -> None:
    kit, central = pair
    assert "Lieu pas connu" in client.get("/valises/carte").text
    hold(kit, ("06163", "Tende"), 1)
    with served(central):
        send(kit)
    page = client.get("/valises/carte").text
    kit_url = f"/valises/{to_text(only(central).kit_id)}"
    assert (
        f'<a href="{kit_url}" aria-label="{only(central).nickname}, Tende\u00a0: à voir">' in page
    )  # no backup: a square
    assert "Salle de Tende" in page and "<svg" in page
    assert "/valises/carte" in client.get("/").text
