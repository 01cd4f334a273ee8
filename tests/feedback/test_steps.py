"""One question per screen: kept on the box at each step, unreadable at rest, sent once; floods slowed."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kit.errors import Problem
from kit.feedback import catalogue, drafts, queries
from kit.ids import read_text
from kit.web.pace import Pace

from .box import TOKEN, Box, all_bytes, make_box
from .test_questionnaires import VILLAGE

CANARY = "perroquet-mauve"
BASE = "/questionnaires/village-abcde"


def fill(client: FlaskClient, page: str, **fields: object) -> str:
    """Answer the question a page shows; the next address."""
    token, action = TOKEN.search(page), re.search(r'action="([^"]+)"', page)
    assert token and action
    answer = client.post(action[1], data={"csrf": token[1], **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_phone_that_sleeps_goes_on_where_it_was(box: Box) -> None:
    catalogue.publish(box.node, VILLAGE)
    phone = box.visitor()
    assert "Une question à la fois" in phone.get(BASE).text
    here = fill(phone, phone.get(f"{BASE}/pas").text, version=1, venu="0")
    assert here.endswith("/3"), "how many minutes is only for those who walked"
    # The program ends, the phone's browser forgets everything but the address.
    box.node.store.close()
    again = make_box(box.node.data)
    other = again.visitor()
    here = fill(other, other.get(here).text, moyens=["1", "3"])
    here = fill(other, other.get(here).text, **{"ordre.2": "1"})
    assert 'value="1"' in other.get(here.replace("/5", "/4")).text
    here = fill(other, other.get(here).text, note="9")
    here = fill(other, other.get(here).text, mot=CANARY)
    last = other.get(here).text
    assert "Bus, Âne" in last and "1. Poste" in last and CANARY in last and "Combien de minutes" not in last
    assert CANARY.encode() not in all_bytes(box.node.data)
    fill(other, last)
    assert [one.version for one in queries.list_urn(again.node.store)] == [1]
    assert again.node.store.value("SELECT count(*) FROM answer_draft") == 0
    assert "déjà envoyées" in other.get(here).text


def test_sent_twice_it_counts_once(box: Box) -> None:
    catalogue.publish(box.node, VILLAGE)
    phone = box.visitor()
    here = fill(phone, phone.get(f"{BASE}/pas").text, venu="0")
    last = phone.get(re.sub(r"/\d+$", "/7", here)).text
    token, action = TOKEN.search(last), re.search(r'action="([^"]+)"', last)
    assert token and action
    assert phone.post(action[1], data={"csrf": token[1]}).status_code == 303
    assert phone.post(action[1], data={"csrf": token[1]}).status_code == 409
    assert queries.count_waiting(box.node.store) == 1


def test_what_is_wrong_is_told_on_its_screen_and_one_may_go_back(box: Box) -> None:
    catalogue.publish(box.node, VILLAGE)
    phone = box.visitor()
    page = phone.get(f"{BASE}/pas").text
    token, action = TOKEN.search(page), re.search(r'action="([^"]+)"', page)
    assert token and action
    assert phone.post(action[1], data={"csrf": token[1]}).status_code == 422
    here = fill(phone, page, venu="1")
    page = phone.get(here).text
    wrong = phone.post(here, data={"csrf": TOKEN.search(page)[1], "minutes": "mille"})  # type: ignore[index]
    assert wrong.status_code == 422 and 'value="mille"' in wrong.text
    assert fill(phone, page, avant="1", minutes="").endswith("/1")


@pytest.mark.parametrize("address", ["zzz/1", "a" * 26 + "/1", "a" * 26 + "/99999", "../x/1"])
def test_nonsense_addresses_are_refused(box: Box, address: str) -> None:
    assert box.visitor().get(f"/questionnaires/besoins/pas/{address}").status_code in (200, 404)


def test_drafts_leave_with_the_stop_and_do_not_pile_up(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_DRAFTS", 20)
    for _ in range(50):
        drafts.keep_draft(box.node, drafts.new_token(), drafts.Draft("besoins", 1, {"autre": [CANARY]}))
    assert 0 < box.node.store.value("SELECT count(*) FROM answer_draft") <= 20
    box.close_stop(box.plan_stop())
    assert box.node.store.value("SELECT count(*) FROM answer_draft") == 0


def test_the_token_is_nowhere_on_the_box(box: Box) -> None:
    catalogue.publish(box.node, VILLAGE)
    phone = box.visitor()
    here = fill(phone, phone.get(f"{BASE}/pas").text, venu="1")
    token = here.split("/")[-2]
    raw = read_text(token)
    assert raw is not None and drafts.find_draft(box.node, raw) is not None
    found = all_bytes(box.node.data)
    assert raw not in found and token.encode() not in found


def test_a_script_is_slowed_and_a_shared_phone_is_not() -> None:
    now = [0]
    pace = Pace(lambda: now[0])
    for _ in range(60):  # one phone from hand to hand: a person needs ten seconds at least
        now[0] += 10_000
        pace.take("shared")
    for _ in range(40):
        pace.take("script")
    with pytest.raises(Problem) as refusal:
        pace.take("script")
    assert refusal.value.details == {"seconds": 5}
    pace.take("another")
    now[0] += 5_000
    pace.take("script")


def test_what_a_slowed_phone_typed_is_kept(box: Box) -> None:
    phone = box.visitor()
    for _ in range(40):
        box.app.extensions["valise.answer_pace"]["answers"].take("127.0.0.1")
    page = phone.get("/avis").text
    form = {"csrf": TOKEN.search(page)[1], "satisfaction": "10", "parole": "gardé"}  # type: ignore[index]
    answer = phone.post("/avis", data=form)
    assert answer.status_code == 429 and ">\ngardé" in answer.text and "secondes" in answer.text
