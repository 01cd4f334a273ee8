"""The box is locked: nobody has the passphrase. Whoever has a ticket is ticked by its code, and no name is told."""

from __future__ import annotations

from pathlib import Path

from kit.ids import to_text
from kit.journal import anchors
from kit.workshops import actions, queries, rules
from kit.workshops.forms import Person

from .box import HOUR_MS, Box, make_box, post, url


def sure(box: Box) -> Box:
    """Somebody vouched for the hour."""
    anchors.confirm(box.node.journal, box.node.clock.wall_ms(), "staff")
    return box


def at(workshop: bytes) -> str:
    return f"/ateliers/{to_text(workshop)}/presence"


def came(box: Box, workshop: bytes) -> int:
    return queries.get_workshop(box.node.store, workshop).came


def test_after_a_restart_without_a_passphrase_codes_still_tick(box: Box, tmp_path: Path) -> None:
    workshop = sure(box).plan(in_hours=1)
    signup, other = box.sign_up(workshop, "Zénobie"), box.sign_up(workshop, "Karim")
    box.node.store.close()
    again = make_box(box.node.data)  # the power went: no cookie anywhere
    phone = again.visitor()
    locked = phone.get(url(workshop, "/presences"))
    assert locked.status_code == 401
    assert f'href="{at(workshop)}"' in locked.text, "the locked roll leads to the codes"
    answer = post(phone, at(workshop), at=at(workshop), code=signup.code.replace("-", " ").upper())
    assert answer.status_code == 303
    assert came(again, workshop) == 1
    post(phone, at(workshop), at=at(workshop), code=signup.code)
    assert came(again, workshop) == 1, "the same code again changes nothing"
    page = phone.get(at(workshop)).text
    assert "Zénobie" not in page + locked.text and "Karim" not in page + locked.text
    post(phone, at(workshop), at=at(workshop), code=other.code)
    assert came(again, workshop) == 2
    again.node.journal.replay()
    assert came(again, workshop) == 2
    again.node.store.close()


def test_nothing_can_be_unticked_there(box: Box) -> None:
    workshop = sure(box).plan(in_hours=1)
    signup = box.sign_up(workshop)
    post(box.visitor(), at(workshop), at=at(workshop), code=signup.code)
    post(box.visitor(), at(workshop), at=at(workshop), undo=rules.to_mark(signup.signup_id), code="")
    assert came(box, workshop) == 1


def test_a_wrong_code_a_given_back_one_and_one_of_another_workshop_say_why(box: Box) -> None:
    workshop, other = sure(box).plan(in_hours=1), box.plan(in_hours=1, title="Un autre")
    elsewhere, gone = box.sign_up(other), box.sign_up(workshop)
    actions.cancel_signup(box.node, gone)
    for code, words in (
        ("renard-lune-99", "Aucun ticket ne porte ce code"),
        (elsewhere.code, "Ce ticket est pour un autre atelier"),
        (gone.code, "annul"),
        ("", "Aucun ticket ne porte ce code"),
    ):
        box.app.extensions["valise.tickets"]._tries.clear() if "valise.tickets" in box.app.extensions else None
        answer = post(box.visitor(), at(workshop), at=at(workshop), code=code)
        assert answer.status_code in (404, 409, 422), (code, answer.status_code)
        assert words in answer.text, (code, answer.text[-1500:])
    assert came(box, workshop) == came(box, other) == 0


def test_codes_cannot_be_guessed_there(box: Box) -> None:
    workshop = sure(box).plan(in_hours=1)
    phone = box.visitor()
    statuses = [post(phone, at(workshop), at=at(workshop), code="renard-lune-99").status_code for _ in range(12)]
    assert 429 in statuses


def test_days_before_nobody_is_ticked(box: Box) -> None:
    workshop = sure(box).plan(in_hours=30)
    signup = box.sign_up(workshop)
    assert 'name="code"' not in box.visitor().get(at(workshop)).text
    answer = post(box.visitor(), at(workshop), at="/ateliers/mon-ticket", code=signup.code)
    assert answer.status_code == 409 and came(box, workshop) == 0


def test_a_closed_workshop_takes_no_code(box: Box) -> None:
    workshop = sure(box).plan(in_hours=-1)
    signup = actions.sign_up(box.node, workshop, b"p" * 16, Person("Odette", ""))
    actions.close_workshop(box.node, workshop, lambda *_: None)
    answer = post(box.visitor(), at(workshop), at="/ateliers/mon-ticket", code=signup.code)
    assert answer.status_code == 409 and came(box, workshop) == 0


def test_the_table_of_the_hours() -> None:
    start, end = 100 * HOUR_MS, 102 * HOUR_MS
    assert not rules.is_around(start, end, start - 2 * HOUR_MS - 1, False)
    assert rules.is_around(start, end, start - 2 * HOUR_MS, False)
    assert rules.is_around(start, end, end + 6 * HOUR_MS, False)
    assert not rules.is_around(start, end, end + 6 * HOUR_MS + 1, False)
    assert rules.is_around(start, end, 0, True)
    assert rules.is_around(start, end, end * 9, True)
