"""Ids: what is made by thousands begins with its day; what somebody said never tells one."""

from __future__ import annotations

import secrets

import pytest

from kit import ids
from kit.feedback import actions as feedback
from kit.feedback.forms import NewAnswer
from kit.ids import ID_BYTES, new_dated_id, read_text, to_text
from kit.people.node import Node
from kit.web.security import check_token, new_token
from kit.workshops import actions, queries
from kit.workshops.forms import Person
from tests.promises.writer import plan

DAY = 86_400


@pytest.mark.parametrize("days", [0, 20_784, 65_535, 65_536 + 3, -1])
def test_an_id_begins_with_its_day(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Also on a box whose clock says 1970, or nonsense."""
    monkeypatch.setattr(ids.time, "time", lambda: days * DAY + 5.0)
    made = {new_dated_id() for _ in range(50)}
    assert len(made) == 50 and {len(one) for one in made} == {ID_BYTES}
    assert {int.from_bytes(one[:2], "big") for one in made} == {days % 65_536}
    assert all(read_text(to_text(one)) == one for one in made)


def test_what_is_made_by_thousands_lies_together_and_an_answer_tells_no_day(kit_node: Node) -> None:
    """A form names what it makes: its token is dated, too. Twenty answers by chance of one day: once in 10^91."""
    secret = secrets.token_bytes(32)
    day = check_token(secret, b"visitor", new_token(secret, b"visitor"))[:2]
    workshop_id = plan(kit_node, "Atelier")
    party = [Person(f"P {number}", "") for number in range(2)]
    actions.sign_up_party(kit_node, workshop_id, new_dated_id(), party)
    actions.add_anonymous(kit_node, workshop_id, new_dated_id(), count=20)
    made = kit_node.store.rows("SELECT attendance_id FROM attendance UNION SELECT signup_id FROM signup")
    assert len(made) >= 22 and {row[0][:2] for row in made} == {day} == {workshop_id[:2]}
    assert queries.find_person(kit_node.store, queries.get_workshop(kit_node.store, workshop_id), made[0][0][-5:])
    for _ in range(20):
        form = check_token(secret, b"visitor", new_token(secret, b"visitor"))
        feedback.note_answer(kit_node, form, NewAnswer("satisfaction", 1, workshop_id, (("satisfaction", 10),)))
    told = kit_node.store.rows("SELECT answer_id FROM urn UNION SELECT answer_id FROM answer")
    assert len(told) == 20 and len({row[0][:2] for row in told}) > 10
