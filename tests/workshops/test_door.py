"""What is noted beside a tick: stays, details, counts of people without a name, requests; odd names; ticks as JSON."""

from __future__ import annotations

import pytest

from kit.errors import Problem
from kit.ids import new_code, new_id
from kit.workshops import actions, door_actions, door_queries, queries, roll, rules
from kit.workshops.forms import Details, Person, Profile, Stay

from .box import Box, post, token, url
from .test_plan_and_party import signed_in


def get(box: Box, workshop: bytes) -> queries.Workshop:
    return queries.get_workshop(box.node.store, workshop)


def test_late_early_and_half_days_stay_when_a_tick_is_repeated(box: Box) -> None:
    workshop = box.plan()
    signup, staff = box.sign_up(workshop, "Odette"), box.staff()
    mark = rules.to_mark(signup.signup_id)
    address = url(workshop, f"/p/{mark}")
    assert post(staff, f"{address}/sejour", at=address, late="1", half2="1").status_code == 303
    text = staff.get(url(workshop, "/presences")).text
    assert "en retard" in text and "après-midi" in text
    actions.undo_came(box.node, workshop, signup.signup_id)
    actions.note_came(box.node, workshop, signup.signup_id)
    row = queries.find_person(box.node.store, get(box, workshop), rules.read_mark(mark) or b"")
    assert row is not None and row.is_late and row.halves == 2 and not row.left_early
    hashed = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == hashed


def test_a_walk_in_who_signed_up_is_offered_before_she_is_added_twice(box: Box) -> None:
    workshop = box.plan()
    box.sign_up(workshop, "Zénobie Martin")
    staff, page = box.staff(), url(workshop, "/presences/ajouter")
    answer = post(staff, page, at=page, name="zenobie")
    assert answer.status_code == 200 and "Est-ce une de ces personnes" in answer.text
    assert get(box, workshop).came == 0
    assert post(staff, page, at=page, name="zenobie", sure="1").status_code == 303
    assert get(box, workshop).came == 1
    assert post(staff, page, at=page, name="Colette").status_code == 303


def test_the_same_person_is_suggested_among_open_rolls_only(box: Box) -> None:
    first, second, shut = box.plan(), box.plan(in_hours=3, title="Le tri des photos"), box.plan(title="Fermé")
    here, there = box.sign_up(first, "Mohamed Benali"), box.sign_up(second, "Mohammed Benali")
    box.sign_up(shut, "Mohamed Benali")
    actions.close_workshop(box.node, shut, lambda *_: None)
    for workshop, one in ((first, here), (second, there)):
        details = Details("Mohamed Benali", "", 1951, "Saint-Auban")
        door_actions.note_details(box.node, workshop, one.signup_id[-rules.MARK_BYTES :], details)
    text = box.staff().get(url(first, f"/p/{rules.to_mark(here.signup_id)}")).text
    assert "Peut-être la même personne" in text and "Le tri des photos" in text and "même année" in text
    assert "Fermé" not in text
    other = Details("Mohamed Benali", "", 1990, "")
    door_actions.note_details(box.node, second, there.signup_id[-rules.MARK_BYTES :], other)
    assert "Peut-être" not in box.staff().get(url(first, f"/p/{rules.to_mark(here.signup_id)}")).text
    box.node.store.flush()
    for path in box.node.data.rglob("*"):
        assert not path.is_file() or b"Benali" not in path.read_bytes()


def test_a_card_tells_that_somebody_comes_again(box: Box) -> None:
    first, second, card = box.plan(), box.plan(), new_code()
    for workshop in (first, second):
        signup = box.sign_up(workshop)
        actions.note_came(box.node, workshop, signup.signup_id)
        details = Details("Marie", card=card)
        door_actions.note_details(box.node, workshop, signup.signup_id[-rules.MARK_BYTES :], details)
    assert door_queries.count_card(box.node.store, card, second) == 1
    assert (
        "Cette carte est déjà venue à 1 autre atelier"
        in box.staff().get(url(second, f"/p/{rules.to_mark(signup.signup_id)}")).text
    )


def test_counts_never_say_more_than_there_are_people_without_a_name(box: Box) -> None:
    workshop, staff = box.plan(places=30), box.staff()
    actions.add_anonymous(box.node, workshop, nonce := new_id(), count=5)
    actions.add_anonymous(box.node, workshop, nonce, count=5)
    actions.add_anonymous(box.node, workshop, new_id(), Profile(gender="feminin"))
    assert get(box, workshop).came == 6
    assert door_queries.count_to_tell(box.node.store, get(box, workshop)) == {"gender": 5, "age_band": 6, "status": 6}
    page = url(workshop, "/presences/compter")
    bad = post(staff, page, at=page, version="0", **{"gender-feminin": "4", "gender-masculin": "2"})
    assert bad.status_code == 422 and "Le compte n’est pas bon : 6 en tout ici, mais 5 sans nom" in bad.text
    good = {"gender-feminin": "3", "gender-masculin": "2", "age_band-soixante_dix_plus": "4"}
    assert post(staff, page, at=page, version="0", **good).status_code == 303
    stale = post(staff, page, at=page, version="0", **good)
    assert stale.status_code == 409 and "Quelqu’un a changé" in stale.text
    rows = box.node.store.value("SELECT count(*) FROM attendance WHERE gender <> ''")
    assert rows == 1, "counts stay counts"
    row = queries.list_roll(box.node.store, get(box, workshop).log_no, workshop)[0]
    actions.undo_came(box.node, workshop, row.person_id)
    assert "ce compte en dit trop" in staff.get(page).text
    with pytest.raises(Problem, match="compte n’est pas bon"):
        door_actions.count_margins(box.node, workshop, 1, {"gender": {"feminin": 9}, "age_band": {}, "status": {}})


def test_a_request_without_an_answer_is_noted_once(box: Box) -> None:
    workshop, staff = box.plan(), box.staff()
    page = f"/console/ateliers/sans-reponse?atelier={url(workshop).rsplit('/', 1)[1]}"
    given = {"csrf": token(staff, page), "theme": "sante", "commune": "Saint-Auban", "reason": "pas_de_reseau"}
    for _ in range(2):
        answer = staff.post("/console/ateliers/sans-reponse", data=given | {"workshop": page.partition("=")[2]})
        assert answer.status_code == 303
    assert door_queries.count_unanswered(box.node.store, workshop) == 1
    bad = post(staff, "/console/ateliers/sans-reponse", at=page, theme="sante", reason="fatigue")
    assert bad.status_code == 422


def test_ticks_as_json_tell_the_counts_and_repeat_safely(box: Box) -> None:
    workshop = box.plan()
    signup, staff = box.sign_up(workshop), box.staff()
    page = url(workshop, "/presences")
    given = {"csrf": token(staff, page), "came": rules.to_mark(signup.signup_id)}
    for _ in range(3):
        answer = staff.post(page, data=given, headers={"Accept": "application/json"})
        assert answer.json == {"came": 1, "taken": 1, "places": 3, "waiting": 0}
    answer = box.app.test_client().post(page, data=given, headers={"Accept": "application/json"})
    assert answer.status_code == 400, "a signed-out phone is told, so that it keeps its ticks"


@pytest.mark.parametrize("name", ["Ü", "م", "N’Guyen-O'Hara", "李", "<script>alert(1)</script>", "a" * 80])
def test_odd_names_sign_up_come_and_are_found(box: Box, name: str) -> None:
    workshop = box.plan()
    signup = box.sign_up(workshop, name)
    actions.note_ticket(box.node, workshop, f"http://10.42.0.1/ticket/{signup.code}")
    actions.add_walk_in(box.node, workshop, new_id(), Person(name), Profile())
    lines = roll.open_roll(box.node, signed_in(box), get(box, workshop)).lines
    assert [line.name for line in lines] == [name, name] and get(box, workshop).came == 2
    assert "<script>alert" not in box.staff().get(url(workshop, "/presences")).text


def test_a_name_of_200_signs_is_refused_and_kept_in_the_form(box: Box) -> None:
    workshop, name = box.plan(), "Jean " * 40
    address = f"/ateliers/{url(workshop).rsplit('/', 1)[1]}"
    answer = post(box.visitor(), address, at=address, name=name.strip(), phone="0612345678")
    assert answer.status_code == 422 and "80 signes" in answer.text and name.strip() in answer.text
    assert get(box, workshop).placed == 0


def test_the_stay_of_nobody_is_refused(box: Box) -> None:
    with pytest.raises(Problem, match="pas sur la liste"):
        door_actions.note_stay(box.node, box.plan(), b"\x00" * 5, Stay(True))


def test_the_call_list_is_dated_and_tells_ranks(box: Box) -> None:
    workshop = box.plan(places=1, waiting_places=2)
    for name in ("Odette", "Léon", "Fatou"):
        box.sign_up(workshop, name, "06 12 34 56 78")
    text = box.staff().get(url(workshop, "/inscrits")).text
    assert "Liste d’appels faite le" in text and text.count("06 12 34 56 78") == 3
    assert "en attente, rang 1" in text and "en attente, rang 2" in text
