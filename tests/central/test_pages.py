"""What coordinators and readers see of what the kits sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.app import create_app
from kit.central import actions, queries
from kit.ids import to_text
from kit.people import actions as people
from kit.people.node import Node
from kit.people.queries import list_staff
from kit.sync.actions import send
from tests.central.season import WROTE, note_season, post, sign_in
from tests.sync.homes import CANARY, PASSPHRASE, note, served

PAGES = ("/", "/ateliers-recus", "/avis-recus", "/a-regarder")


@pytest.fixture
def app(pair: tuple[Node, Node]) -> Flask:
    return create_app(pair[1].settings, pair[1])


@pytest.fixture
def coordinator(app: Flask) -> FlaskClient:
    return sign_in(app)


@pytest.fixture
def reader(pair: tuple[Node, Node], app: Flask) -> FlaskClient:
    """Somebody who may look at figures and opens no name."""
    node = pair[1]
    cookie = people.sign_in(node, people.Throttle(node.clock.mono_ms), "test", PASSPHRASE)
    staff = people.find_signed_in(node, cookie)
    assert staff is not None
    people.add_staff(node, staff, "Lectrice", "reader", "loutre cabane chaussette violon radis marteau")
    client = app.test_client()
    post(client, "/connexion", passphrase="loutre cabane chaussette violon radis marteau", name="Lectrice")
    assert len(list_staff(node.store)) == 2
    return client


def text(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.get_data(as_text=True)


def test_nobody_looks_without_a_passphrase(app: Flask) -> None:
    for url in (*PAGES, "/enrolement", f"/valises/{'a' * 26}", f"/ateliers-recus/{'a' * 26}", "/avis-recus/tour/x"):
        assert app.test_client().get(url).status_code == 401, url


def test_empty_pages_say_what_to_do(app: Flask, coordinator: FlaskClient, pair: tuple[Node, Node]) -> None:
    with pair[1].store.write():
        pair[1].store.run("DELETE FROM enrolment_link")
        pair[1].store.run("DELETE FROM kit_log")
        pair[1].store.run("DELETE FROM kit")
    assert "Relier une valise" in text(coordinator, "/")
    assert "Aucun atelier" in text(coordinator, "/ateliers-recus")
    assert "Aucun avis" in text(coordinator, "/avis-recus")
    assert "Rien à vérifier" in text(coordinator, "/a-regarder")


@pytest.mark.usefixtures("engine")
def test_a_long_list_of_workshops_ends_and_says_where_the_others_are(
    pair: tuple[Node, Node], coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    for title in ("Un", "Deux", "Trois"):
        note_season(kit, title, opinions=0)
    with served(central):
        send(kit)
    assert "3 ateliers, les plus récents" in text(coordinator, "/ateliers-recus")
    monkeypatch.setattr("kit.central.routes.MOST_LISTED", 2)
    assert "Les 2 ateliers les plus récents" in text(coordinator, "/ateliers-recus")


@pytest.mark.usefixtures("engine")
def test_the_coordinator_reads_what_the_kit_noted(pair: tuple[Node, Node], coordinator: FlaskClient) -> None:
    kit, central = pair
    season = note_season(kit)
    with served(central):
        send(kit)
    fleet = text(coordinator, "/")
    assert "Valise du test" in fleet
    assert "à jour" in fleet
    (enrolled,) = queries.list_kits(central.store, 9, 0)
    assert (enrolled.arrived, enrolled.held_back) == (kit.journal.head(), 0)
    assert "Mon premier e-mail" in text(coordinator, f"/valises/{to_text(enrolled.kit_id)}")
    assert "Mon premier e-mail" in text(coordinator, "/ateliers-recus")
    roll = text(coordinator, f"/ateliers-recus/{to_text(season.workshop_id)}")
    for words in (CANARY, "06 39 98 00 01", "Anatole", "Sidonie"):
        assert words in roll
    group = text(coordinator, f"/avis-recus/workshop/{to_text(season.workshop_id)}")
    assert WROTE in group


def test_a_reader_sees_counts_and_no_name(pair: tuple[Node, Node], reader: FlaskClient) -> None:
    kit, central = pair
    season = note_season(kit)
    with served(central):
        send(kit)
    roll = text(reader, f"/ateliers-recus/{to_text(season.workshop_id)}")
    assert "présences" in roll
    opinions = text(reader, f"/avis-recus/workshop/{to_text(season.workshop_id)}")
    for words in (CANARY, "Anatole", "Sidonie", "06 39 98", WROTE):
        assert words not in roll + opinions
    for url in PAGES:
        text(reader, url)
    assert reader.get("/enrolement").status_code == 403
    assert "Relier une autre valise" not in text(reader, "/")


@pytest.mark.usefixtures("engine")
def test_a_group_of_four_is_not_detailed(pair: tuple[Node, Node], coordinator: FlaskClient) -> None:
    from kit.feedback import actions as feedback

    kit, central = pair
    season = note_season(kit, opinions=4)
    feedback.after_workshop_close(kit, season.workshop_id, b"")
    with served(central):
        send(kit)
    listing = text(coordinator, "/avis-recus")
    assert "trop peu pour le détail" in listing
    (row,) = central.store.rows("SELECT DISTINCT scope, scope_id FROM answer")
    detail = text(coordinator, f"/avis-recus/{row['scope']}/{to_text(row['scope_id'])}")
    assert WROTE not in detail
    assert "contents" not in detail


def test_names_do_not_open_with_a_kits_local_key(pair: tuple[Node, Node], coordinator: FlaskClient) -> None:
    """Sealed before enrolment: told as closed, never an error."""
    from kit.keys import primitives
    from kit.people import identities

    kit, central = pair
    with kit.store.write():
        from kit.journal import queries as journal_queries

        journal_queries.set_state(kit.store, identities.ORGANISATION, primitives.new_box_pair()[1])
    season = note_season(kit, opinions=0)
    with served(central):
        send(kit)
    roll = text(coordinator, f"/ateliers-recus/{to_text(season.workshop_id)}")
    assert "nom fermé" in roll
    assert CANARY not in roll


def test_what_is_held_back_is_told(pair: tuple[Node, Node], coordinator: FlaskClient) -> None:
    from kit.sync.outbox import Outbox

    kit, central = pair
    note(kit, 7)
    hello, _nonce = Outbox(kit).hello()
    actions.answer_hello(central, hello)
    (enrolled,) = queries.list_kits(central.store, 9, 0)
    assert enrolled.held_back == 7
    assert "envoi à finir" in text(coordinator, "/")


@pytest.mark.usefixtures("engine")
def test_set_aside_is_shown_with_its_reason(pair: tuple[Node, Node], coordinator: FlaskClient) -> None:
    kit, central = pair
    note(kit, 7)
    (enrolled,) = queries.list_kits(central.store, 9, 0)
    where = f"/valises/{to_text(enrolled.kit_id)}"
    assert post(coordinator, f"{where}/acces", where, acces="non").status_code == 303
    from kit.sync.outbox import Outbox

    outbox = Outbox(kit)
    for frozen in outbox.segments(kit.journal.log_id, [(1, 7)]):
        actions.take_segment(central, frozen.segment_id, frozen.raw)
    page = text(coordinator, "/a-regarder")
    assert "n’est plus acceptée" in page
    assert "Valise du test" in page
    assert "/a-regarder" in text(coordinator, "/")
    assert post(coordinator, f"{where}/acces", where, acces="oui").status_code == 303
    assert not queries.list_kits(central.store, 9, 0)[0].is_revoked


def test_a_link_is_shown_once_and_bad_fields_keep_what_was_typed(coordinator: FlaskClient) -> None:
    made = post(
        coordinator, "/enrolement", nom="Valise de la Roya", territoire="Roya", adresse="https://central.example"
    )
    assert made.status_code == 200
    assert "https://central.example/enrolement/" in made.get_data(as_text=True)
    assert "https://central.example/enrolement/" not in text(coordinator, "/enrolement")
    wrong = post(coordinator, "/enrolement", nom="", territoire="Roya <b>", adresse="bonjour")
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert "Roya &lt;b&gt;" in page
    assert "https://" in page


def test_a_link_opened_in_a_browser_says_where_it_goes(app: Flask) -> None:
    page = app.test_client().get("/enrolement/un-deux-trois?cle=abc")
    assert page.status_code == 200
    assert "Relier" in page.get_data(as_text=True)


def test_addresses_that_do_not_exist(coordinator: FlaskClient) -> None:
    for url in ("/valises/nonsense", f"/valises/{'a' * 26}", "/ateliers-recus/x", f"/avis-recus/workshop/{'a' * 26}"):
        assert coordinator.get(url).status_code == 404, url


def statements(node: Node, ask: Callable[[], object]) -> int:
    seen: list[str] = []
    connection = node.store.db.connection()
    connection.set_trace_callback(seen.append)
    ask()
    connection.set_trace_callback(None)
    return len(seen)


def test_no_page_costs_more_with_more_rows(pair: tuple[Node, Node], coordinator: FlaskClient) -> None:
    kit, central = pair
    first = note_season(kit)
    urls = (
        *PAGES,
        f"/ateliers-recus/{to_text(first.workshop_id)}",
        f"/avis-recus/workshop/{to_text(first.workshop_id)}",
    )
    with served(central):
        send(kit)
        text(coordinator, "/avis-recus")  # the first look counts what arrived
        few = {url: statements(central, lambda url=url: text(coordinator, url)) for url in urls}
        for place in range(6):
            note_season(kit, f"Atelier {place}")
        note(kit, 40, named=30, workshop=first.workshop_id)
        send(kit)
    assert "Atelier 5" in text(coordinator, "/ateliers-recus")
    text(coordinator, "/avis-recus")
    many = {url: statements(central, lambda url=url: text(coordinator, url)) for url in urls}
    assert many == few


def test_the_links_of_a_central_fit_a_phone_and_none_is_lost(app: Flask, coordinator: FlaskClient) -> None:
    page = coordinator.get("/").text
    top, folded = page.split('<details class="more">')
    assert '<a href="/chiffres">' in top and '<a href="/enrolement">' not in top
    assert '<a href="/enrolement">' in folded.split("</details>")[0]
    enrolment = coordinator.get("/enrolement").text
    assert '<a href="/enrolement" aria-current="page">' in enrolment.split('<details class="more">')[0]
    assert '<details class="more">' not in app.test_client().get("/bibliotheque").text
