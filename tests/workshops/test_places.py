"""Asking for a place, giving it back, moving up; and what is refused, kindly."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kit.clock import Clock
from kit.errors import FieldProblems, Problem
from kit.ids import new_id, to_text
from kit.journal import anchors
from kit.workshops import actions, forms, queries
from kit.workshops.forms import Person, Profile

from .box import HOUR_MS, Box, make_box, plan, post, token, url

NOW, DAY = 1_900_000_000.0, 86_400.0


def state(box: Box, signup: queries.Signup) -> str:
    found = queries.find_signup(box.node.store, signup.signup_id)
    assert found is not None
    return found.state


def counts(box: Box, workshop: bytes) -> tuple[int, int, int]:
    found = queries.get_workshop(box.node.store, workshop)
    return found.placed, found.waiting, found.places_left


def test_places_then_waiting_list_then_refusal(box: Box) -> None:
    workshop = box.plan(places=2, waiting_places=1)
    assert [box.sign_up(workshop).state for _ in range(3)] == ["placed", "placed", "waiting"]
    with pytest.raises(Problem) as refused:
        box.sign_up(workshop)
    assert refused.value.code == "workshops.full"
    assert counts(box, workshop) == (2, 1, 0)


def test_cancelling_promotes_the_first_of_the_list_exactly_once(box: Box) -> None:
    workshop = box.plan(places=1, waiting_places=3)
    placed, first, second = (box.sign_up(workshop) for _ in range(3))
    assert [queries.find_rank(box.node.store, one) for one in (first, second)] == [1, 2]
    head = box.node.journal.head()
    for _ in range(3):
        actions.cancel_signup(box.node, placed)
    assert box.node.journal.head() == head + 2  # one cancellation, one promotion
    assert [state(box, one) for one in (placed, first, second)] == ["cancelled", "placed", "waiting"]
    assert queries.find_rank(box.node.store, second) == 1
    actions.cancel_signup(box.node, second)  # somebody who waits frees no place
    assert counts(box, workshop) == (1, 0, 0)


def test_more_places_move_the_list_up_and_fewer_take_nothing_back(box: Box) -> None:
    workshop = box.plan(places=1, waiting_places=3)
    signups = [box.sign_up(workshop) for _ in range(4)]
    start = queries.get_workshop(box.node.store, workshop).starts_at_ms
    assert actions.change_workshop(box.node, workshop, plan(start, places=3, waiting_places=3), 1)
    assert [state(box, one) for one in signups] == ["placed", "placed", "placed", "waiting"]
    assert actions.change_workshop(box.node, workshop, plan(start, places=1, waiting_places=3), 2)
    assert [state(box, one) for one in signups] == ["placed", "placed", "placed", "waiting"]
    assert not actions.change_workshop(box.node, workshop, plan(start, places=1, waiting_places=3), 3)


def test_two_mediators_changing_at_once_are_told(box: Box) -> None:
    workshop = box.plan()
    start = queries.get_workshop(box.node.store, workshop).starts_at_ms
    actions.change_workshop(box.node, workshop, plan(start, title="Un"), 1)
    with pytest.raises(Problem) as refused:
        actions.change_workshop(box.node, workshop, plan(start, title="Deux"), 1)
    assert refused.value.code == "workshops.changed_meanwhile"
    assert queries.get_workshop(box.node.store, workshop).title == "Un"


def test_a_walk_in_takes_a_place_and_undoing_gives_it_to_who_waits(box: Box) -> None:
    workshop = box.plan(places=2, waiting_places=2)
    box.sign_up(workshop)
    came = new_id()
    actions.add_anonymous(box.node, workshop, came, Profile())
    late = box.sign_up(workshop)
    assert late.state == "waiting"
    actions.undo_came(box.node, workshop, came[-5:])
    assert state(box, late) == "placed"


def test_somebody_who_waited_and_came_holds_a_place(box: Box) -> None:
    workshop = box.plan(places=1, waiting_places=2)
    box.sign_up(workshop)
    waiting, next_one = box.sign_up(workshop), box.sign_up(workshop)
    actions.note_came(box.node, workshop, waiting.signup_id[-5:])
    found = queries.get_workshop(box.node.store, workshop)
    assert (found.taken, found.waiting, found.came) == (2, 1, 1)
    assert queries.list_waiting(box.node.store, found, 5) == [next_one.signup_id]
    assert queries.find_rank(box.node.store, next_one) == 1


def test_the_same_form_twice_counts_once(box: Box) -> None:
    workshop = box.plan()
    page = f"/ateliers/{to_text(workshop)}"
    client = box.visitor()
    form = {"csrf": token(client, page), "name": "Marie"}
    tickets = {client.post(page, data=form).location for _ in range(3)}
    assert len(tickets) == 1
    assert counts(box, workshop) == (1, 0, 2)
    assert box.node.store.value("SELECT count(*) FROM envelope") == 1


def test_a_form_cannot_be_used_for_two_workshops(box: Box) -> None:
    one, other = box.plan(), box.plan()
    client = box.visitor()
    form = {"csrf": token(client, f"/ateliers/{to_text(one)}"), "name": "Marie"}
    assert client.post(f"/ateliers/{to_text(one)}", data=form).status_code == 303
    assert client.post(f"/ateliers/{to_text(other)}", data=form).status_code == 400
    assert counts(box, other) == (0, 0, 3)


@pytest.mark.parametrize("name", ["O", "أحمد بن علي", "N’Guyen d'Arc", "李小龍", "e\u0301lodie", "☺", "a" * 80])
def test_any_name_is_welcome(box: Box, name: str) -> None:
    workshop = box.plan()
    page = f"/ateliers/{to_text(workshop)}"
    assert post(box.visitor(), page, at=page, name=name).status_code == 303
    assert counts(box, workshop)[0] == 1


@pytest.mark.parametrize(
    ("name", "phone", "words"),
    [
        ("", "", "Il faut remplir cette case."),
        ("   \u200b ", "", "Il faut remplir cette case."),
        ("é" * 200, "", "80 signes au plus"),
        ("Ma\x07rie", "", "Écrivez de nouveau."),
        ("Ma\u202erie", "", "Écrivez de nouveau."),
        ("Marie", "appelez-moi", "Écrivez un numéro de téléphone"),
        ("Marie", "06" * 30, "C’est trop long"),
    ],
)
def test_what_is_refused_is_said_and_kept_in_the_form(box: Box, name: str, phone: str, words: str) -> None:
    workshop = box.plan()
    page = f"/ateliers/{to_text(workshop)}"
    head = box.node.journal.head()
    answer = post(box.visitor(), page, at=page, name=name, phone=phone)
    assert answer.status_code == 422
    assert words in answer.text and 'role="alert"' in answer.text
    if phone:
        assert f'value="{phone}"' in answer.text
    if name == "é" * 200:
        assert name in answer.text
    assert box.node.journal.head() == head


@pytest.mark.parametrize("what", ["cancel", "close", "full"])
def test_too_late_is_told_and_the_name_kept(box: Box, what: str) -> None:
    workshop = box.plan(places=1, waiting_places=0)
    page, client = f"/ateliers/{to_text(workshop)}", box.visitor()
    form = {"csrf": token(client, page), "name": "Odette"}
    if what == "cancel":
        actions.cancel_workshop(box.node, workshop, "La salle est fermée.")
    elif what == "close":
        actions.close_workshop(box.node, workshop, lambda *_: None)
    else:
        box.sign_up(workshop)
    head = box.node.journal.head()
    answer = client.post(page, data=form)
    assert answer.status_code == 409
    assert {"cancel": "annulé", "close": "terminé", "full": "Trop tard"}[what] in answer.text
    assert box.node.journal.head() == head


def test_a_wrong_clock_refuses_nobody(box: Box) -> None:
    """A clock set back: the box knows it is unsure, and still gives a place for a workshop that looks long over."""
    workshop = box.plan(-48)
    anchors.confirm(box.node.journal, box.node.clock.wall_ms(), "staff")
    with pytest.raises(Problem) as refused:
        box.sign_up(workshop)
    assert refused.value.code == "workshops.over"
    box.node.store.close()
    now = box.node.clock.wall_ms()
    behind = make_box(box.node.data, Clock(2, now, wall=lambda: now / 1000 - 365 * 86_400))
    assert behind.node.clock.is_behind
    assert behind.sign_up(workshop).state == "placed"
    behind.node.store.close()


@pytest.mark.parametrize("wall", [0.0, NOW - DAY, NOW + 400 * DAY, 4e9], ids=["1970", "a day late", "ahead", "2096"])
def test_a_clock_nobody_vouched_for_is_no_reason_to_refuse(tmp_path: Path, wall: float) -> None:
    """It is 2030 for people; the machine shows something else, and sign-up has a beginning and an end."""
    now = int(NOW * 1000)
    box = make_box(tmp_path / "kit", Clock(2, 0, lambda: wall, lambda: 5.0))
    workshop = actions.plan_workshop(box.node, plan(now + HOUR_MS, opens_at_ms=now - HOUR_MS, sign_up_until_ms=now))
    assert box.sign_up(workshop, "Odette").state == "placed"
    page = box.visitor().get(f"/ateliers/{url(workshop).rsplit('/', 1)[1]}").text
    assert 'name="phone"' in page and ("cet atelier est passé" in page) == (wall > NOW)
    anchors.confirm(box.node.journal, now + 48 * HOUR_MS, "staff")
    with pytest.raises(Problem) as refused:
        box.sign_up(workshop, "Léon")
    assert refused.value.code == "workshops.over"


def test_a_clock_that_jumps_at_each_look_refuses_nobody(tmp_path: Path) -> None:
    dice = random.Random(9)
    box = make_box(tmp_path / "kit", Clock(2, 0, lambda: dice.uniform(0, 90 * 365 * DAY), lambda: 5.0))
    workshop = actions.plan_workshop(box.node, plan(int(NOW * 1000), places=40, sign_up_until_ms=int(NOW * 1000)))
    assert {box.sign_up(workshop, f"Personne {n}").state for n in range(40)} == {"placed"}


def test_a_plan_is_checked_field_by_field() -> None:
    wrong = {"title": "", "day": "2026-13-01", "hour": "25:00", "length": "0", "places": "x", "waiting": "-1"}
    with pytest.raises(FieldProblems) as refused:
        forms.read_plan(wrong | {"level": "expert", "theme": "magie", "stop": "a" * 26}, {}, "Europe/Paris")
    assert set(refused.value.fields) == {"title", "day", "length", "places", "waiting", "level", "theme", "stop"}
    with pytest.raises(FieldProblems) as refused:
        forms.read_plan({}, {}, "Europe/Paris")
    assert refused.value.fields["place"].code == "workshops.place"


def test_a_plan_survives_its_form() -> None:
    stop = new_id()
    written = plan(1_790_000_000_000 // 60_000 * 60_000, stop_id=stop, stop_label="Saint-Auban", summary="Une\nDeux")
    values = forms.plan_values(written, "Europe/Paris")
    assert forms.read_plan(values, {stop: "Saint-Auban"}, "Europe/Paris") == written


def test_a_name_is_not_in_the_trace_of_an_error() -> None:
    assert "Marie" not in repr(Person("Marie", "0612345678")) and "0612" not in repr(Person("Marie", "0612345678"))
