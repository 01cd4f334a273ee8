"""Grievances and questions: warned and not stopped, sealed, never in the urn, answered with a code of six words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kit.feedback import queries as feedback
from kit.feedback import rules
from kit.feedback.letters import actions, codes, facts, queries, reading
from kit.journal import queries as journal_queries
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, sign_in_as

from .box import TOKEN, Box, all_bytes, make_box, post

CANARY = "lampadaire-qui-clignote"
PROBLEM, QUESTION = "/questionnaires/probleme", "/questionnaires/question"
CODE = re.compile(r'<p class="code" dir="ltr">([a-z ]+)</p>')


def write(phone: FlaskClient, address: str = PROBLEM, **fields: str) -> TestResponse:
    """Send the form of a letter."""
    given = {"theme": "4", "lieu": "rue du Four", "recit": CANARY} if address == PROBLEM else {"question": CANARY}
    return post(phone, address, **{**given, **fields})


def code_of(answer: TestResponse) -> str:
    """The six words on the page."""
    found = CODE.search(answer.text)
    assert answer.status_code == 200 and found, answer.text
    return found[1]


def letter_of(box: Box) -> queries.Letter:
    """The only letter."""
    (one,) = queries.list_letters(box.node.store, "grievance")
    return one


def test_a_grievance_is_sealed_and_read_with_its_code(box: Box) -> None:
    box.plan_stop()
    code = code_of(write(box.visitor(), contact_nom="Odette Canari", contact_tel="0612345678"))
    assert len(code.split()) == 6
    letter = letter_of(box)
    assert letter.values[0] == ("theme", 4) and letter.status == "received"
    assert feedback.count_waiting(box.node.store) == 0, "a grievance is no anonymous opinion"
    found = all_bytes(box.node.data)
    for secret in (CANARY, "rue du Four", "Canari", "0612345678", code, code.split()[0] + " " + code.split()[1]):
        assert secret.encode() not in found, secret
    page = post(box.visitor(), "/suivi", code=code.upper().replace(" ", "  "))
    assert CANARY in page.text and "Reçu par l’équipe" in page.text and "0612345678" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", [PROBLEM, QUESTION])
def test_who_is_warned_may_go_on(box: Box, address: str) -> None:
    phone, told = box.visitor(), "la voiture AB-123-CD de mon voisin, appelez le 06 12 34 56 78"
    name = "recit" if address == PROBLEM else "question"
    warned = write(phone, address, **{name: told})
    assert warned.status_code == 422 and "Envoyer quand même" in warned.text and "plaque" in warned.text
    assert queries.count_letters(box.node.store, "grievance") + queries.count_letters(box.node.store, "question") == 0
    code = code_of(write(phone, address, **{name: told}, confirme="1"))
    assert "AB-123-CD" in post(phone, "/suivi", code=code).text


def test_what_tells_who_wrote_is_set_apart(box: Box) -> None:
    phone = box.visitor()
    told = "Je m’appelle Odette Canari, rappelez au 06 12 34 56 78 : le lampadaire clignote"
    moved = write(phone, recit=told, deplacer="1")
    assert moved.status_code == 200 and 'value="Odette Canari"' in moved.text and 'value="06 12 34 56 78"' in moved.text
    text = re.search(r'<textarea id="recit"[^>]*>\n(.*?)</textarea>', moved.text, re.DOTALL)
    assert text and "Odette" not in text[1] and "06 12" not in text[1] and "lampadaire clignote" in text[1]
    code_of(write(phone, recit=text[1], contact_nom="Odette Canari", contact_tel="06 12 34 56 78"))
    page = box.staff().get(f"/console/courrier/{_id(letter_of(box))}").text
    assert "Odette Canari" in page and "lampadaire clignote" in page


def _id(letter: queries.Letter) -> str:
    from kit.ids import to_text

    return to_text(letter.letter_id)


def test_the_same_form_twice_is_one_letter_with_one_code(box: Box) -> None:
    phone = box.visitor()
    token = TOKEN.search(phone.get(PROBLEM).text)
    assert token
    form = {"csrf": token[1], "theme": "1", "recit": CANARY}
    first, second = (code_of(phone.post(PROBLEM, data=form)) for _ in range(2))
    assert first == second and queries.count_letters(box.node.store, "grievance") == 1
    assert code_of(write(phone)) != first


def test_steps_lead_to_the_letter_and_never_to_the_urn(box: Box) -> None:
    assert box.visitor().get(f"{PROBLEM}/pas").headers["Location"] == PROBLEM
    phone = box.visitor()
    token = TOKEN.search(phone.get(PROBLEM).text)
    assert token
    old = phone.post(f"{PROBLEM}/pas/{'a' * 25}e/1", data={"csrf": token[1], "theme": "1"})
    assert old.status_code == 404 and feedback.count_waiting(box.node.store) == 0


def test_staff_answer_and_the_code_reads_it(box: Box) -> None:
    box.plan_stop()
    phone, staff = box.visitor(), box.staff()
    code = code_of(write(phone))
    address = f"/console/courrier/{_id(letter_of(box))}"
    assert post(staff, address, status="answered", text="").status_code == 422
    assert post(staff, address, status="passed_on", text="À la mairie").status_code == 303
    assert post(staff, address, status="answered", text="Réparé-lundi").status_code == 303
    assert letter_of(box).status == "answered"
    page = post(phone, "/suivi", code=code).text
    assert page.index("À la mairie") < page.index("Réparé-lundi") and "Réponse donnée" in page
    assert "Réparé-lundi" in staff.get(address).text
    assert "Réparé-lundi".encode() not in all_bytes(box.node.data)


@pytest.mark.parametrize("typed", ["", "un deux trois quatre cinq six", "x" * 500, "abeille " * 5, "é" * 30])
def test_a_wrong_code_opens_nothing(box: Box, typed: str) -> None:
    write(box.visitor())
    answer = post(box.visitor(), "/suivi", code=typed)
    assert answer.status_code == 404 and CANARY not in answer.text


def test_codes_are_not_to_be_tried_out(box: Box) -> None:
    phone = box.visitor()
    statuses = [post(phone, "/suivi", code="abeille").status_code for _ in range(10)]
    assert statuses[:8] == [404] * 8 and statuses[-1] == 429


def test_a_closed_stop_leaves_the_letter_to_its_code_and_to_home(box: Box) -> None:
    stop_id = box.plan_stop()
    code = code_of(write(box.visitor()))
    staff = box.staff()
    address = f"/console/courrier/{_id(letter_of(box))}"
    assert CANARY in staff.get(address).text
    box.close_stop(stop_id)
    assert CANARY not in staff.get(address).text and "fermé" in staff.get(address).text
    assert CANARY in post(box.visitor(), "/suivi", code=code).text


def test_a_letter_is_taken_back_with_its_code(box: Box) -> None:
    box.plan_stop()
    phone = box.visitor()
    code = code_of(write(phone))
    post(box.staff(), f"/console/courrier/{_id(letter_of(box))}", status="answered", text="Réparé-lundi")
    assert box.node.store.value("SELECT count(*) FROM envelope") == 2
    assert "effacé" in post(phone, "/suivi", code=code, retirer="1").text
    assert box.node.store.value("SELECT count(*) FROM envelope") == 0
    assert CANARY not in post(phone, "/suivi", code=code).text


def test_the_day_is_all_that_is_told_of_when(box: Box) -> None:
    write(box.visitor())
    (fact,) = box.node.journal.facts_of(facts.LETTER, letter_of(box).letter_id)
    assert fact.moment.wall_ms % rules.DAY_MS == 0 and fact.moment.mono_ms % rules.DAY_MS == 0


def test_it_replays_and_is_read_at_home_and_on_another_kit(
    tmp_path: Path, central_node: Node, kit_node: Node, enter: Enter
) -> None:
    """Carried by hand: the kit's facts go home, the answer comes down to a kit that never saw the letter."""
    box = make_box(tmp_path / "first")
    box.plan_stop()
    code = code_of(write(box.visitor()))
    letter = letter_of(box)
    _carry(box.node, central_node, box.node.journal.log_no, box.node.journal.log_id)
    actions.move_letter(central_node, letter.letter_id, "answered", "Réponse-de-la-maison")
    staff = sign_in_as(central_node, cast.INES)
    moves = reading.open_moves(central_node, staff, queries.get_letter(central_node.store, letter.letter_id))
    assert [one.text for one in moves] == ["Réponse-de-la-maison"], "the coordination reads again what it answered"
    channel = journal_queries.find_channel(central_node.store, b"")
    assert channel is not None
    for kit in (kit_node, box.node):
        kit.journal.find_central = lambda: central_node.identity.sign_public  # both are enrolled there
        _carry(central_node, kit, *channel)
        assert "Réponse-de-la-maison" in post(enter(kit, None), "/suivi", code=code).text
    assert reading.read_with_code(kit_node, code).letter is None
    for node in (box.node, central_node, kit_node):
        before = node.journal.projection_hash()
        node.journal.replay()
        assert node.journal.projection_hash() == before


def _carry(source: Node, target: Node, log_no: int, log_id: bytes) -> None:
    records = journal_queries.records(source.store, log_no, 1, 500)
    with target.journal.write():
        number = target.journal.log_number(log_id, source.identity.sign_public)
        for row in source.store.rows("SELECT subject, sealed FROM envelope"):
            journal_queries.keep_envelope(target.store, row["subject"], row["sealed"])
    target.journal.ingest(number, records)


def test_what_is_told_to_everybody(box: Box) -> None:
    staff, phone = box.staff(), box.visitor()
    fields = {"kind": "answer", "title": "Où trouver un bus ?", "text": "Devant l’église, appelez le 04 92 00 00 00."}
    address = "/console/courrier/pour-tous"
    stopped = post(staff, address, **fields)
    assert stopped.status_code == 422 and "confirmez" in stopped.text and "un bus" not in phone.get("/reponses").text
    assert post(staff, address, **fields, confirme="1", shown="1").status_code == 303
    assert post(staff, address, kind="change", title="Plus de chaises", text="Dix chaises de plus").status_code == 303
    page = phone.get("/reponses").text
    assert "Où trouver un bus" in page and "Dix chaises de plus" in page and "grâce à vous" in page
    (answer,) = queries.list_told(box.node.store, "answer")
    from kit.ids import to_text

    hidden = {**fields, "id": to_text(answer.told_id), "confirme": "1", "shown": "0"}
    assert post(staff, address, **hidden).status_code == 303
    assert "Où trouver un bus" not in phone.get("/reponses").text
    assert len(queries.list_told(box.node.store)) == 2


def test_the_book_tells_no_contact_and_masks_what_is_left(box: Box) -> None:
    box.plan_stop(tour="Estéron")
    phone, staff = box.visitor(), box.staff()
    told = "Appelez le 06 12 34 56 78, la route est coupée"
    write(phone, recit=told, confirme="1", contact_nom="Odette Canari")
    assert "1 message sans réponse" in staff.get("/console").text
    post(staff, f"/console/courrier/{_id(letter_of(box))}", status="passed_on", text="Au département")
    assert "sans réponse" not in staff.get("/console").text
    page = staff.get(f"/console/courrier/cahier?lieu=t.{rules.tour_id('Estéron').hex()[:12]}").text
    assert "la route est coupée" in page and "Transports, routes" in page and "Au département" in page
    assert "06 12" not in page and "Canari" not in page and "Gars" in page
    assert "la route" not in staff.get(f"/console/courrier/cahier?lieu=t.{rules.tour_id('Vésubie').hex()[:12]}").text
    assert "la route" not in staff.get("/console/courrier/cahier?au=2001-01-01").text


def test_pages_are_light_and_the_team_alone_reads(box: Box) -> None:
    phone = box.visitor()
    for address in (PROBLEM, QUESTION, "/suivi", "/reponses", "/questionnaires", "/avis"):
        assert len(phone.get(address).data) <= 15_000, address
    for address in ("", "/cahier", "/pour-tous", "/" + "a" * 26):
        assert phone.get(f"/console/courrier{address}").status_code == 401, address


def test_a_code_follows_from_the_form_alone(box: Box) -> None:
    one, other = (codes.code_for(box.node, nonce) for nonce in (b"a" * 16, b"b" * 16))
    assert one == codes.code_for(box.node, b"a" * 16) != other
    keys = codes.open_code(one)
    assert keys is not None and keys.letter_id not in all_bytes(box.node.data)
