"""What is meant for chosen kits is shown by them alone; settings are told kit by kit; who heard it is seen at home."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import build_node, create_app
from kit.central import actions, chosen, queries
from kit.directory import facts as places
from kit.directory.find_queries import count
from kit.directory.finding import Search
from kit.directory.rules import is_in_extract, place_id
from kit.feedback import catalogue
from kit.feedback.rules import questionnaire_id
from kit.ids import to_text
from kit.keys.identity import load_identity
from kit.people.chosen_queries import Terms
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync.actions import send
from kit.sync.messages import Request, sign_message
from tests.central.season import post, sign_in
from tests.sync.homes import served

THING = questionnaire_id("la-valise")


@pytest.fixture
def other(pair: tuple[Node, Node], tmp_path: Path) -> str:
    """Another kit of the same coordination; its id in an address."""
    keys = load_identity(tmp_path)
    epoch = b"epoch--1"
    asked = Request(1, "", "L’autre", keys.sign_public, keys.box_public, keys.log_id(epoch), epoch)
    actions.certify(pair[1], sign_message(keys, asked), "L’autre valise", "Roya", "")
    return next(
        to_text(one.kit_id) for one in queries.list_kits(pair[1].store, 9, 0) if one.nickname != "Valise du test"
    )


@pytest.fixture
def client(pair: tuple[Node, Node]) -> FlaskClient:
    return sign_in(create_app(pair[1].settings, pair[1]))


def shown(kit: Node) -> set[str]:
    return {one.questionnaire.code for one in catalogue.list_questionnaires(kit)}


def ours(central: Node, other: str) -> str:
    return next(to_text(one.kit_id) for one in queries.list_kits(central.store, 9, 0) if to_text(one.kit_id) != other)


def test_a_questionnaire_for_another_kit_is_not_shown_here(
    pair: tuple[Node, Node], client: FlaskClient, other: str
) -> None:
    kit, central = pair
    page = f"/pour-qui/{to_text(THING)}"
    assert page in client.get("/console/questionnaires").text
    refused = post(client, page, pour="choisies")
    assert refused.status_code == 422 and "Cochez au moins une valise" in refused.text
    assert post(client, page, pour="choisies", valise=other).status_code == 303
    with served(central):
        send(kit)
        assert "la-valise" not in shown(kit) and "fin-atelier" in shown(kit)
        assert "la-valise" not in {one.code for one in catalogue.list_offered(kit)}
        assert "la-valise" in shown(central)
        send(kit)
        heard = {
            line.kit.nickname: line.heard for line in chosen.list_lines(central, chosen.get_thing(central, THING))[1]
        }
        assert heard == {"Valise du test": "yes", "L’autre valise": ""}
        told = client.get(page).text
        assert "reçu" in told and "n’a encore rien dit" in told
        post(client, page, pour="choisies", valise=ours(central, other))
        assert "pas encore" in client.get(page).text
        send(kit)
        assert "la-valise" in shown(kit)
    assert client.get(f"/pour-qui/{to_text(bytes(16))}").status_code == 404


def test_settings_and_an_extract_of_the_directory_are_told_to_one_kit(
    pair: tuple[Node, Node], client: FlaskClient, other: str
) -> None:
    kit, central = pair
    for number, insee in (("1", "13001"), ("2", "06088"), ("3", "")):
        said = {"id": number, "nom": f"Lieu {number}", "source": "S", "commune": "C", "code_insee": insee}
        central.journal.append(places.ADDED, place_id("S", number), places.PlaceAdded(said))
    page, mine = "/valises/reglages", ours(central, other)
    assert post(client, page, departements="20 zz", valise=mine).status_code == 422
    assert post(client, page, petit_groupe="2", valise=mine).status_code == 422
    assert post(client, page, petit_groupe="7").status_code == 422
    told = post(client, page, departements="13, 2a", petit_groupe="7", purge="60", valise=mine)
    assert told.status_code == 303
    with served(central):
        send(kit)
        assert (kit.settings.small_group, kit.settings.purge_days, kit.settings.session_hours) == (7, 60, 72)
        assert count(kit.store, Search()) == 2 and count(kit.store, Search("lieu")) == 2
        assert count(central.store, Search()) == 3
        assert kit.store.value("SELECT count(*) FROM place") == 3
        send(kit)
        table = client.get(page).text
        assert "13 2A" in table and "reçu" in table
        again = build_node(read_settings({}, data=kit.data, central_url=kit.settings.central_url))
        assert again.settings.small_group == 7
        own = build_node(read_settings({"VALISE_SMALL_GROUP": "9"}, data=kit.data))
        assert (own.settings.small_group, own.settings.purge_days) == (9, 60)
        again.store.close(), own.store.close()
        post(client, page, petit_groupe="", valise=mine)
        send(kit)
        assert kit.settings.small_group == 5
        assert count(kit.store, Search()) == 3
    assert chosen.read_terms({"departements": "974 01"}) == Terms(0, 0, 0, 0, 0, ("01", "974"))


@pytest.mark.parametrize(
    ("code", "post_code", "departments", "is_in"),
    [("13001", "", (), True), ("13001", "", ("13", "84"), True), ("06088", "", ("13", "84"), False),
     ("97411", "", ("974",), True), ("", "20000", ("2A",), True), ("2B033", "20200", ("2A",), False),
     ("", "", ("13",), True)],
)  # fmt: skip
def test_what_an_extract_shows(code: str, post_code: str, departments: tuple[str, ...], is_in: bool) -> None:
    assert is_in_extract({"code_insee": code, "code_postal": post_code}, departments) is is_in
