"""Slips printed at home serve in every suitcase, once where these speak to each other; what served twice is told."""

from __future__ import annotations

import os
import secrets

import msgspec
import pytest

from kit.app import create_app
from kit.errors import Problem
from kit.feedback import rules
from kit.feedback.forms import NewAnswer
from kit.feedback.polls import actions, facts, queries, slips
from kit.feedback.polls.forms import read_poll
from kit.feedback.questionnaires import Questionnaire
from kit.ids import new_code
from kit.journal.fact import Record
from kit.journal.queries import log_number
from kit.people.node import Node
from kit.sync.actions import send
from tests.central.season import post, sign_in
from tests.sync.homes import served


@pytest.fixture
def poll(pair: tuple[Node, Node]) -> Questionnaire:
    """A consultation with slips, opened at home."""
    given = {"title": "Quel jour ?", "options": "Lundi\nMardi", "kind": "one", "needs_code": "1"}
    return actions.begin(pair[1], read_poll(given, "quel-jour-xxxxx"))


def sync(pair: tuple[Node, Node]) -> None:
    with served(pair[1]):
        send(pair[0])


def vote(kit: Node, poll: Questionnaire, ballot: str) -> None:
    actions.note_vote(kit, os.urandom(16), NewAnswer(poll.code, poll.version, b"", (("choix", 1),), {}), ballot)


def served_elsewhere(central: Node, poll: Questionnaire, ballots: list[str]) -> None:
    """What a second suitcase tells home: these slips served there."""
    other = secrets.token_bytes(len(central.journal.log_id))
    digests = tuple(sorted(slips.slip_digest(poll.code, one) for one in ballots))
    body = msgspec.msgpack.encode(facts.SlipsUsed(poll.code, digests))
    with central.store.write():
        log_no = log_number(central.store, other, secrets.token_bytes(32), b"12345678")
        record = Record(1, facts.USED.name, 1, 1, 1, 1, rules.slips_id(poll.code), other, b"", None, body)
        central.journal.ingest(log_no, [record])


def test_a_slip_of_the_coordination_serves_in_a_suitcase_and_once(pair: tuple[Node, Node], poll: Questionnaire) -> None:
    kit, central = pair
    made = slips.make_codes(central, poll.code, 8)
    sync(pair)
    assert queries.count_codes(kit.store, poll.code) == (8, 0)
    for ballot in made[:4]:
        vote(kit, poll, ballot.upper().replace("-", " "))
    assert queries.list_used_untold(kit.store), "four wait in the urn: nothing is told of their slips"
    assert kit.store.value("SELECT count(*) FROM poll_slip_used") == 0
    vote(kit, poll, made[4])
    assert kit.store.value("SELECT count(*) FROM poll_slip_used") == 5, "they left together"
    for ballot, code in ((made[0], "polls.code_used"), (new_code(), "polls.code_unknown")):
        with pytest.raises(Problem) as refusal:
            vote(kit, poll, ballot)
        assert refusal.value.code == code
    sync(pair)
    assert queries.count_codes(central.store, poll.code) == (8, 5)


@pytest.mark.usefixtures("engine")
def test_what_served_elsewhere_is_refused_after_a_sending_and_twice_is_told(
    pair: tuple[Node, Node], poll: Questionnaire
) -> None:
    kit, central = pair
    made = slips.make_codes(central, poll.code, 8)
    sync(pair)
    for ballot in made[:5]:
        vote(kit, poll, ballot)
    served_elsewhere(central, poll, [made[0], made[6]])
    sync(pair)
    central.answer_home()
    assert central.store.value("SELECT count(DISTINCT digest) FROM poll_slip_used") == 6
    assert slips.tell_used_elsewhere(central) == 0
    assert queries.count_used_twice(central.store, poll.code) == 1
    sync(pair)
    with pytest.raises(Problem) as refusal:
        vote(kit, poll, made[6])
    assert refusal.value.code == "polls.code_used"
    vote(kit, poll, made[7])
    page = sign_in(create_app(central.settings, central)).get(f"/console/consultations/{poll.code}").text
    assert "ont servi dans plusieurs valises" in page and "6 bulletins à code utilisés sur 8" in page
    before = [tuple(row) for row in kit.store.rows("SELECT * FROM poll_slip_used ORDER BY 1, 2")]
    kit.journal.replay()
    assert [tuple(row) for row in kit.store.rows("SELECT * FROM poll_slip_used ORDER BY 1, 2")] == before


def test_slips_say_where_they_serve(pair: tuple[Node, Node], poll: Questionnaire) -> None:
    client = sign_in(create_app(pair[1].settings, pair[1]))
    desk = f"/console/consultations/{poll.code}"
    answer = post(client, f"{desk}/bulletins", page=desk, count="3")
    page = answer.get_data(as_text=True)
    assert "servent dans toutes les valises" in page and page.count('class="slip"') == 3
