"""Places asked for at home: sealed to the box's door, on its roll when they arrive, answered by the box alone."""

from __future__ import annotations

from kit.app import create_app
from kit.people import actions as people
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions, from_home, queries, roll, series_actions
from kit.workshops.forms import Repeat
from tests.sync.homes import served

from .box import HOUR_MS, plan, post, url


def exchange(kit: Node, central: Node) -> None:
    with served(central):
        send(kit)


def tour(workshop: bytes) -> str:
    return f"/tournee/{url(workshop).rsplit('/', 1)[1]}"


def test_a_family_asks_at_home_and_is_on_the_roll_of_the_box(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    workshop = actions.plan_workshop(kit, plan(kit.clock.wall_ms() + HOUR_MS, places=2, waiting_places=0))
    exchange(kit, central)
    client = create_app(central.settings, central).test_client(use_cookies=False)
    assert "Mon premier e-mail" in client.get("/tournee").text
    answer = post(client, tour(workshop), at=tour(workshop), name="Odette", phone="0612345678", others="Léon\nFatou")
    assert answer.status_code == 303, answer.text
    ticket = client.get(answer.location).text
    assert ticket.count("demandée : la valise doit encore répondre") == 3 and "Odette" not in ticket

    exchange(kit, central)
    assert not from_home.list_asked(kit.store) and from_home.answer_asked(kit) == 0, "answered as soon as it is heard"
    found = queries.get_workshop(kit.store, workshop)
    assert (found.placed, found.waiting) == (2, 1)
    rows = roll.open_roll(kit, _mediator(kit), found).lines
    assert sorted(line.name for line in rows) == ["Fatou", "Léon", "Odette"]

    exchange(kit, central)
    assert "réservée</b>" in client.get(answer.location).text and "rang 1" in client.get(answer.location).text
    assert post(client, f"{answer.location}/annuler", at=answer.location).status_code == 303
    exchange(kit, central)
    assert queries.get_workshop(kit.store, workshop).placed == 0
    for node in pair:
        node.store.flush()
        for path in node.data.rglob("*"):
            assert not path.is_file() or not {b"Odette", b"Fatou"} & set(path.read_bytes().split())
        before = node.journal.projection_hash()
        node.journal.replay()
        assert node.journal.projection_hash() == before


def _mediator(kit: Node) -> people.Staff:
    from tests.sync import homes

    cookie = people.sign_in(kit, people.Throttle(lambda: 0), "here", homes.PASSPHRASE)
    staff = people.find_signed_in(kit, cookie)
    assert staff is not None
    return staff


def test_a_place_given_back_at_home_goes_to_the_next_on_the_box(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    workshop = actions.plan_workshop(kit, plan(kit.clock.wall_ms() + HOUR_MS, places=1, waiting_places=2))
    exchange(kit, central)
    client = create_app(central.settings, central).test_client(use_cookies=False)
    ticket = post(client, tour(workshop), at=tour(workshop), name="Odette").location
    exchange(kit, central)
    waiting = actions.sign_up(kit, workshop, b"w" * 16, actions.Person("Léon"))
    assert waiting.state == "waiting"
    post(client, f"{ticket}/annuler", at=ticket)
    exchange(kit, central)
    promoted = queries.find_signup(kit.store, b"w" * 16)
    assert promoted is not None and promoted.state == "placed"


def test_home_refuses_what_is_closed_cancelled_or_unknown(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    gone = actions.plan_workshop(kit, plan(kit.clock.wall_ms() + HOUR_MS))
    actions.cancel_workshop(kit, gone, "Salle fermée")
    exchange(kit, central)
    client = create_app(central.settings, central).test_client(use_cookies=False)
    page = client.get(tour(gone)).text
    assert "Salle fermée" in page and 'name="phone"' not in page
    answer = post(client, tour(gone), at="/connexion", name="Odette")
    assert answer.status_code == 409
    assert client.get("/tournee/ticket/renard-lune-27").status_code == 404


def test_a_cycle_asked_at_home_is_asked_for_every_date(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    first = plan(kit.clock.wall_ms() + HOUR_MS, places=2)
    dates = series_actions.plan_series(kit, first, Repeat("week", 3, True), b"c" * 16)
    actions.cancel_workshop(kit, dates[1], "Férié")
    exchange(kit, central)
    client = create_app(central.settings, central).test_client(use_cookies=False)
    ticket = post(client, tour(dates[0]), at=tour(dates[0]), name="Odette", others="Léon").location
    exchange(kit, central)
    exchange(kit, central)
    placed = [queries.get_workshop(kit.store, one).placed for one in dates]
    assert placed == [2, 0, 2]
    page = client.get(ticket).text
    assert page.count("réservée</b>") == 4
    for one in (dates[0], dates[2]):
        lines = roll.open_roll(kit, _mediator(kit), queries.get_workshop(kit.store, one)).lines
        assert sorted(line.name for line in lines) == ["Léon", "Odette"], "each date has its own door"
    post(client, f"{ticket}/annuler", at=ticket)
    exchange(kit, central)
    assert [queries.get_workshop(kit.store, one).placed for one in dates] == [0, 0, 0]
