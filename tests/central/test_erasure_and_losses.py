"""An erased person never comes back; a stolen kit is counted, refused and reported in one step."""

from __future__ import annotations

import re

import pytest

from kit.feedback.forms import NewAnswer
from kit.feedback.letters import actions as letters
from kit.feedback.letters import codes
from kit.feedback.letters.forms import NewLetter
from kit.ids import to_text
from kit.journal import queries as journal
from kit.people import identities
from kit.people.node import Node
from kit.sync import inbox
from kit.sync.actions import send
from kit.workshops import actions as workshops
from tests.central.season import note_season, post, sign_in
from tests.conftest import create_app
from tests.sync.homes import CANARY, served

pytestmark = pytest.mark.usefixtures("engine")


def test_who_is_erased_on_a_kit_is_erased_at_home_and_stays_so(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note_season(kit, opinions=0)
    with served(central):
        send(kit)
        old = [(row["hash"], row["sealed"]) for row in central.store.rows("SELECT hash, sealed FROM envelope")]
        assert len(old) == 3
        page = sign_in(create_app(kit.settings, kit), "Équipe")
        code = kit.store.value("SELECT code FROM signup ORDER BY seq LIMIT 1")
        assert post(page, "/console/effacer", code="faux-code-10").status_code == 404
        assert post(page, "/console/effacer", code=code.upper()).status_code == 303
        send(kit)
    assert central.store.value("SELECT count(*) FROM envelope") == 2
    writers = frozenset({kit.identity.sign_public})
    for node in (kit, central):
        for name, sealed in old:  # an old USB key, played again
            inbox.store_envelope(node, name, sealed, writers)
        assert node.store.value("SELECT count(*) FROM envelope") == 2
        assert identities.count_erased(node) == 1
    assert central.store.value("SELECT count(*) FROM attendance WHERE state = 'came'") == 3


def test_a_coordinator_erases_by_code_or_from_the_roll(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    season = note_season(kit, opinions=0)
    with served(central):
        send(kit)
    page = sign_in(create_app(central.settings, central))
    code = kit.store.value("SELECT code FROM signup ORDER BY seq LIMIT 1")
    shown = page.get(f"/effacer?code={code}").get_data(as_text=True)
    (person,) = re.findall(r'name="personne" value="(\w+)"', shown)
    roll = f"/ateliers-recus/{to_text(season.workshop_id)}"
    assert CANARY in page.get(roll).get_data(as_text=True)
    assert post(page, "/effacer", f"/effacer?code={code}", personne=person).status_code == 303
    assert CANARY not in page.get(roll).get_data(as_text=True)
    assert post(page, "/effacer", roll, personne="nonsense").status_code == 404
    kept = central.store.value("SELECT subject FROM tombstone")
    assert central.store.value("SELECT subject FROM fact WHERE kind = 'person.erased'") == kept
    central.journal.replay()
    assert journal.find_envelope(central.store, None) is None
    assert identities.count_erased(central) == 1


def test_a_stolen_kit_is_counted_refused_and_reported_in_one_step(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    closed = note_season(kit, opinions=6).workshop_id
    workshops.close_workshop(kit, closed, lambda _workshop, _stop: None)
    note_season(kit, "Celui de demain", opinions=0)
    grievance = NewAnswer("doleance", 1, b"", (), {"texte": "La rue des Lices n’est pas éclairée"})
    letters.note_letter(kit, codes.code_for(kit, bytes(16)), NewLetter(grievance, "grievance", "Odette", ""))
    with served(central):
        send(kit)
    kit_id = to_text(central.store.value("SELECT kit_id FROM kit"))
    page = sign_in(create_app(central.settings, central))
    address = f"/valises/{kit_id}/vol"
    shown = page.get(address).get_data(as_text=True)
    counts = re.findall(r'scope="row">([^<]+)</th><td data-label="Combien" class="n">(\d+)', shown)
    assert dict(counts)["Noms de personnes, ateliers non terminés"] == "3"
    assert dict(counts)["dont numéros de téléphone, ateliers non terminés"] == "1"
    assert dict(counts)["Noms de personnes, ateliers terminés"] == "3"
    assert dict(counts)["Textes d’avis"] == "1"
    assert dict(counts)["Questions et doléances : texte, contact s’il est laissé"] == "1"
    assert page.get(f"{address}/projet").status_code == 404
    refused = post(page, address, jour="hier", heure="10:00", etat="off")
    assert refused.status_code == 422
    assert central.store.value("SELECT is_revoked FROM kit") == 0
    assert post(page, address, jour="2026-11-23", heure="10:00", etat="off").status_code == 303
    assert central.store.value("SELECT is_revoked FROM kit") == 1
    draft = page.get(f"{address}/projet").get_data(as_text=True)
    for words in (
        "jeudi 26 novembre 2026, 10\u00a0h",
        "article 33, 3 a",
        "33, 3 b",
        "33, 3 c",
        "33, 3 d",
        "33, 5",
        "environ 6",
    ):
        assert words in draft, words
    assert "ne laisse lire aucun nom" in draft
    post(page, address, jour="2026-11-23", heure="10:00", etat="unknown")
    assert "peuvent être lus" in page.get(f"{address}/projet").get_data(as_text=True)
