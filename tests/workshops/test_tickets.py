"""What a ticket says: another box's, another day's, ticked already, given back, moved, merged, cancelled."""

from __future__ import annotations

import re

import pytest

from kit.errors import Problem
from kit.ids import new_id, read_code, to_text
from kit.workshops import actions, queries, series_actions, ticket_address
from kit.workshops.forms import Person, Repeat

from .box import HOUR_MS, PASSPHRASE, Box, plan, post, url

DAY_MS = 24 * HOUR_MS


def scan(box: Box, workshop: bytes, typed: str) -> str:
    client, page = box.staff(), url(workshop, "/presences")
    answer = post(client, url(workshop, "/ticket"), at=page, code=typed)
    return answer.text if answer.status_code != 303 else client.get(page).text


def ticket(box: Box, code: str) -> str:
    return box.visitor().get(f"/ticket/{code}").text


# -- at the door --------------------------------------------------------------------------------------------------


def test_a_ticket_of_another_box_says_whose_and_when(box: Box) -> None:
    workshop = box.plan()
    start = 1_930_000_020_000
    typed = ticket_address.ticket_address("http://10.0.0.1", "renard-lune-27", "Valise du Nord <b>", start)
    assert read_code(typed) == "renard-lune-27" and ticket_address.read_ticket_address(typed) == (
        "Valise du Nord <b>",
        start,
    )
    words = scan(box, workshop, typed)
    assert "celui d’une autre valise, « Valise du Nord &lt;b&gt; », pour le" in words
    with pytest.raises(Problem) as told:
        actions.note_ticket(box.node, workshop, "renard-lune-27")  # typed by hand: nobody can say whose it is
    assert told.value.code == "workshops.no_ticket"


def test_the_qr_of_a_ticket_says_whose_it_is_and_still_ticks_here(box: Box) -> None:
    workshop = box.plan()
    signup = box.sign_up(workshop)
    found = queries.get_workshop(box.node.store, workshop)
    typed = ticket_address.ticket_address(
        "http://10.0.0.1", signup.code, box.node.settings.node_name, found.starts_at_ms
    )
    assert actions.note_ticket(box.node, workshop, typed) == [signup.signup_id]
    with pytest.raises(Problem) as told:  # ours by its name, but the place is not known: no other box is named
        actions.note_ticket(box.node, workshop, typed.replace(signup.code, "renard-lune-27"))
    assert told.value.code == "workshops.no_ticket"


@pytest.mark.parametrize(
    "typed",
    ["http://x/ticket/a-b-12?de=&le=5", "http://x/ticket/a-b-12?de=Nord", "http://x/ticket/a-b-12?de=Nord&le=-5",
     "http://x/ticket/a-b-12?de=N%00&le=5", "http://x/ticket/a-b-12?de=Nord&le=99999999999", "?de=Nord&le=5", ""],
)  # fmt: skip
def test_an_address_that_says_nonsense_names_nobody(typed: str) -> None:
    assert ticket_address.read_ticket_address(typed) is None


def test_the_same_ticket_twice_another_day_another_workshop_given_back_and_cancelled(box: Box) -> None:
    today = box.plan(0.5)
    signup = box.sign_up(today)
    assert "Présence notée." in scan(box, today, signup.code)
    assert "Ce ticket était déjà coché : rien n’a changé." in scan(box, today, signup.code)
    assert queries.get_workshop(box.node.store, today).came == 1
    other = box.sign_up(box.plan(24 * 3, title="Impôts en ligne"))
    assert "pour un autre jour" in scan(box, today, other.code) and "Impôts en ligne" in scan(box, today, other.code)
    same_day = box.plan(0.6, title="Photos")
    assert "pour un autre atelier" in scan(box, today, box.sign_up(same_day).code)
    actions.cancel_signup(box.node, other)
    assert "a été annulé" in scan(box, today, other.code) and "autre jour" not in scan(box, today, other.code)
    gone = box.plan(30, title="Le jardin")
    lost = box.sign_up(gone)
    actions.cancel_workshop(box.node, gone, "Neige")
    assert "L’atelier de ce ticket a été annulé" in scan(box, today, lost.code)
    assert queries.get_workshop(box.node.store, today).came == 1, "none of these ticked anybody"


# -- changing date together ---------------------------------------------------------------------------------------


def family(box: Box, workshop: bytes) -> str:
    people = [Person("Odette", "0612345678"), Person("Léon"), Person("Fatou")]
    return actions.sign_up_party(box.node, workshop, new_id(), people)[0].code


def test_a_family_changes_date_together_or_not_at_all(box: Box) -> None:
    first, large, small = box.plan(1), box.plan(25), box.plan(50, places=2, waiting_places=0, title="Petit")
    code = family(box, first)
    waiting = box.sign_up(first, "Karim")
    assert waiting.state == "waiting"
    visitor, page = box.visitor(), f"/ticket/{code}/changer"
    form = {"name": "Odette", "phone": "0612345678", "others": "Léon\nFatou"}
    short = post(visitor, page, at=page, date=to_text(large), name="Odette", others="Léon")
    assert short.status_code == 422 and "ce ticket vaut pour 3" in short.text
    full = post(visitor, page, at=page, date=to_text(small), **form)
    assert full.status_code == 409
    assert {one.workshop_id for one in queries.list_by_code(box.node.store, code)} == {first}, "nobody moved alone"
    assert post(visitor, page, at=page, date=to_text(large), **form).status_code == 303
    party = queries.list_by_code(box.node.store, code)
    assert [(one.workshop_id, one.state) for one in party] == [(large, "placed")] * 3
    assert [one.workshop_id for one in queries.list_by_code(box.node.store, waiting.code)] == [first]
    promoted = queries.find_signup(box.node.store, waiting.signup_id)
    assert promoted is not None and promoted.state == "placed", "their places went to the next"
    shown = ticket(box, code)
    assert "Votre ticket vaut maintenant pour cet atelier" in shown and shown.count("Place ") >= 3
    names = box.staff().get(url(large, "/presences")).text
    assert all(name in names for name in ("Odette", "Léon", "Fatou"))
    box.node.store.flush()
    raw = b"".join(path.read_bytes() for path in box.node.data.rglob("*") if path.is_file())
    assert b"Fatou" not in raw and b"0612345678" not in raw


def test_a_full_date_is_said_to_be_full_and_the_place_is_kept_until_one_is_free(box: Box) -> None:
    first, full = box.plan(1), box.plan(25, places=1, waiting_places=2, title="Petit")
    signup, other = box.sign_up(first, "Odette"), box.sign_up(full, "Karim")
    visitor, page = box.visitor(), f"/ticket/{signup.code}/changer"
    shown = visitor.get(page).text
    assert "liste d’attente)" in shown and "vous gardez votre place" in shown
    for _ in range(2):  # sent twice: one request
        assert post(visitor, page, at=page, date=to_text(full), name="Odette").status_code == 303
    party = queries.list_by_code(box.node.store, signup.code)
    assert [(one.workshop_id, one.state) for one in party] == [(first, "placed"), (full, "waiting")]
    shown = ticket(box, signup.code)
    assert "Votre place est réservée" in shown and "Vous avez demandé une autre date" in shown and page in shown
    actions.cancel_signup(box.node, other)
    party = queries.list_by_code(box.node.store, signup.code)
    assert [(one.workshop_id, one.state) for one in party] == [(first, "cancelled"), (full, "placed")]
    assert queries.get_workshop(box.node.store, first).placed == 0
    assert "Odette" in box.staff().get(url(full, "/presences")).text


def test_merged_moved_and_cancelled_are_on_every_ticket(box: Box) -> None:
    from kit.people import actions as people

    first, second = box.plan(1), box.plan(26, title="Le même, le lendemain", places=9)
    code = family(box, first)
    cookie = people.sign_in(box.node, people.Throttle(lambda: 0), "here", PASSPHRASE)
    staff = people.find_signed_in(box.node, cookie)
    assert staff is not None
    assert series_actions.merge_into(box.node, staff, first, second, "Trop peu de monde") == 3
    assert "Le même, le lendemain" in ticket(box, code) and "L’ancien ne compte plus" in ticket(box, code)
    found = queries.get_workshop(box.node.store, second)
    moved = plan(found.starts_at_ms, title=found.title, places=9, place="Mairie")
    actions.change_workshop(box.node, second, moved, found.version)
    assert "l’atelier a été déplacé" in ticket(box, code) and ticket(box, code).count("Mairie") >= 4
    actions.cancel_workshop(box.node, second, "Neige")
    assert "L’atelier n’aura pas lieu. Neige" in ticket(box, code).replace("\u00a0", " ")


def test_a_cycle_says_which_of_its_dates_was_cancelled(box: Box) -> None:
    start = box.node.clock.wall_ms() + HOUR_MS
    dates = series_actions.plan_series(box.node, plan(start), Repeat("week", 3, True), new_id())
    code = box.sign_up(dates[0]).code
    actions.cancel_workshop(box.node, dates[1], "Neige")
    lines = re.findall(r"<li>Place (.*?)</li>", ticket(box, code), re.S)
    assert [("annulé" in line, "Neige" in line) for line in lines] == [(False, False), (True, True), (False, False)]


# -- a whole series at once ---------------------------------------------------------------------------------------


def test_a_series_changes_at_once_and_its_days_stay(box: Box) -> None:
    start = (box.node.clock.wall_ms() // DAY_MS + 2) * DAY_MS + 10 * HOUR_MS  # two hours more are the same day
    dates = series_actions.plan_series(box.node, plan(start), Repeat("week", 3), new_id())
    signup = box.sign_up(dates[2])
    known = [queries.get_workshop(box.node.store, one) for one in dates]
    later = plan(start + 2 * HOUR_MS, place="Mairie", places=8, series_id=known[0].series_id)
    assert series_actions.change_series(box.node, dates[0], later, known[0].version) == 3
    now = [queries.get_workshop(box.node.store, one) for one in dates]
    assert [one.starts_at_ms - was.starts_at_ms for one, was in zip(now, known, strict=True)] == [2 * HOUR_MS] * 3
    assert {(one.place, one.places) for one in now} == {("Mairie", 8)}
    assert "l’atelier a été déplacé" in ticket(box, signup.code)
    with pytest.raises(Problem):  # somebody changed the first meanwhile: nothing changes anywhere
        series_actions.change_series(box.node, dates[0], plan(start, places=2), known[0].version)
    assert {queries.get_workshop(box.node.store, one).places for one in dates} == {8}


def test_the_form_offers_the_series_and_changes_it(box: Box) -> None:
    start = box.node.clock.wall_ms() + DAY_MS
    dates = series_actions.plan_series(box.node, plan(start), Repeat("week", 2), new_id())
    client, page = box.staff(), url(dates[0], "/changer")
    text = client.get(page).text
    assert "Changer aussi les dates suivantes (1)" in text
    pairs = re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', text)
    values = {name: value for name, value in pairs if name not in ("csrf", "later", "voucher")}
    form = values | {"title": "Autre titre", "level": "debutant", "theme": "email", "later": "1"}
    assert post(client, page, at=page, **form).status_code == 303
    assert [queries.get_workshop(box.node.store, one).title for one in dates] == ["Autre titre"] * 2
