"""Whoever has territories of her own sees what comes from kits of these, and no page that shows the others."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.app import create_app
from kit.central import queries
from kit.feedback.forms import NewAnswer
from kit.feedback.letters import actions as letters
from kit.feedback.letters.codes import code_for
from kit.feedback.letters.forms import NewLetter
from kit.ids import new_id, to_text
from kit.people import actions as people
from kit.people import queries as people_queries
from kit.people import rules, team
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions
from kit.workshops import queries as workshops
from kit.workshops.vouchers import actions as vouchers
from kit.workshops.vouchers.forms import NewKind
from tests.central.season import Season, note_season, post, sign_in
from tests.sync.homes import CANARY, PASSPHRASE, served

ARGUMENT = re.compile(r"<(?:\w+:)?\w+>")
TITLE = "Mon premier e-mail"


@pytest.fixture
def season(pair: tuple[Node, Node]) -> Season:
    """A season that came home from a kit of the Roya; the Tinée has a kit that sent nothing."""
    kit, central = pair
    made = note_season(kit)
    with served(central):
        send(kit)
    with central.store.write():
        central.store.run("UPDATE kit SET territory = 'Roya'")
        central.store.run(
            "INSERT INTO kit SELECT ?, 'Valise de la Tinée', 'Tinée', ?, box_public, serial, certificate, "
            "not_after_ms, is_revoked, enrolled_at_ms, last_seen_ms FROM kit",
            b"t" * 16, b"t" * 32,
        )  # fmt: skip
    return made


@pytest.fixture
def app(pair: tuple[Node, Node], season: Season) -> Flask:
    return create_app(pair[1].settings, pair[1])


def enter_bounded(app: Flask, node: Node, territory: str, role: str = "coordinator") -> FlaskClient:
    """Somebody of the team who sees one territory."""
    (row,) = [row for row in people_queries.list_staff(node.store) if row["name"] == "Coordination"]
    cookie = people.sign_in(node, people.Throttle(node.clock.mono_ms), "here", PASSPHRASE, row["name"])
    chief = people.find_signed_in(node, cookie)
    assert chief is not None
    words = people.add_staff(node, chief, territory, role)
    staff_id = node.store.value("SELECT staff_id FROM staff WHERE name = ?", territory)
    team.change_territories(node, chief, staff_id, [territory])
    client = app.test_client()
    assert post(client, "/connexion", passphrase=words, name=territory).status_code == 302
    return client


def test_each_sees_her_own(pair: tuple[Node, Node], app: Flask, season: Season) -> None:
    node = pair[1]
    roya, tinee, all_of_it = enter_bounded(app, node, "Roya"), enter_bounded(app, node, "Tinée"), sign_in(app)
    kits = {kit.territory: f"/valises/{to_text(kit.kit_id)}" for kit in queries.list_kits(node.store, 9, 0)}
    workshop = f"/ateliers-recus/{to_text(season.workshop_id)}"
    assert CANARY in roya.get(workshop).text and CANARY in all_of_it.get(workshop).text
    assert tinee.get(workshop).status_code == tinee.get(kits["Roya"]).status_code == 403
    assert tinee.get(kits["Tinée"]).status_code == roya.get(kits["Roya"]).status_code == 200
    for url in ("/", "/ateliers-recus", "/valises/a-appeler", "/comptes-rendus", "/chiffres"):
        assert "Tinée" not in roya.get(url).text.split("<main")[1].replace("Votre compte voit", ""), url
        assert TITLE not in tinee.get(url).text, url
    assert TITLE in roya.get("/ateliers-recus").text
    assert "Valise de la Tinée" in all_of_it.get("/").text
    assert "aucun atelier" in tinee.get("/ateliers-recus").text.lower()


def test_every_other_page_about_kits_is_closed_to_her_and_hidden(pair: tuple[Node, Node], app: Flask) -> None:
    client, closed = enter_bounded(app, pair[1], "Roya"), 0
    shown = client.get("/").text
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        power = getattr(view, "needs_power", "")
        if "GET" in (rule.methods or ()) and power in rules.TERRITORIAL and not view.is_bounded:  # type: ignore[attr-defined]
            assert client.get(ARGUMENT.sub("x", rule.rule)).status_code == 403, rule.rule
            assert f'href="{rule.rule}"' not in shown, rule.rule
            closed += 1
    assert closed > 20
    assert "tous les territoires" in client.get("/a-regarder").text
    assert client.get("/equipe/moi").status_code == 200


def test_bounds_are_of_known_territories_and_never_one_s_own(pair: tuple[Node, Node], app: Flask) -> None:
    client, node = sign_in(app), pair[1]
    me = to_text(node.store.value("SELECT staff_id FROM staff WHERE name = 'Coordination'"))
    assert post(client, f"/equipe/{me}/territoires", "/equipe", territoire="Roya").status_code == 409
    words = people_queries.list_kit_territories(node.store)
    assert words == ["Roya", "Tinée"]
    page = post(client, "/equipe/inviter", name="Malik", role="reader", territoire="Atlantide")
    assert page.status_code == 422 and 'href="#territoire"' in page.text
    made = post(client, "/equipe/inviter", name="Malik", role="reader", territoire="Roya").text
    (link,) = re.findall(r"(/invitation/[\w-]{43})", made)[:1]
    assert "Roya" in app.test_client().get(link).text


def test_opinions_letters_and_vouchers_are_of_her_territories(
    pair: tuple[Node, Node], app: Flask, season: Season
) -> None:
    kit, node = pair
    code = code_for(kit, b"form")
    told = NewAnswer("probleme", 1, b"", (), {"recit": "Le pont de Tende est fermé"})
    letters.note_letter(kit, code, NewLetter(told, "grievance", "", ""))
    kind_id = new_id()
    with node.journal.write():
        vouchers.set_kind(node, kind_id, NewKind("Pass numérique", 1000, True))
    with served(node):
        send(kit)
        actions.note_change(kit, workshops.get_workshop(kit.store, season.workshop_id), {"takes_voucher": True})
        vouchers.take(kit, season.workshop_id, new_id(), kind_id)
        send(kit)
    roya, tinee, everything = enter_bounded(app, node, "Roya"), enter_bounded(app, node, "Tinée"), sign_in(app)
    group = f"/avis-recus/workshop/{to_text(season.workshop_id)}"
    (letter_id,) = [row[0] for row in node.store.rows("SELECT letter_id FROM letter")]
    letter = f"/console/courrier/{to_text(letter_id)}"
    for client, sees in ((roya, True), (everything, True), (tinee, False)):
        assert (group in client.get("/avis-recus").text) is sees
        assert client.get(group).status_code == (200 if sees else 403)
        assert ("pont de Tende" in client.get("/console/courrier").text) is sees
        assert ("pont de Tende" in client.get("/console/courrier/cahier").text) is sees
        assert client.get(letter).status_code == (200 if sees else 403)
        assert ("Pass numérique, 10" in client.get("/bons").text) is sees
    assert "Ajouter une sorte" in everything.get("/bons").text and "Ajouter une sorte" not in roya.get("/bons").text
    assert (
        "pour-tous" in everything.get("/console/courrier").text
        and "pour-tous" not in roya.get("/console/courrier").text
    )
    refused = post(tinee, letter, "/", status="answered", text="Non")
    assert refused.status_code == 403
    assert not node.store.rows("SELECT 1 FROM letter_move")
    assert post(roya, letter, status="answered", text="Le pont rouvre").status_code == 303
    assert node.store.value("SELECT status FROM letter_move") == "answered"


def test_what_is_said_is_told_of_her_territories(pair: tuple[Node, Node], app: Flask, season: Season) -> None:
    """The barometer, what is said by territory, and works offered."""
    kit, node = pair
    told = NewAnswer("probleme", 1, b"", (), {"recit": "Le pont de Tende est fermé"})
    letters.note_letter(kit, code_for(kit, b"form"), NewLetter(told, "grievance", "", ""))
    with served(node):
        send(kit)
    with node.store.write():
        node.store.run(
            "INSERT INTO deposit (log_no, deposit_id, lookup, reply_public, reply_box, answer, item_id, offered_ms, "
            "size_bytes, state) SELECT log_no, ?, ?, x'', x'', x'', x'', 1, 9, 'waiting' FROM kit_log LIMIT 1",
            b"g" * 16, b"g" * 32,
        )  # fmt: skip
    roya, tinee = enter_bounded(app, node, "Roya"), enter_bounded(app, node, "Tinée")
    for client, sees in ((sign_in(app), True), (roya, True), (tinee, False)):
        page = client.get("/barometre").text
        assert ("<b>5</b> réponses dans 1 groupe" in page) is sees and ("<b>0</b> réponse dans 0" in page) is not sees
        assert (";5;100" in client.get("/barometre.csv").text) is sees
        lines = client.get("/par-territoire").text
        assert ("Hors tournée</th>" in lines) is sees and ("doléances, Hors tournée" in lines) is sees
        works = client.get("/documents-recus").text
        assert ("Proposé le" in works) is ("Valise du test" in works) is sees
    gift = f"/documents-recus/{to_text(b'g' * 16)}"
    for address in (gift, f"{gift}/fichier"):
        assert "votre compte ne voit pas" in tinee.get(address).text, address
        assert "votre compte ne voit pas" not in roya.get(address).text, address


def test_a_group_that_other_kits_share_is_hers_no_more(pair: tuple[Node, Node], app: Flask, season: Season) -> None:
    """What is left of a group when the others' part is taken away could tell who said what."""
    node = pair[1]
    group = f"/avis-recus/workshop/{to_text(season.workshop_id)}"
    roya = enter_bounded(app, node, "Roya")
    assert roya.get(group).status_code == 200
    with node.store.write():
        node.store.run(
            "INSERT INTO answer SELECT ?, ?, questionnaire, version, scope, scope_id, NULL, day_ms FROM answer LIMIT 1",
            node.journal.log_no, new_id(),
        )  # fmt: skip
    assert roya.get(group).status_code == 403 and group not in roya.get("/avis-recus").text
