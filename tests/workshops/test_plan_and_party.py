"""Series, windows, slots; several people on one ticket; moving, merging and changing with the same ticket."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kit.errors import Problem
from kit.ids import new_id
from kit.journal import anchors
from kit.people import actions as people
from kit.workshops import actions, queries, roll, rules, series, series_actions
from kit.workshops.forms import Asking, Person, Repeat

from .box import HOUR_MS, PASSPHRASE, Box, plan, post, url

ZONE = "Europe/Paris"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def said(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, ZoneInfo(ZONE)).strftime("%Y-%m-%d %H:%M")


def signed_in(box: Box) -> people.Staff:
    cookie = people.sign_in(box.node, people.Throttle(lambda: 0), "here", PASSPHRASE)
    staff = people.find_signed_in(box.node, cookie)
    assert staff is not None
    return staff


@pytest.mark.parametrize(
    ("first", "every", "expected"),
    [
        ("2026-03-26 14:00", "week", ["2026-03-26 14:00", "2026-04-02 14:00", "2026-04-09 14:00"]),
        ("2026-10-24 09:30", "day", ["2026-10-24 09:30", "2026-10-25 09:30", "2026-10-26 09:30"]),
        ("2026-01-08 10:00", "fortnight", ["2026-01-08 10:00", "2026-01-22 10:00", "2026-02-05 10:00"]),
        ("2026-11-12 10:00", "month", ["2026-11-12 10:00", "2026-12-10 10:00", "2027-01-14 10:00"]),
        ("2026-10-29 10:00", "month", ["2026-10-29 10:00", "2026-11-26 10:00", "2026-12-31 10:00"]),
    ],
)
def test_a_series_keeps_the_hour_on_the_wall(first: str, every: str, expected: list[str]) -> None:
    assert [said(one) for one in rules.list_dates(at(first), every, 3, ZONE)] == expected


def test_a_series_is_planned_once_whatever_is_posted_twice(box: Box) -> None:
    staff, start = box.staff(), box.node.clock.now().astimezone(ZoneInfo(ZONE))
    form = {
        "title": "Cours du jeudi", "day": start.strftime("%Y-%m-%d"), "hour": "23:30", "place": "Mairie",
        "length": "60", "places": "5", "level": "debutant", "theme": "email", "kind": "formation", "every": "week",
        "times": "3", "voucher": "1", "led_by": "Nadia", "equipment": "Votre téléphone",
    }  # fmt: skip
    page = "/console/ateliers/nouveau"
    token = re.search(r'name="csrf" value="([^"]+)"', staff.get(page).text)
    assert token
    for _ in range(2):
        assert staff.post(page, data=form | {"csrf": token[1]}).status_code == 303
    found = queries.list_between(box.node.store, 0, 2**53, 10, 0)
    assert len(found) == 3 and len({one.series_id for one in found}) == 1
    text = box.visitor().get(f"/ateliers/{url(found[0].workshop_id).rsplit('/', 1)[1]}").text
    assert "Pass numérique accepté" in text and "Votre téléphone" in text and "Les autres dates" in text
    later = series_actions.cancel_later(box.node, found[1].workshop_id, "Salle fermée")
    assert later == 2
    assert [one.is_cancelled for one in queries.list_between(box.node.store, 0, 2**53, 10, 0)] == [False, True, True]


def test_of_a_cycle_one_asks_for_all_dates_with_one_ticket(box: Box) -> None:
    start = box.node.clock.wall_ms() + HOUR_MS
    dates = series_actions.plan_series(box.node, plan(start), Repeat("week", 3, True), new_id())
    party = actions.sign_up_party(box.node, dates[0], new_id(), [Person("Odette"), Person("Léon")])
    assert len(party) == 6 and len({one.code for one in party}) == 1
    assert [queries.get_workshop(box.node.store, one).placed for one in dates] == [2, 2, 2]
    assert len(actions.note_ticket(box.node, dates[1], party[0].code)) == 2
    assert [queries.get_workshop(box.node.store, one).came for one in dates] == [0, 2, 0]


def test_several_people_share_a_ticket_and_one_gives_her_place_back(box: Box) -> None:
    workshop = box.plan(places=3, waiting_places=0)
    address = f"/ateliers/{url(workshop).rsplit('/', 1)[1]}"
    visitor = box.visitor()
    form = {"name": "Odette", "others": "Léon\nالعربية", "access": "assise", "guardian": "1"}
    answer = post(visitor, address, at=address, **form)
    assert answer.status_code == 303
    ticket = answer.location
    text = visitor.get(ticket).text
    assert text.count("réservée</b>") == 3 and "Léon" not in text and "Odette" not in text
    found = queries.list_by_code(box.node.store, ticket.rsplit("/", 1)[1])
    assert all(one.access == "assise" and one.has_guardian for one in found)
    assert post(visitor, f"{ticket}/annuler", at=ticket, place="2").status_code == 303
    assert queries.get_workshop(box.node.store, workshop).placed == 2
    opened = roll.open_roll(box.node, signed_in(box), queries.get_workshop(box.node.store, workshop))
    assert sorted(line.name for line in opened.signed_up if line.row.signup_state == "placed") == ["Odette", "العربية"]
    too_many = post(visitor, address, at=address, name="A", others="\n".join("BCDEFG"))
    assert too_many.status_code == 422 and "Six personnes" in too_many.text


def test_a_party_is_taken_whole_or_not_at_all(box: Box) -> None:
    workshop = box.plan(places=2, waiting_places=0)
    with pytest.raises(Problem, match="complets"):
        actions.sign_up_party(box.node, workshop, new_id(), [Person(name) for name in ("A", "B", "C")])
    assert queries.get_workshop(box.node.store, workshop).placed == 0


def test_the_window_of_sign_up(box: Box) -> None:
    now = box.node.clock.wall_ms()
    anchors.confirm(box.node.journal, now, "staff")
    early, late = box.plan(opens_at_ms=now + HOUR_MS), box.plan(sign_up_until_ms=now - HOUR_MS)
    for workshop, words in ((early, "pas encore ouvertes"), (late, "inscriptions sont finies")):
        with pytest.raises(Problem, match=words):
            box.sign_up(workshop)
        page = box.visitor().get(f"/ateliers/{url(workshop).rsplit('/', 1)[1]}")
        assert page.status_code == 200 and 'name="phone"' not in page.text


def test_slots_are_given_once_each(box: Box) -> None:
    workshop = box.plan(length_minutes=60, slot_minutes=30, places=2, waiting_places=0, kind="permanence")
    first = actions.sign_up(box.node, workshop, new_id(), Person("Odette"), Asking(slot=1))
    assert first.slot == 1 and series.list_free_slots(
        box.node.store, queries.get_workshop(box.node.store, workshop)
    ) == [0]
    with pytest.raises(Problem, match="créneau"):
        actions.sign_up(box.node, workshop, new_id(), Person("Léon"), Asking(slot=1))
    assert "Votre créneau" in box.visitor().get(f"/ticket/{first.code}").text
    actions.cancel_signup(box.node, first)
    assert actions.sign_up(box.node, workshop, new_id(), Person("Léon"), Asking(slot=1)).state == "placed"


def test_merging_keeps_tickets_and_names_and_drops_nobody(box: Box) -> None:
    first, second = box.plan(places=2, waiting_places=1), box.plan(in_hours=3, places=2, waiting_places=0)
    gone = [box.sign_up(first, name, "06 12 34 56 78") for name in ("Odette", "Léon", "Marcel")]
    box.sign_up(second, "Fatou")
    staff = signed_in(box)
    assert series_actions.merge_into(box.node, staff, first, second, "Une seule salle") == 3
    after = queries.get_workshop(box.node.store, second)
    assert (after.placed, after.waiting) == (2, 2)
    lines = roll.open_roll(box.node, staff, after)
    assert sorted(line.name for line in lines.lines) == ["Fatou", "Léon", "Marcel", "Odette"]
    assert {line.phone for line in lines.lines if line.name != "Fatou"} == {"06 12 34 56 78"}
    ticket = box.visitor().get(f"/ticket/{gone[0].code}").text
    assert "Votre ticket vaut maintenant pour cet atelier" in ticket
    hashed = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == hashed


def test_another_date_or_another_name_with_the_same_ticket(box: Box) -> None:
    first, second = box.plan(places=1, waiting_places=1), box.plan(in_hours=5)
    signup, waiting = box.sign_up(first, "Odette"), box.sign_up(first, "Léon")
    visitor, address = box.visitor(), f"/ticket/{signup.code}/changer"
    assert post(visitor, address, at=address, name="Odette Canari", phone="0612345678").status_code == 303
    staff = signed_in(box)
    line = roll.open_roll(box.node, staff, queries.get_workshop(box.node.store, first)).signed_up[0]
    assert (line.name, line.phone) == ("Odette Canari", "0612345678")
    target = url(second).rsplit("/", 1)[1]
    assert post(visitor, address, at=address, name="Odette", date=target).status_code == 303
    moved, promoted = (queries.find_signup(box.node.store, one.signup_id) for one in (signup, waiting))
    assert moved and promoted and moved.workshop_id == second and moved.code == signup.code
    assert promoted.state == "placed"
    assert roll.open_roll(box.node, staff, queries.get_workshop(box.node.store, second)).signed_up[0].name == "Odette"
    box.node.store.flush()
    for path in box.node.data.rglob("*"):
        assert not path.is_file() or b"Odette" not in path.read_bytes()
