"""« Présences »: who may see what, ticking, people without sign-up, closing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from flask.testing import FlaskClient

from kit.ids import new_id, to_text
from kit.journal import queries as journal_queries
from kit.people import actions as people
from kit.workshops import actions, facts, queries, roll, rules
from kit.workshops.forms import Person, Profile

from .box import LIBRARIAN, Box, count_statements, plan, post, token, url


def roll_text(client: FlaskClient, workshop: bytes) -> str:
    answer = client.get(url(workshop, "/presences"))
    assert answer.status_code == 200
    return answer.text


def came(box: Box, workshop: bytes) -> int:
    return queries.get_workshop(box.node.store, workshop).came


def tick(client: FlaskClient, workshop: bytes, person_id: bytes, how: str = "came"):
    return post(client, url(workshop, "/presences"), at=url(workshop, "/presences"), **{how: rules.to_mark(person_id)})


def librarian(box: Box) -> FlaskClient:
    cookie = people.sign_in(box.node, people.Throttle(lambda: 0), "here", "abeille agneau ancre arbre arc argent")
    staff = people.find_signed_in(box.node, cookie)
    assert staff is not None
    people.add_staff(box.node, staff, "Bibliothèque", "librarian", LIBRARIAN)
    return box.staff(LIBRARIAN)


CONSOLE = ["", "/nouveau"]
OF_ONE = ["/presences", "/inscrits", "/presences/ajouter", "/feuille", "/changer", "/annuler", "/terminer"]


def test_a_visitor_is_asked_to_sign_in(box: Box) -> None:
    workshop = box.plan()
    signup = box.sign_up(workshop, "Zénobie")
    pages = [f"/console/ateliers{end}" for end in CONSOLE] + [url(workshop, end) for end in OF_ONE]
    for address in [*pages, url(workshop, f"/p/{rules.to_mark(signup.signup_id)}")]:
        answer = box.visitor().get(address)
        assert answer.status_code == 401 and "/connexion" in answer.text and "Zénobie" not in answer.text


def test_a_form_without_its_token_notes_nothing(box: Box) -> None:
    workshop = box.plan()
    signup = box.sign_up(workshop)
    mark = rules.to_mark(signup.signup_id)
    staff, head = box.staff(), box.node.journal.head()
    ends = ["/presences", "/ticket", "/presences/ajouter", "/presences/sans-nom", "/changer", "/annuler", "/terminer"]
    for end in [*ends, f"/p/{mark}/annuler"]:
        answer = staff.post(url(workshop, end), data={"came": mark, "name": "X", "paper": "no", "certificates": "no"})
        assert answer.status_code == 400
    assert staff.post("/console/ateliers/nouveau", data={"title": "X"}).status_code == 400
    assert box.node.journal.head() == head


def test_the_names_are_read_by_the_mediator_only(box: Box) -> None:
    workshop = box.plan(places=20)
    named = box.sign_up(workshop, "أحمد", "06 12 34 56 78")
    box.sign_up(workshop, "<b>N’Guyen</b>")
    actions.add_walk_in(box.node, workshop, new_id(), Person("Gérard"), Profile())
    text = roll_text(box.staff(), workshop)
    assert "أحمد" in text and "&lt;b&gt;N’Guyen&lt;/b&gt;" in text and "Gérard" in text
    person = box.staff().get(url(workshop, f"/p/{rules.to_mark(named.signup_id)}")).text
    assert "06 12 34 56 78" in person
    other = librarian(box)
    text = roll_text(other, workshop)
    assert "أحمد" not in text and "N’Guyen" not in text and "Gérard" not in text
    assert named.code in text and "Les noms sont fermés pour vous" in text
    person = other.get(url(workshop, f"/p/{rules.to_mark(named.signup_id)}")).text
    assert "06 12" not in person and named.code in person
    assert "06 12 34 56 78" in box.staff().get(url(workshop, "/inscrits")).text
    for end in ("/feuille", "/inscrits"):
        assert "أحمد" not in other.get(url(workshop, end)).text and "06 12" not in other.get(url(workshop, end)).text
    assert tick(other, workshop, named.signup_id).status_code == 303
    assert came(box, workshop) == 2
    assert other.get("/console/ateliers/nouveau").status_code == 403
    assert other.get(url(workshop, "/terminer")).status_code == 403


def test_ticking_and_unticking_leads_back_to_the_row(box: Box) -> None:
    workshop = box.plan()
    signup = box.sign_up(workshop)
    staff, mark = box.staff(), rules.to_mark(signup.signup_id)
    answer = tick(staff, workshop, signup.signup_id)
    assert answer.location == f"{url(workshop, '/presences')}#{mark}"
    tick(staff, workshop, signup.signup_id)
    assert came(box, workshop) == 1
    assert re.search(f"<li class=came><span id={mark}>.*aria-pressed=true", roll_text(staff, workshop))
    tick(staff, workshop, signup.signup_id, "undo")
    assert came(box, workshop) == 0
    assert re.search(f"<li><span id={mark}>.*aria-pressed=false", roll_text(staff, workshop))


def test_several_phones_tick_at_once_without_losing_one(box: Box) -> None:
    workshop = box.plan(places=40)
    people_ids = [box.sign_up(workshop).signup_id for _ in range(24)]
    phones = [box.staff() for _ in range(4)]
    tokens = [token(phone, url(workshop, "/presences")) for phone in phones]

    def press(n: int) -> int:
        form = {"csrf": tokens[n % 4], "came": rules.to_mark(people_ids[n % 24])}
        return phones[n % 4].post(url(workshop, "/presences"), data=form).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(48))) == {303}
    assert came(box, workshop) == 24
    assert box.node.store.value("SELECT count(*) FROM fact WHERE kind = 'attendance.came'") == 24


def test_a_walk_in_keeps_her_name_when_the_tick_is_undone(box: Box) -> None:
    workshop = box.plan()
    staff, page = box.staff(), url(workshop, "/presences/ajouter")
    answer = post(staff, page, at=page, name="Gérard", age_band="soixante_soixante_neuf")
    mark = answer.location.rsplit("#", 1)[1]
    text = roll_text(staff, workshop)
    assert "Gérard" in text and "60 - 69 ans" in text
    person_id = box.node.store.value("SELECT attendance_id FROM attendance")
    assert mark == rules.to_mark(person_id)
    tick(staff, workshop, person_id, "undo")
    assert "Gérard" in roll_text(staff, workshop) and came(box, workshop) == 0
    tick(staff, workshop, person_id)
    text = roll_text(staff, workshop)
    assert "Gérard" in text and "60 - 69 ans" in text and came(box, workshop) == 1


def test_a_walk_in_needs_a_name_and_known_choices(box: Box) -> None:
    workshop = box.plan()
    staff, page = box.staff(), url(workshop, "/presences/ajouter")
    assert post(staff, page, at=page, name="").status_code == 422
    answer = post(staff, page, at=page, name="Gérard", gender="inconnu")
    assert answer.status_code == 422 and 'value="Gérard"' in answer.text
    assert came(box, workshop) == 0


def test_one_more_without_a_name(box: Box) -> None:
    workshop = box.plan()
    staff, page = box.staff(), url(workshop, "/presences")
    form = {"csrf": token(staff, page)}
    for _ in range(2):  # tapped twice: once counted
        assert staff.post(url(workshop, "/presences/sans-nom"), data=form).status_code == 303
    assert came(box, workshop) == 1
    post(staff, url(workshop, "/presences/sans-nom"), at=page, gender="feminin", status="retraite")
    assert came(box, workshop) == 2 and "féminin · retraité" in roll_text(staff, workshop)
    assert box.node.store.value("SELECT count(*) FROM envelope") == 0
    person_id = box.node.store.value("SELECT attendance_id FROM attendance WHERE gender = ''")
    tick(staff, workshop, person_id, "undo")
    assert came(box, workshop) == 1 and rules.to_mark(person_id) not in roll_text(staff, workshop)


def test_a_ticket_code_ticks_or_says_why_not(box: Box) -> None:
    workshop, other = box.plan(), box.plan(30, title="Photos")
    good, gone, elsewhere = box.sign_up(workshop), box.sign_up(workshop), box.sign_up(other)
    actions.cancel_signup(box.node, gone)
    staff, page = box.staff(), url(workshop, "/presences")

    def typed(code: str):
        return post(staff, url(workshop, "/ticket"), at=page, code=code)

    assert typed(good.code.replace("-", " ").upper()).status_code == 303
    assert came(box, workshop) == 1
    for code, status, words in (
        ("renard-lune-00", 404, "Aucun ticket"),
        (gone.code, 409, "a été annulé"),
        (elsewhere.code, 409, "Photos"),
    ):
        answer = typed(code)
        assert answer.status_code == status and words in answer.text and f'value="{code}"' in answer.text
    assert came(box, workshop) == 1


def test_staff_gives_a_place_back_for_somebody(box: Box) -> None:
    workshop = box.plan(places=1)
    placed, waiting = box.sign_up(workshop), box.sign_up(workshop)
    page = url(workshop, f"/p/{rules.to_mark(placed.signup_id)}")
    assert post(box.staff(), f"{page}/annuler", at=page).status_code == 303
    found = queries.find_signup(box.node.store, waiting.signup_id)
    assert found is not None and found.state == "placed"


@pytest.mark.parametrize("mark", ["aaaaaaaa", "x", "é", "1111111111"])
def test_nobody_of_that_mark(box: Box, mark: str) -> None:
    workshop = box.plan()
    assert box.staff().get(url(workshop, f"/p/{mark}")).status_code == 404


def test_planning_changing_copying_and_cancelling_by_form(box: Box) -> None:
    staff = box.staff()
    form = {
        "title": "Ranger ses photos", "day": "2027-03-01", "hour": "14:30", "length": "90", "places": "8",
        "waiting": "2", "level": "debutant", "theme": "bureautique", "place": "Mairie", "summary": "",
    }  # fmt: skip
    new = "/console/ateliers/nouveau"
    refused = post(staff, new, at=new, **(form | {"places": "0"}))
    assert refused.status_code == 422 and 'value="Ranger ses photos"' in refused.text
    assert post(staff, new, at=new, **form).status_code == 303
    (made,) = queries.list_with_counts(box.node.store, 10, 0)
    assert (made.title, made.places, made.place) == ("Ranger ses photos", 8, "Mairie")
    page = url(made.workshop_id, "/changer")
    assert 'value="14:30"' in staff.get(page).text
    assert post(staff, page, at=page, version="1", **(form | {"places": "9"})).status_code == 303
    assert queries.get_workshop(box.node.store, made.workshop_id).places == 9
    stale = post(staff, page, at=page, version="1", **(form | {"places": "5"}))
    assert stale.status_code == 409 and 'value="5"' in stale.text and 'name="version" value="2"' in stale.text
    copied = staff.get(f"{new}?modele={to_text(made.workshop_id)}").text
    assert 'value="Ranger ses photos"' in copied and 'value="14:30"' not in copied
    page = url(made.workshop_id, "/annuler")
    assert post(staff, page, at=page, reason="La salle est fermée.").status_code == 303
    assert queries.get_workshop(box.node.store, made.workshop_id).is_cancelled
    assert "déjà annulé" in staff.get(page).text


def test_closing_waits_for_paper_then_closes_the_names_for_ever(box: Box) -> None:
    workshop, other = box.plan(), box.plan()
    signups = [box.sign_up(workshop, name) for name in ("Zénobie", "Odette")]
    box.sign_up(other, "Fatoumata")
    staff, page = box.staff(), url(workshop, "/terminer")
    tick(staff, workshop, signups[0].signup_id)
    heard: list[tuple[bytes, bytes]] = []

    def hook(node, workshop_id: bytes, stop_id: bytes) -> None:
        assert node.store.db.in_transaction()
        heard.append((workshop_id, stop_id))

    box.app.extensions["valise.after_close"] = [hook]
    for answers in ({}, {"paper": "yes", "certificates": "no"}):
        assert post(staff, page, at=page, **answers).status_code == 422
    assert "Zénobie" in roll_text(staff, workshop) and heard == []
    closing = {"paper": "no", "certificates": "no", "absent": "1"}
    late = {"csrf": token(staff, page), **closing}
    assert post(staff, page, at=page, **closing).status_code == 303
    assert heard == [(workshop, b"")]
    text = roll_text(staff, workshop)
    assert "Zénobie" not in text and "Odette" not in text and signups[0].code in text
    assert box.node.store.value("SELECT sealed_private FROM door WHERE subject = ?", workshop) is None
    states = box.node.store.rows("SELECT state FROM attendance ORDER BY state")
    assert [row["state"] for row in states] == ["absent", "came"]
    assert "Fatoumata" in roll_text(staff, other)
    again = staff.post(page, data=late)
    assert again.status_code == 409 and "déjà terminé" in again.text
    assert len(heard) == 1
    assert tick(staff, other, signups[1].signup_id).status_code == 303  # not on that roll: told, nothing noted
    assert came(box, other) == 0


def test_a_hook_that_fails_leaves_the_workshop_open(box: Box) -> None:
    workshop = box.plan()
    box.sign_up(workshop, "Zénobie")
    staff, page = box.staff(), url(workshop, "/terminer")

    def hook(*_: object) -> None:
        raise OSError("no")

    box.app.extensions["valise.after_close"] = [hook]
    assert post(staff, page, at=page, paper="no", certificates="no").status_code == 500
    assert not queries.get_workshop(box.node.store, workshop).is_closed
    assert "Zénobie" in roll_text(staff, workshop)


def test_after_closing_nothing_can_be_ticked(box: Box) -> None:
    workshop = box.plan()
    signup = box.sign_up(workshop)
    staff = box.staff()
    form = {"csrf": token(staff, url(workshop, "/presences")), "came": rules.to_mark(signup.signup_id)}
    actions.close_workshop(box.node, workshop, lambda *_: None)
    assert staff.post(url(workshop, "/presences"), data=form).status_code == 303
    assert "Cet atelier est terminé." in roll_text(staff, workshop)
    assert came(box, workshop) == 0


def test_the_sheet_is_in_the_order_of_the_screen(box: Box) -> None:
    workshop = box.plan(places=4)
    for name in ("Zoé", "Émile", "أحمد", "marie", "Paul"):
        box.sign_up(workshop, name)
    staff = box.staff()
    screen = re.findall(r"<span id=\w+>(?:1\. )?(?:<bdi>)?([^<]+)<", roll_text(staff, workshop))
    paper = re.findall(r"<bdi>([^<]+)</bdi></td>", staff.get(url(workshop, "/feuille")).text)
    assert screen == paper == ["Émile", "marie", "Zoé", "أحمد", "Paul"]
    assert "Émile" not in staff.get(url(workshop, "/feuille?sans-noms=1")).text


def test_a_roll_of_three_hundred_costs_no_more_queries_and_weighs_little(box: Box) -> None:
    small, large = box.plan(places=500), box.plan(places=500)
    staff = box.staff()
    with box.node.journal.write():
        for workshop, size in ((small, 5), (large, 300)):
            for n in range(size):
                signup = box.sign_up(workshop, f"Prénom Nom {n:03}")
                if n % 2:
                    actions.note_came(box.node, workshop, signup.signup_id[-5:])
    staff.get(url(small, "/presences"))
    few = count_statements(box, lambda: staff.get(url(small, "/presences")))
    many = count_statements(box, lambda: staff.get(url(large, "/presences")))
    assert many == few <= 8
    text = staff.get(url(large, "/presences")).text
    assert text.count("Prénom Nom") == 300
    assert len(text.encode()) <= 60_000


def test_the_console_list_costs_the_same_whatever_its_length(box: Box) -> None:
    staff = box.staff()
    box.plan(-30), box.plan(0), box.plan(30)
    staff.get("/console/ateliers")
    few = count_statements(box, lambda: staff.get("/console/ateliers"))
    with box.node.journal.write():
        for n in range(60):
            box.plan(n * 5 - 150)
    assert count_statements(box, lambda: staff.get("/console/ateliers")) == few <= 8


def test_two_copies_of_a_box_gave_the_same_last_place(box: Box) -> None:
    """Nobody is told that she loses it: both tickets are good, and the team sees who is in surplus."""
    workshop = box.plan(places=1, waiting_places=0)
    first = box.sign_up(workshop, "Odette")
    head = box.node.journal.head()
    (asked,) = journal_queries.records(box.node.store, box.node.journal.log_no, head, head)
    body = msgspec.structs.replace(msgspec.msgpack.decode(asked.body, type=facts.SignupAsked), code="lune-pomme-12")
    of_the_copy = msgspec.structs.replace(asked, subject=new_id(), envelope=None, body=msgspec.msgpack.encode(body))
    journal = box.node.journal
    fork = journal.log_number(b"f" * 16)
    with journal.write():
        box.node.store.run("INSERT INTO fork (log_no, of_log_no) VALUES (?,?)", fork, journal.log_no)
    journal.ingest(fork, [of_the_copy])
    assert queries.get_workshop(box.node.store, workshop).placed == 2
    page = roll_text(box.staff(), workshop)
    assert page.count("en surnombre") == 2, "one mark on a line, one sentence above"
    assert "Une personne est en surnombre" in page
    for code in (first.code, "lune-pomme-12"):
        assert "Votre place est réservée" in box.visitor().get(f"/ticket/{code}").text
    later = max((first.signup_id, of_the_copy.subject))
    assert roll.list_surplus(
        queries.get_workshop(box.node.store, workshop),
        queries.list_roll(box.node.store, queries.get_workshop(box.node.store, workshop).log_no, workshop),
    ) == {later}


def test_a_roll_that_is_just_full_marks_nobody(box: Box) -> None:
    workshop = box.plan(places=2, waiting_places=1)
    for name in ("Odette", "Karim", "Sidonie"):
        box.sign_up(workshop, name)
    assert "en surnombre" not in roll_text(box.staff(), workshop)
    found = queries.get_workshop(box.node.store, workshop)
    smaller = plan(found.starts_at_ms, places=1, waiting_places=1)
    actions.change_workshop(box.node, workshop, smaller, found.version)
    assert "Une personne est en surnombre" in roll_text(box.staff(), workshop)
