"""Kiosk mode: one questionnaire, no way out without the code, nothing left of whoever was there before."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kit.feedback import kiosk, queries
from kit.feedback.polls import actions as polls
from kit.feedback.polls.forms import read_poll
from kit.feedback.questionnaires import Question, current

from .box import TOKEN, Box, all_bytes, post

START = "/console/questionnaires/la-valise/borne"
CANARY = "cornichon-bleu"


def start(box: Box) -> tuple[FlaskClient, str]:
    """A tablet in kiosk mode, and the code to leave."""
    tablet = box.staff()
    page = post(tablet, START)
    found = re.search(r'<p class="code" dir="ltr">(\d{6})</p>', page.text)
    assert page.status_code == 200 and found
    return tablet, found[1]


def test_it_asks_empties_and_leads_nowhere_else(box: Box) -> None:
    tablet, _ = start(box)
    for address in ("/", "/avis", "/console", "/bibliotheque", "/questionnaires/la-valise", "/connexion"):
        answer = tablet.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/borne"), address
    page = tablet.get("/borne/repondre")
    assert '<noscript><meta http-equiv="refresh" content="180;url=/borne"></noscript>' in page.text
    assert 'data-stays="180"' in page.text
    assert page.headers["Cache-Control"] == "no-store" and len(page.data) < 15_000
    for shown, part in ((page.text, "questions"), (tablet.get("/borne").text, "accueil")):
        assert f'data-listen="#{part}"' in shown and f'id="{part}"' in shown and "/static/app.js?" in shown
    form = {"csrf": TOKEN.search(page.text)[1], _text(): CANARY}  # type: ignore[index]
    more = tablet.post("/borne/repondre", data={**form, "encore": "1"})
    assert CANARY in more.text and "refresh" in more.text and queries.count_waiting(box.node.store) == 0


def test_an_answer_leaves_nothing_on_the_tablet(box: Box) -> None:
    tablet, _ = start(box)
    required = {one.id: str(one.marks[0]) for one in _asked() if one.required and one.marks}
    page = tablet.get("/borne/repondre").text
    form = {"csrf": TOKEN.search(page)[1], _text(): CANARY, **required}  # type: ignore[index]
    sent = tablet.post("/borne/repondre", data=form)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/borne/merci")
    assert queries.count_waiting(box.node.store) == 1
    thanks = tablet.get("/borne/merci")
    assert 'content="10;url=/borne"' in thanks.text
    for address in ("/borne", "/borne/repondre", "/borne/merci"):
        assert CANARY not in tablet.get(address).text
    assert CANARY.encode() not in all_bytes(box.node.data)
    assert box.node.store.value("SELECT count(*) FROM answer_draft") == 0


def _text() -> str:
    return next(one.id for one in _asked() if one.is_text)


def _asked() -> tuple[Question, ...]:
    return current("la-valise").asked


def test_it_is_left_with_its_code_alone(box: Box) -> None:
    tablet, code = start(box)
    assert tablet.get("/console").status_code == 303, "whoever started it is signed out here"
    for typed in ("", "000000" if code != "000000" else "111111", "é" * 30):
        assert post(tablet, "/borne/quitter", code=typed).status_code == 403
    assert post(tablet, "/borne/quitter", code="123").status_code in (403, 429)
    box.app.extensions["valise.throttle"].passed("kiosk 127.0.0.1")
    left = post(tablet, "/borne/quitter", code=f"{code[:3]} {code[3:]}")
    assert (left.status_code, left.headers["Location"]) == (303, "/")
    assert tablet.get("/").status_code == 200 and tablet.get("/borne").status_code == 404
    assert tablet.get("/console").status_code == 401


def test_tries_are_slowed(box: Box) -> None:
    tablet, _ = start(box)
    assert 429 in [post(tablet, "/borne/quitter", code="x").status_code for _ in range(6)]


@pytest.mark.parametrize("cookie", ["", "x", "é", "A" * 600, "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_forged_cookie_is_no_kiosk(box: Box, cookie: str) -> None:
    assert kiosk.read_cookie(box.node, cookie) is None
    made = kiosk.make_cookie(box.node, "la-valise", "", "123456")
    found = kiosk.read_cookie(box.node, made)
    assert found is not None and kiosk.is_leaving_code(box.node, found, "123456")
    assert kiosk.read_cookie(box.node, made[:-2] + "AA") is None or made.endswith("AA")


def test_the_language_of_the_one_before_is_gone(box: Box) -> None:
    tablet, _ = start(box)
    tablet.set_cookie("langue", "en")
    assert "langue=;" in ",".join(tablet.get("/borne").headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("code", ["probleme", "question"])
def test_a_letter_needs_a_paper_for_its_code(box: Box, code: str) -> None:
    assert post(box.staff(), f"/console/questionnaires/{code}/borne").status_code == 409


@pytest.mark.parametrize("needs_code", [False, True])
def test_a_consultation_stands_on_a_tablet_unless_it_asks_for_slips(box: Box, needs_code: bool) -> None:
    given = {"title": "Quel jour ?", "options": "Lundi\nMardi", "kind": "one"} | (
        {"needs_code": "1"} if needs_code else {}
    )
    poll = polls.begin(box.node, read_poll(given, "quel-jour-xxxxx"))
    page = post(box.staff(), "/console/questionnaires/quel-jour-xxxxx/borne")
    if needs_code:
        assert page.status_code == 409
        return
    tablet = box.app.test_client()
    tablet.set_cookie("valise_borne", kiosk.make_cookie(box.node, poll.code, "", "123456"))
    for _ in range(5):
        asked = tablet.get("/borne/repondre").text
        assert "bulletin secret" in asked
        answer = tablet.post("/borne/repondre", data={"csrf": TOKEN.search(asked)[1], "choix": "2"})  # type: ignore[index]
        assert (answer.status_code, answer.headers["Location"]) == (303, "/borne/merci")
    late = TOKEN.search(tablet.get("/borne/repondre").text)
    assert dict(polls.end(box.node, poll.code).screen) == {1: 0, 2: 5}
    refused = tablet.post("/borne/repondre", data={"csrf": late[1], "choix": "1"})  # type: ignore[index]
    assert refused.status_code == 409 and "terminée" in refused.text
