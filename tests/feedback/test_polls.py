"""Consultations: screen and paper add up, a code serves once, nothing is told before the end."""

from __future__ import annotations

import re
import secrets

import msgspec
import pytest

from kit.errors import Problem
from kit.feedback import queries as feedback
from kit.feedback import rules
from kit.feedback.polls import actions, facts, queries, slips
from kit.feedback.polls.forms import NewPaper
from kit.feedback.polls.routes import read_result
from kit.ids import to_text
from kit.journal.fact import Record
from kit.journal.queries import log_number

from .box import TOKEN, Box, all_bytes, post

DESK = "/console/consultations"


def begin(box: Box, kind: str = "one", **fields: str) -> str:
    """Open a consultation from the console; its code."""
    given = {"title": "Quel marché ?", "options": "Samedi\nDimanche\nMercredi", "kind": kind, **fields}
    answer = post(box.staff(), DESK, **given)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rsplit("/", 1)[1]


def vote(box: Box, code: str, choice: str, place: int = 1, **fields: str) -> int:
    """One phone answers; the status."""
    address, phone = f"/questionnaires/{code}", box.visitor()
    token = TOKEN.search(phone.get(address).text)
    assert token
    form = {"csrf": token[1], "choix": choice, **fields}
    return phone.post(address, data=form, environ_base={"REMOTE_ADDR": f"127.0.0.{place}"}).status_code


def test_screen_and_paper_add_up(box: Box) -> None:
    stop_id = box.plan_stop()
    code = begin(box)
    for number, choice in enumerate("1121123"):
        assert vote(box, code, choice, number + 1) == 303
    staff = box.staff()
    fields = {"halte": to_text(stop_id), "ballots": "10", "n1": "3", "n2": "5", "n3": "1"}
    page = staff.get(f"{DESK}/{code}").text
    assert "7 réponses" in page and "Samedi</th>" not in page, "no choice is told while it is open"
    token = TOKEN.search(page)
    assert token
    for _ in range(2):  # said again it replaces
        assert staff.post(f"{DESK}/{code}/papier", data={"csrf": token[1], **fields}).status_code == 303
    assert staff.post(f"{DESK}/{code}/terminer", data={"csrf": token[1]}).status_code == 303
    result = read_result(box.node, actions.get_poll(box.node, code))
    assert result is not None and result.voters == 17
    assert [(one.label, one.screen, one.paper, one.total) for one in result.lines] == [
        ("Samedi", 4, 3, 7), ("Dimanche", 2, 5, 7), ("Mercredi", 1, 1, 2),
    ]  # fmt: skip
    public = box.visitor().get(f"/consultations/{code}").text
    assert "17 réponses" in public and "Samedi" in public and "secret" in public
    assert feedback.count_waiting(box.node.store) == 0
    assert vote(box, "idee", "") == 422  # another questionnaire goes on
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before


def test_after_the_end_nothing_changes(box: Box) -> None:
    code = begin(box)
    phone = box.visitor()
    token = TOKEN.search(phone.get(f"/questionnaires/{code}").text)
    assert token
    actions.count_paper(box.node, code, b"", NewPaper(9, ((1, 9), (2, 0), (3, 0))))
    actions.end(box.node, code)
    late = phone.post(f"/questionnaires/{code}", data={"csrf": token[1], "choix": "2"})
    assert late.status_code == 409 and "terminée" in late.text
    assert phone.get(f"/questionnaires/{code}").headers["Location"] == f"/consultations/{code}"
    for act in (lambda: actions.end(box.node, code), lambda: actions.add_option(box.node, code, "Jeudi"),
                lambda: actions.count_paper(box.node, code, b"", NewPaper(1, ()))):  # fmt: skip
        with pytest.raises(Problem) as refusal:
            act()
        assert refusal.value.code == "polls.closed"


def test_few_on_screen_are_told_with_the_paper_only(box: Box) -> None:
    code = begin(box)
    for number in range(3):
        vote(box, code, "2", number + 1)
    with pytest.raises(Problem) as refusal:
        actions.end(box.node, code)
    assert refusal.value.code == "polls.too_few"
    assert feedback.count_waiting(box.node.store) == 3, "nothing was emptied"
    actions.count_paper(box.node, code, b"", NewPaper(4, ((1, 4), (2, 0), (3, 0))))
    closed = actions.end(box.node, code)
    assert closed.is_merged and closed.screen == () and dict(closed.paper) == {1: 4, 2: 3, 3: 0}
    assert "trop peu" in box.visitor().get(f"/consultations/{code}").text.lower()


def test_a_code_serves_once(box: Box) -> None:
    code = begin(box, needs_code="1")
    staff = box.staff()
    page = staff.get(f"{DESK}/{code}").text
    printed = staff.post(f"{DESK}/{code}/bulletins", data={"csrf": TOKEN.search(page)[1], "count": "12"}).text  # type: ignore[index]
    assert "ne servent que dans cette valise" in printed
    codes = re.findall(r'<span class="code" dir="ltr">([a-z-]+-\d\d)</span>', printed)
    assert len(codes) == 12
    found = all_bytes(box.node.data)
    assert not [one for one in codes if one.encode() in found], "only digests are kept"
    assert vote(box, code, "1", 1, bulletin=codes[0].upper().replace("-", " ")) == 303
    assert vote(box, code, "2", 2, bulletin=codes[0]) == 409
    assert vote(box, code, "1", 3, bulletin="renard-lune-00") == 422
    assert vote(box, code, "1", 4) == 422
    assert vote(box, code, "9", 5, bulletin=codes[1]) == 422, "a wrong choice uses no code up"
    assert vote(box, code, "3", 6, bulletin=codes[1]) == 303
    assert queries.count_codes(box.node.store, code) == (12, 2)
    assert feedback.count_waiting(box.node.store) == 2


def test_the_same_ballot_posted_twice_is_no_reproach(box: Box) -> None:
    code = begin(box, needs_code="1")
    ballot = slips.make_codes(box.node, code, 1)[0]
    phone, address = box.visitor(), f"/questionnaires/{code}"
    token = TOKEN.search(phone.get(address).text)
    assert token
    form = {"csrf": token[1], "choix": "1", "bulletin": ballot}
    assert [phone.post(address, data=form).status_code for _ in range(2)] == [303, 303]
    assert feedback.count_waiting(box.node.store) == 1


def test_the_phone_alone_remembers(box: Box) -> None:
    code = begin(box)
    phone = box.app.test_client()
    assert "déjà répondu" not in phone.get(f"/questionnaires/{code}").text
    answer = post(phone, f"/questionnaires/{code}", choix="1")
    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 303 and code in cookie and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert "déjà répondu" in phone.get(f"/questionnaires/{code}").text
    assert post(phone, f"/questionnaires/{code}", choix="2").status_code == 303, "a shared phone is not punished"


def test_ideas_are_supported_and_added(box: Box) -> None:
    code = begin(box, "several")
    token = TOKEN.search(box.staff().get(f"{DESK}/{code}").text)
    assert token
    assert post_to(box, f"{DESK}/{code}", f"{DESK}/{code}/choix", label="Jeudi") == 303
    assert post_to(box, f"{DESK}/{code}", f"{DESK}/{code}/choix", label="Jeudi") == 422
    for number in range(5):
        phone, address = box.visitor(), f"/questionnaires/{code}"
        found = TOKEN.search(phone.get(address).text)
        assert found
        phone.post(address, data={"csrf": found[1], "choix": ["1", "4"] if number else ["4"]})
    closed = actions.end(box.node, code)
    assert closed.screen_voters == 5 and dict(closed.screen) == {1: 4, 2: 0, 3: 0, 4: 5}


def post_to(box: Box, page: str, address: str, **fields: str) -> int:
    """Post with the token of another page."""
    staff = box.staff()
    token = TOKEN.search(staff.get(page).text)
    assert token
    return staff.post(address, data={"csrf": token[1], **fields}).status_code


@pytest.mark.parametrize(
    "fields",
    [{"ballots": "3", "n1": "2", "n2": "2"}, {"ballots": "-1"}, {"ballots": "x"}, {"ballots": "3", "n1": "4"}, {}],
)
def test_a_paper_tally_that_cannot_be_is_refused(box: Box, fields: dict[str, str]) -> None:
    code = begin(box)
    assert post_to(box, f"{DESK}/{code}", f"{DESK}/{code}/papier", **fields) == 422
    assert queries.list_papers(box.node.store, code) == []


@pytest.mark.parametrize("fields", [{"options": "seul"}, {"title": ""}, {"kind": "x"}, {"options": ""}])
def test_a_poll_without_choices_is_refused(box: Box, fields: dict[str, str]) -> None:
    given = {"title": "Quel ?", "options": "a\nb", "kind": "one", **fields}
    assert post(box.staff(), DESK, **given).status_code == 422


def test_pages_are_light_and_ask_who_it_is(box: Box) -> None:
    code = begin(box)
    for address in ("/consultations", f"/consultations/{code}", f"/questionnaires/{code}"):
        assert len(box.visitor().get(address).data) <= 15_000
    assert box.visitor().get(f"{DESK}/{code}").status_code == 401
    assert box.visitor().get("/consultations/rien").status_code == 404


def test_two_suitcases_at_one_stop_both_count(box: Box) -> None:
    code, stop_id = begin(box), box.plan_stop()
    other = secrets.token_bytes(len(box.node.journal.log_id))
    body = facts.PaperCounted(0, code, stop_id, 6, ((1, 2), (2, 4), (3, 0)))
    with box.node.store.write():
        log_no = log_number(box.node.store, other, secrets.token_bytes(32), b"12345678")
        record = Record(1, facts.COUNTED.name, 1, 1, 1, 1, rules.paper_id(code, stop_id), other, b"", None,
                        msgspec.msgpack.encode(body))  # fmt: skip
        box.node.journal.ingest(log_no, [record])
    actions.count_paper(box.node, code, stop_id, NewPaper(3, ((1, 1), (2, 1), (3, 1))))
    actions.count_paper(box.node, code, stop_id, NewPaper(4, ((1, 2), (2, 1), (3, 1))))
    closed = actions.end(box.node, code)
    assert closed.paper_ballots == 10 and dict(closed.paper) == {1: 4, 2: 5, 3: 1}
