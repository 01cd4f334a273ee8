"""Works offered on a suitcase as the home side sees them: counted for the shelves' keepers, opened by the key only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.directory import facts as directory
from kit.ids import to_text
from kit.library.deposits import actions as deposits
from kit.people import actions as people
from kit.people.node import Node
from kit.sync.actions import send
from tests.pages import post_form
from tests.sync.homes import CANARY, PASSPHRASE, served
from tests.sync.test_blobs import MIB, give

PAUL = "cerise marteau fenêtre nuage plume tonneau"
Enter = Callable[[str], FlaskClient]


@pytest.fixture
def at_home(pair: tuple[Node, Node]) -> Enter:
    central = pair[1]
    cookie = people.sign_in(central, people.Throttle(central.clock.mono_ms), "here", PASSPHRASE, "Coordination")
    staff = people.find_signed_in(central, cookie)
    assert staff is not None
    people.add_staff(central, staff, "Paul", "librarian", PAUL)

    def enter(name: str) -> FlaskClient:
        client = create_app(central.settings, central).test_client()
        secret = PAUL if name == "Paul" else PASSPHRASE
        assert post_form(client, "/connexion", passphrase=secret, name=name).status_code == 302
        return client

    return enter


def test_a_coordinator_opens_what_arrived_and_keeps_its_file(pair: tuple[Node, Node], at_home: Enter) -> None:
    kit, central = pair
    now = kit.clock.wall_ms()
    stop = directory.StopPlanned("Mairie de Vallon", "Vallon", "07330", "", now - 1000, now + 10**7, "")
    central.journal.append(directory.PLANNED, b"s" * 16, stop)
    deposit_id, wanted = give(kit, 2 * MIB)
    with served(central):
        send(kit)
    ines = at_home("Coordination")
    shown = ines.get("/documents-recus").text
    assert "fichier arrivé" in shown and "Mairie de Vallon" in shown and CANARY not in shown
    page = ines.get(f"/documents-recus/{to_text(deposit_id)}")
    assert CANARY in page.text and wanted in page.text
    file = ines.get(f"/documents-recus/{to_text(deposit_id)}/fichier")
    assert hashlib.sha256(file.data).hexdigest() == wanted
    assert "attachment" in file.headers["Content-Disposition"] and "chanson.ogg" in file.headers["Content-Disposition"]
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert not any(CANARY.encode() in path.read_bytes() for path in central.data.rglob("*") if path.is_file())
    assert "Proposé le" not in ines.get("/console/propositions").text, "it is answered where it was given"


def test_a_librarian_is_told_that_it_arrived_and_why_no_more(pair: tuple[Node, Node], at_home: Enter) -> None:
    kit, central = pair
    deposit_id, _ = give(kit, 100)
    with served(central):
        send(kit)
    paul = at_home("Paul")
    shown = paul.get("/documents-recus").text
    assert "n’ouvre pas les noms" in shown and "fichier arrivé" in shown
    assert to_text(deposit_id) not in shown
    for path in ("", "/fichier"):
        assert paul.get(f"/documents-recus/{to_text(deposit_id)}{path}").status_code == 403
    visitor = create_app(central.settings, central).test_client()
    assert visitor.get("/documents-recus").status_code == 401


def test_a_fact_without_its_file_a_refusal_and_a_stranger_s_id(pair: tuple[Node, Node], at_home: Enter) -> None:
    kit, central = pair
    late, _ = give(kit, 500)
    refused, _ = give(kit, 600)
    going, kit.going = kit.going, ()
    with served(central):
        send(kit)
        kit.going = going
        ines = at_home("Coordination")
        assert ines.get("/documents-recus").text.count("fichier encore dans la valise") == 2
        assert "pas encore arrivé en entier" in ines.get(f"/documents-recus/{to_text(late)}").text
        assert ines.get(f"/documents-recus/{to_text(late)}/fichier").status_code == 404
        deposits.settle(kit, refused, "refused", "Non merci.")
        send(kit)
        send(kit)
    shown = ines.get("/documents-recus").text
    assert shown.count("fichier arrivé") == 1 and "refusé, effacé" in shown
    answer = ines.get(f"/documents-recus/{to_text(refused)}")
    assert answer.status_code == 403 and "Document fermé" in answer.text
    for wrong in ("0" * 32, "../etc", to_text(b"x" * 16)):
        assert ines.get(f"/documents-recus/{wrong}").status_code == 404
