"""The tour at home: stops with their hours and dates, calendars of it, and what search engines read of a date."""

from __future__ import annotations

import json
import re

import vobject
from flask.testing import FlaskClient

from kit.directory import actions as directory
from kit.ids import new_id, to_text
from kit.journal import queries as journal
from kit.people.node import Node
from kit.workshops import actions
from kit.workshops.forms import Person
from tests.central.season import post
from tests.conftest import Enter
from tests.workshops.box import HOUR_MS, plan

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
TITLE = "</script><b>Lire & écrire"


def on_tour(kit: Node, central: Node) -> tuple[bytes, bytes, bytes]:
    """A stop, a workshop of a kit there and one that is nowhere: (stop, workshop, other)."""
    start = central.clock.wall_ms() + 24 * HOUR_MS
    stop_id = directory.plan_stop(
        central, label="Salle des fêtes", commune="Saint-Auban", address="2 rue Haute", starts_at_ms=start,
        ends_at_ms=start + 8 * HOUR_MS, tour="Vallée",
    )  # fmt: skip
    here = actions.plan_workshop(kit, plan(start, title=TITLE, stop_id=stop_id, stop_label="Salle des fêtes"))
    other = actions.plan_workshop(kit, plan(start + 48 * HOUR_MS, title="Ailleurs", theme="sante"))
    log_no = central.journal.log_number(kit.journal.log_id, kit.identity.sign_public, b"x" * 8)
    central.journal.ingest(log_no, journal.records(kit.store, kit.journal.log_no, 1, 10_000))
    return stop_id, here, other


def uids(client: FlaskClient, address: str) -> set[str]:
    feed = vobject.readOne(client.get(address).data.decode())
    return {one.uid.value.removesuffix("@valise-nomade") for one in feed.contents.get("vevent", [])}


def test_people_at_home_read_the_tour_and_keep_it(kit_node: Node, central_node: Node, enter: Enter) -> None:
    stop_id, here, other = on_tour(kit_node, central_node)
    visitor = enter(central_node, None)
    page = visitor.get("/tournee").text
    assert "2 rue Haute, Saint-Auban" in page and "geo:0,0?q=2%20rue%20Haute" in page
    assert (
        page.index("Vallée") < page.index("Lire &amp; écrire") < page.index("D’autres dates") < page.index("Ailleurs")
    )
    stop, first, second = f"halte-{to_text(stop_id)}", to_text(here), to_text(other)
    for address, wanted in (
        ("/agenda.ics", {stop, first, second}),
        (f"/agenda.ics?halte={to_text(stop_id)}", {stop, first}),
        ("/agenda.ics?tournee=Vall%C3%A9e", {stop, first}),
        ("/agenda.ics?theme=sante", {second}),
        (f"/tournee/{first}/agenda.ics", {first}),
    ):
        shown = visitor.get(f"/tournee/{first}").text if address.startswith("/tournee/") else page
        assert f'href="{address}"' in shown
        assert uids(visitor, address) == wanted
    event = vobject.readOne(visitor.get(f"/tournee/{first}/agenda.ics").data.decode()).vevent
    assert event.url.value.endswith(f"/tournee/{first}"), "the page of home, not of a box that nobody reaches there"
    assert visitor.get("/tournee/rien/agenda.ics").status_code == 404


def test_a_date_says_what_it_is_to_search_engines(kit_node: Node, central_node: Node, enter: Enter) -> None:
    _, here, _ = on_tour(kit_node, central_node)
    answer = enter(central_node, None).get(f"/tournee/{to_text(here)}")
    (data,) = DATA.findall(answer.text)
    event = json.loads(data)
    assert (event["@type"], event["name"]) == ("EducationEvent", TITLE), "a title never leaves its element"
    assert event["url"].endswith(f"/tournee/{to_text(here)}")
    assert event["location"]["address"]["streetAddress"] == "2 rue Haute"
    assert "remainingAttendeeCapacity" not in event, "home does not know it"
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]


def test_a_ticket_is_found_again_by_its_code(kit_node: Node, central_node: Node, enter: Enter) -> None:
    _, here, _ = on_tour(kit_node, central_node)
    signup = actions.sign_up(kit_node, here, new_id(), Person("Odette"))
    log_no = central_node.journal.log_number(kit_node.journal.log_id)
    central_node.journal.ingest(log_no, journal.records(kit_node.store, kit_node.journal.log_no, 1, 10_000))
    visitor, page = enter(central_node, None), "/tournee/mon-ticket"
    assert page in visitor.get("/tournee").text
    found = post(visitor, page, page, code=signup.code.replace("-", " ").upper())
    assert found.headers["Location"] == f"/tournee/ticket/{signup.code}"
    shown = visitor.get(found.headers["Location"]).text
    assert "Place réservée" in shown and "Odette" not in shown and "agenda.ics" in shown
    assert '<svg class="qr"' in shown
    scanned = f"https://centrale.example/tournee/ticket/{signup.code}"
    assert actions.note_ticket(kit_node, here, scanned) == [signup.signup_id], "its QR code ticks on the box"
    wrong = post(visitor, page, page, code="renard bleu")
    assert wrong.status_code == 422 and "renard bleu" in wrong.text
    assert visitor.get("/tournee/ticket/renard-lune-99").status_code == 404
    assert post(visitor, "/tournee/ticket/nuage-lune-11/annuler", page).status_code == 404


def test_a_town_hall_prints_the_poster_of_the_tour_and_of_a_date(
    kit_node: Node, central_node: Node, enter: Enter
) -> None:
    _, here, _ = on_tour(kit_node, central_node)
    visitor, date = enter(central_node, None), f"/tournee/{to_text(here)}"
    for page, address in (("/tournee", "/tournee/affiche"), (date, f"{date}/affiche"), (date, f"{date}/prospectus")):
        assert f'href="{address}"' in visitor.get(page).text
        paper = visitor.get(address).text
        assert "Lire &amp; écrire" in paper and "2 rue Haute" in paper and "Wi-Fi" not in paper
        assert "/tournee</b>" in paper, "beside the QR code an address of home that can be typed"
    assert visitor.get("/tournee/rien/affiche").status_code == 404
