"""What people wrote leaves as a file only by the audited door: masked, without contacts, never in clear on the disk."""

from __future__ import annotations

import io
import os

import pytest
from flask import Flask
from openpyxl import load_workbook

from kit.app import create_app
from kit.feedback import actions as feedback
from kit.feedback.forms import NewAnswer
from kit.feedback.letters import actions as letters
from kit.feedback.letters.codes import code_for, open_code
from kit.feedback.letters.forms import NewLetter
from kit.people import actions as people
from kit.people import audit_queries
from kit.people.node import Node
from kit.sync.actions import send
from tests.central.season import note_season, post, sign_in
from tests.pages import post_form
from tests.sync.homes import CANARY, PASSPHRASE, served
from tests.workbooks import list_faults

NUMBER = "06 39 98 00 01"
PAUL = "cerise marteau fenêtre nuage plume tonneau"


@pytest.fixture
def app(pair: tuple[Node, Node]) -> Flask:
    """Six opinions, two with a text; one grievance with an answer and a contact; all of it at home."""
    kit, central = pair
    season = note_season(kit, opinions=4)
    for text in ("=HYPERLINK() dit Zoé", "Le pain"):
        answer = NewAnswer("fin-atelier", 1, season.workshop_id, (("satisfaction", 5),), {"parole": text})
        feedback.note_answer(kit, os.urandom(16), answer)
    code = code_for(kit, b"form")
    told = NewAnswer("probleme", 1, b"", (), {"recit": f"Le car ne passe plus, appelez le {NUMBER}"})
    letters.note_letter(kit, code, NewLetter(told, "grievance", CANARY, NUMBER))
    keys = open_code(code)
    assert keys is not None
    letters.move_letter(kit, keys.letter_id, "answered", "La région a répondu.")
    with served(central):
        send(kit)
    return create_app(central.settings, central)


def rows(raw: bytes) -> list[tuple[object, ...]]:
    assert list_faults(raw) == []
    return [tuple(row) for row in load_workbook(io.BytesIO(raw)).active.iter_rows(values_only=True)]


def lines(node: Node) -> list[tuple[str, int]]:
    return [(line.kind, line.many) for line in audit_queries.list_lines(node.store, "", 100, 0) if "taken" in line.kind]


def test_texts_of_shown_groups_leave_with_one_line(app: Flask, pair: tuple[Node, Node]) -> None:
    central = pair[1]
    client = sign_in(app)
    assert "Textes : " in client.get("/emporter").text
    answer = post(client, "/emporter", sorte="q.fin-atelier")
    assert answer.headers["Cache-Control"] == "no-store" and "attachment" in answer.headers["Content-Disposition"]
    told = rows(answer.data)
    assert told[0][0] == "Groupe" and {row[0] for row in told[1:]} == {"Mon premier e-mail"}
    assert any("=HYPERLINK() dit Zoé" in row for row in told[1:]), "a text, not a formula"
    as_csv = post(client, "/emporter", sorte="q.fin-atelier", fichier="csv").get_data(as_text=True)
    assert "'=HYPERLINK" in as_csv
    assert [kind for kind, _ in lines(central)] == ["texts.taken", "texts.taken"]
    assert all(many == len(told) - 1 for _, many in lines(central))
    wrote = b"".join(path.read_bytes() for path in central.data.rglob("*") if path.is_file())
    assert b"HYPERLINK" not in wrote


@pytest.mark.usefixtures("engine")
def test_letters_leave_masked_and_without_contacts(app: Flask, pair: tuple[Node, Node]) -> None:
    answer = post(sign_in(app), "/emporter", sorte="grievance")
    (head, row) = rows(answer.data)
    assert head[0] == "N°" and "Le car ne passe plus" in str(row[5]) and row[6] == "La région a répondu."
    assert row[4] == "Réponse donnée"
    assert NUMBER not in str(row) and CANARY not in str(row)
    assert lines(pair[1]) == [("letters.taken", 2)], "the letter and its answer, one line"


def test_who_holds_no_key_and_who_asks_for_nothing(app: Flask, pair: tuple[Node, Node]) -> None:
    central = pair[1]
    client = sign_in(app)
    for asked in ({"sorte": "question"}, {"sorte": "q.jamais"}, {"sorte": "grievance", "au": "1999-01-01"}, {}):
        answer = post(client, "/emporter", **asked)
        assert answer.status_code in (404, 422) and "<h1>Emporter" in answer.get_data(as_text=True), asked
    assert lines(central) == []
    staff = people.find_signed_in(
        central, people.sign_in(central, people.Throttle(central.clock.mono_ms), "x", PASSPHRASE, "Coordination")
    )
    assert staff is not None
    people.add_staff(central, staff, "Paul", "librarian", PAUL)
    paul = app.test_client()
    assert post_form(paul, "/connexion", passphrase=PAUL, name="Paul").status_code == 302
    assert paul.get("/emporter").status_code == 403
    assert app.test_client().get("/emporter").status_code == 401
