"""A stop changed or cancelled at home: kits hear of it, their workshops follow, and those signed up read it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.central import clashes, losses, queries, stop_changes
from kit.directory import actions as directory
from kit.directory import queries as stops
from kit.directory.equipment import queries as equipment
from kit.directory.equipment.queries import Taken
from kit.ids import new_id, to_text
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions
from kit.workshops import queries as workshops
from kit.workshops.forms import Person
from kit.workshops.proposals import queries as proposals
from kit.workshops.proposals.actions import settle
from tests.central.season import post, sign_in
from tests.central.test_planner import PARIS, entry
from tests.sync.homes import served
from tests.workshops.box import HOUR_MS, plan


@pytest.fixture
def client(pair: tuple[Node, Node]) -> FlaskClient:
    return sign_in(create_app(pair[1].settings, pair[1]))


@pytest.fixture
def on_tour(pair: tuple[Node, Node]) -> tuple[bytes, bytes, str]:
    """A stop planned at home, a workshop of the kit there with somebody signed up, and her code."""
    kit, central = pair
    start = (central.clock.wall_ms() // HOUR_MS + 100) * HOUR_MS
    stop_id = directory.plan_stop(
        central, label="Salle des fêtes", commune="Sospel", address="1 rue Haute", starts_at_ms=start,
        ends_at_ms=start + 8 * HOUR_MS,
    )  # fmt: skip
    with served(central):
        send(kit)
        here = actions.plan_workshop(kit, plan(start + HOUR_MS, stop_id=stop_id, stop_label="Salle des fêtes"))
        code = actions.sign_up(kit, here, new_id(), Person(name="Lila", phone="")).code
        send(kit)
    return stop_id, here, code


def say_yes(kit: Node) -> list[str]:
    """The mediator says yes to what home asks; what it was."""
    waiting = proposals.list_open(kit.store)
    for one in waiting:
        settle(kit, one.proposal_id, is_accepted=True)
    return [one.action for one in waiting]


def test_a_stop_moves_with_its_workshops_and_their_people_read_it(
    pair: tuple[Node, Node], client: FlaskClient, on_tour: tuple[bytes, bytes, str]
) -> None:
    kit, central = pair
    stop_id, here, code = on_tour
    page = f"/console/haltes/{to_text(stop_id)}/changer"
    assert page in client.get("/console/haltes").text
    assert "1 inscription" in client.get(page).text and "Valise du test" in client.get(page).text
    before, known = stops.get_stop(central.store, stop_id), workshops.get_workshop(kit.store, here)
    fields = {"label": before.label, "commune": "Sospel", "address": "3 rue Basse", "tour": "", "code_insee": "",
              "hall": "", "moves": "1", "version": "1", "day": "2099-03-02", "hour": "10:00", "last_day": "2099-03-02",
              "last_hour": "18:00"}  # fmt: skip
    assert post(client, page, **fields | {"last_hour": "09:00"}).status_code == 422
    assert post(client, page, **fields | {"version": "9"}).status_code == 409
    assert stops.get_stop(central.store, stop_id) == before
    assert post(client, page, **fields).status_code == 303
    after = stops.get_stop(central.store, stop_id)
    assert after.address == "3 rue Basse" and after.version == 2
    with served(central):
        send(kit)
    assert stops.get_stop(kit.store, stop_id).starts_at_ms == after.starts_at_ms
    assert say_yes(kit) == ["change"], "somebody is signed up: the team says yes first"
    moved = workshops.get_workshop(kit.store, here)
    assert moved.starts_at_ms - known.starts_at_ms == after.starts_at_ms - before.starts_at_ms
    assert moved.place == "Grande salle, 3 rue Basse, Sospel"
    signup = workshops.list_by_code(kit.store, code)[0]
    assert moved.moved_version > signup.seen_version, "her ticket says that it moved"
    ticket = create_app(kit.settings, kit).test_client().get(f"/ticket/{code}").text
    assert "3 rue Basse" in ticket


def test_a_cancelled_stop_cancels_what_is_there(
    pair: tuple[Node, Node], client: FlaskClient, on_tour: tuple[bytes, bytes, str]
) -> None:
    kit, central = pair
    stop_id, here, code = on_tour
    page = f"/console/haltes/{to_text(stop_id)}"
    assert post(client, f"{page}/annuler", page=f"{page}/changer", reason="La salle est inondée").status_code == 303
    with served(central):
        send(kit)
    assert stops.get_stop(kit.store, stop_id).is_cancelled
    ticket = f"/ticket/{code}"
    assert "Cette halte de la valise est annulée" in create_app(kit.settings, kit).test_client().get(ticket).text
    assert "Cette halte de la valise est annulée" in client.get(f"/tournee{ticket}").text
    assert say_yes(kit) == ["cancel"]
    with served(central):
        send(kit)
    told = workshops.get_workshop(kit.store, here)
    assert told.is_cancelled and told.cancel_reason == "La salle est inondée"
    shown = client.get(f"{page}/changer").text
    assert "Cette halte est annulée" in shown and "<form" not in shown.partition("<main")[2].partition("</main")[0]
    assert workshops.get_workshop(central.store, here).is_cancelled


def test_what_follows_a_stop() -> None:
    def stop(**more: object) -> stops.Stop:
        told = {"label": "Salle", "address": "1 rue", "commune": "Sospel", "starts_at_ms": 5, **more}
        return stops.Stop(b"s" * 16, b"h" * 16, True, code_insee="", ends_at_ms=9, tour="", is_cancelled=False,
                          is_closed=False, version=1, **told)  # fmt: skip

    class Named:
        place, starts_at_ms = "Bureau 2", 100

    assert stop_changes.follow(Named, stop(), stop(address="2 rue"), 0) == {"place": "Bureau 2, 2 rue, Sospel"}  # type: ignore[arg-type]
    assert stop_changes.follow(Named, stop(), stop(label="Halle"), 7) == {"stop_label": "Halle", "starts_at_ms": 107}  # type: ignore[arg-type]
    Named.place = ""
    assert stop_changes.follow(Named, stop(), stop(commune="Breil"), 0) == {"place": "1 rue, Breil"}  # type: ignore[arg-type]


def test_equipment_that_others_have_is_named_in_the_planning() -> None:
    one = entry("workshop", 9, equipment="2 projecteurs, Imprimante")
    lent = [Taken("Projecteurs", "Mairie", "1970-01-01", "1970-01-01"), Taken("Imprimante", "École", "1970-01-02", "")]
    (found,) = clashes.find_taken([one], lent, {"Projecteurs": 1, "Imprimante": 1}, PARIS)
    assert found.clashes == ("le matériel (2 projecteurs) est prêté ou réservé : Mairie",)
    (found,) = clashes.find_taken([one], lent, {"Projecteurs": 2, "Imprimante": 1}, PARIS)
    assert found.clashes == (), "one of two is left"


def test_the_planning_reads_the_bookings(pair: tuple[Node, Node]) -> None:
    assert equipment.list_taken(pair[1].store, "2026-01-01", "2026-12-31") == ([], {})


def test_the_page_of_a_stolen_kit_says_until_when(pair: tuple[Node, Node], client: FlaskClient) -> None:
    kit_id = queries.list_kits(pair[1].store, 9, 0)[0].kit_id
    page = f"/valises/{to_text(kit_id)}/vol"
    assert "Délai" not in client.get(page).text
    now = pair[1].clock.wall_ms()
    losses.declare_loss(pair[1], kit_id, now, was_open=False)
    assert "Délai pour prévenir la CNIL" in client.get(page).text and "dépassé" not in client.get(page).text
    losses.declare_loss(pair[1], kit_id, now - 73 * HOUR_MS, was_open=False)
    assert "dépassé" in client.get(page).text
