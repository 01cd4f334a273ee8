"""Works offered on a suitcase as the home side sees them: counted for the shelves' keepers, opened by the key only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.central import actions as central_actions
from kit.central import losses
from kit.directory import facts as directory
from kit.ids import to_text
from kit.library.deposits import actions as deposits
from kit.library.deposits.codes import id_of
from kit.people import actions as people
from kit.people.node import Node
from kit.sync.actions import send
from tests.pages import post_form
from tests.sync.homes import CANARY, PASSPHRASE, served
from tests.sync.test_blobs import MIB, OFFER, give

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


def offer_text(kit: Node, text: str) -> tuple[bytes, str]:
    """A letter is offered; its id and the six words."""
    nonce, upload = os.urandom(16), deposits.open_target(kit, 100)
    upload.write(text.encode())
    return id_of(nonce), deposits.offer(kit, nonce, upload, "lettre.txt", OFFER)


def test_what_waited_in_a_lost_suitcase_is_answered_at_home(pair: tuple[Node, Node], at_home: Enter) -> None:
    """Not while it is accepted: its team answers. It hears of it should it be found again, and lets go of the files."""
    kit, central = pair
    (liked, code), (other, other_code) = offer_text(kit, "Chère Odette, il neige."), offer_text(kit, "Autre chose.")
    with served(central):
        send(kit)
    ines, page = at_home("Coordination"), f"/documents-recus/{to_text(liked)}"
    assert "Répondre à la place" not in ines.get(page).text and "répond là-bas" in ines.get(page).text
    assert post_form(ines, "/console/paquets", page, do="accept", word="").status_code == 409
    kit_id = bytes(central.store.value("SELECT kit_id FROM kit"))
    losses.declare_loss(central, kit_id, 1, False)
    assert ines.get("/documents-recus").text.count("à vous de répondre") == 2
    assert "Répondre à la place" in ines.get(page).text
    assert post_form(ines, page, do="accept", word="Merci, elle est belle.").status_code == 303
    assert post_form(ines, "/console/paquets", page, do="refuse", word="Non").status_code == 409, "answered once"
    assert central.store.value("SELECT title FROM item WHERE log_no = 1") == "Chanson"
    away = f"/documents-recus/{to_text(other)}"
    assert post_form(ines, away, do="refuse", word="").status_code == 422, "a refusal owes a word"
    assert post_form(ines, away, do="refuse", word="Pas pour nous.").status_code == 303
    assert ines.get(away).status_code == 403 and not deposits.waiting_path(central, other).exists()
    visitor = create_app(central.settings, central).test_client()
    told = post_form(visitor, "/proposer/suivi", code=code).text
    assert "elle est belle" in told and "/bibliotheque/" in told
    assert "Pas pour nous" in post_form(visitor, "/proposer/suivi", code=other_code).text
    assert post_form(at_home("Paul"), "/console/paquets", page, do="accept").status_code == 403
    central_actions.set_revoked(central, kit_id, False)
    with served(central):
        send(kit)
        send(kit)
    box = create_app(kit.settings, kit).test_client()
    told = post_form(box, "/proposer/suivi", code=code).text
    assert "La coordination a dit oui" in told and "elle est belle" in told and "/bibliotheque/" not in told
    assert not any(deposits.waiting_path(kit, one).exists() for one in (liked, other))
    assert kit.store.value("SELECT count(*) FROM door WHERE sealed_private IS NOT NULL") == 0
    assert kit.store.rows("SELECT deposit_id FROM deposit_wait")[0][0] == liked, "the giver's copy of a yes stays"
    for node in pair:
        before = node.journal.projection_hash()
        node.journal.replay()
        assert node.journal.projection_hash() == before
        assert node.journal.refused() == []
