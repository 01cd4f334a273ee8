"""The coordination's calendar: everything on its day, clashes named on both sides, readable by another program."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from kit.app import create_app
from kit.central import clashes, planner
from kit.central.planner import Asked, Entry
from kit.directory import actions as directory
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions as workshops
from kit.workshops.forms import NewWorkshop
from tests.central.season import HOUR_MS, sign_in
from tests.central.test_territories import enter_bounded
from tests.sync.homes import served

PARIS = ZoneInfo("Europe/Paris")


def noon(node: Node) -> datetime:
    """Noon of the second Tuesday of next month: neither the edge of a month or a week, nor in the past."""
    today = datetime.fromtimestamp(node.clock.wall_ms() / 1000, PARIS)
    eighth = (today.replace(day=1, hour=12, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=8)
    return eighth + timedelta(days=(1 - eighth.weekday()) % 7)


def plan(kit: Node, start: datetime, title: str, **more: object) -> bytes:
    return workshops.plan_workshop(
        kit,
        NewWorkshop(
            title=title, theme="email", summary="", level="debutant", starts_at_ms=int(start.timestamp() * 1000),
            length_minutes=90, places=8, waiting_places=2, stop_id=b"", stop_label="", **{"place": "", **more},
        ),
    )  # fmt: skip


@pytest.fixture
def app(pair: tuple[Node, Node]) -> Flask:
    """Two workshops that share Nadia and the projector, one by itself, and a stop of three days planned at home."""
    kit, central = pair
    start = noon(kit)
    plan(kit, start, "Courriel", place="Mairie", led_by="Nadia", equipment="2 tablettes, projecteur")
    plan(kit, start + timedelta(hours=1), "Photos", place="École", led_by="Karim et nadia", equipment="Projecteur")
    plan(kit, start + timedelta(days=1), "Impôts", place="Mairie", led_by="Nadia")
    begins = int(start.timestamp() * 1000)
    directory.plan_stop(
        central, label="Halle de Tende", commune="Tende", code_insee="06163", starts_at_ms=begins - HOUR_MS,
        ends_at_ms=begins + 50 * HOUR_MS, tour="Roya",
    )  # fmt: skip
    with served(central):
        send(kit)
    return create_app(central.settings, central)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return sign_in(app)


def entry(kind: str, hour: int, **more: object) -> Entry:
    told = {"where": "", "hall": "", "kit": "A", **more}
    return Entry(
        kind, bytes([hour]) * 16, f"e{hour}", starts_at_ms=hour * HOUR_MS, ends_at_ms=(hour + 2) * HOUR_MS, **told
    )


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ({"led_by": "Nadia"}, {"led_by": "karim, NADIA"}, "la même personne (Nadia)"),
        ({"equipment": "12 tablettes"}, {"equipment": "3 Tablettes + imprimante"}, "le même matériel (12 tablettes)"),
        ({"hall": "Mairie"}, {"hall": "mairie", "kit": "B"}, "la même salle (Mairie)"),
        ({"hall": "Mairie"}, {"hall": "École"}, "la même valise, ailleurs (A)"),
        ({"hall": "Bureau", "stop_id": b"s"}, {"hall": "Salle", "stop_id": b"s"}, ""),
        ({"hall": "Mairie", "led_by": "Nadia"}, {"hall": "École", "kit": "B", "led_by": "Lou"}, ""),
    ],
)
def test_what_is_twice_at_once(one: dict[str, Any], other: dict[str, Any], words: str) -> None:
    first, second = clashes.find([entry("workshop", 9, **one), entry("workshop", 10, **other)])
    assert [said.partition(" que ")[0] for said in first.clashes] == ([words] if words else [])
    assert len(first.clashes) == len(second.clashes)
    apart = clashes.find([entry("workshop", 9, **one), entry("workshop", 11, **other)])
    assert not any(found.clashes for found in apart), "one ends when the other begins"


def test_stops_clash_with_stops_only_and_cancelled_ones_with_nothing() -> None:
    hall, other = entry("stop", 9, hall="1 rue Haute"), entry("stop", 10, hall="1 rue haute")
    assert all(found.clashes for found in clashes.find([hall, other]))
    assert not any(found.clashes for found in clashes.find([hall, entry("workshop", 10, hall="1 rue Haute")]))
    gone = entry("workshop", 10, led_by="Nadia", is_cancelled=True)
    assert not any(found.clashes for found in clashes.find([entry("workshop", 9, led_by="Nadia"), gone]))


def test_every_view_shows_the_day_and_names_the_clash(pair: tuple[Node, Node], client: FlaskClient) -> None:
    day = noon(pair[1]).date()
    for view in planner.VIEWS:
        page = client.get(f"/planning?vue={view}&jour={day}").text
        assert all(title in page for title in ("Courriel", "Photos", "Impôts", "Halle de Tende")), view
        assert "la même personne (Nadia) que « Photos »" in page and "le même matériel (projecteur)" in page, view
        assert "prises deux fois" in page or "prise deux fois" in page
        assert re.search(r'rel="prev" href="/planning\?vue=[a-z]+&amp;jour=\d{4}-\d\d-\d\d', page), view
    week = client.get(f"/planning?vue=semaine&jour={day}").text
    assert week.count("Halle de Tende") == min(3, 7 - day.weekday()), "a stop stands on each of its days"
    asked = client.get(f"/ateliers-recus/prevoir?jour={day}").text
    assert f'value="{day}"' in asked
    far = client.get(f"/planning?vue=semaine&jour={day + timedelta(days=60)}").text
    assert far.count("Rien de prévu") == 7


def test_too_many_to_show_are_counted_by_day_until_a_kit_or_a_tour_is_chosen(
    pair: tuple[Node, Node], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "MOST_SHOWN", 2)
    day, week = noon(pair[1]).date(), '<p class="more"><b>2</b> ateliers</p>'
    for view in planner.VIEWS:
        page = client.get(f"/planning?vue={view}&jour={day}").text
        assert "trop d’ateliers" in page and "Photos" not in page and "Halle de Tende" in page, view
    assert week in client.get(f"/planning?vue=semaine&jour={day}").text
    of_tour = client.get(f"/planning?jour={day}&tournee=Roya").text
    assert "trop d’ateliers" not in of_tour and "Halle de Tende" in of_tour
    of_kit = client.get(f"/planning?jour={day}&valise=Personne").text
    assert "trop d’ateliers" not in of_kit and "Photos" not in of_kit


def test_nonsense_in_the_address_is_today(pair: tuple[Node, Node], client: FlaskClient) -> None:
    node = pair[1]
    for odd in ("vue=x&jour=y", "jour=0001-01-01", "jour=9999-12-31", "valise=%00&tournee=zz"):
        assert client.get(f"/planning?{odd}").status_code == 200, odd
    asked = planner.read_asked(node, {"vue": "x", "jour": "2026-13-45"})
    assert asked.view == "mois" and abs((asked.day - date.today()).days) <= 1


@pytest.mark.parametrize(
    ("view", "day", "first", "end"),
    [
        ("semaine", date(2026, 11, 26), date(2026, 11, 23), date(2026, 11, 30)),
        ("mois", date(2026, 11, 26), date(2026, 10, 26), date(2026, 12, 7)),
        ("mois", date(2027, 2, 15), date(2027, 2, 1), date(2027, 3, 1)),
        ("agenda", date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_weeks_begin_on_monday(view: str, day: date, first: date, end: date) -> None:
    assert planner.span_of(Asked(view, day)) == (first, end)


def test_another_calendar_reads_it(client: FlaskClient) -> None:
    read = Calendar.from_ical(client.get("/planning/agenda.ics").data)
    events = {str(one["SUMMARY"]): one for one in read.walk("VEVENT")}
    assert set(events) == {"Courriel", "Photos", "Impôts", "La Valise : Halle de Tende"}
    assert "/ateliers-recus/" in str(events["Courriel"]["URL"])


def test_each_sees_her_own_kits_and_everybody_the_stops(pair: tuple[Node, Node], app: Flask) -> None:
    node, day = pair[1], noon(pair[1]).date()
    with node.store.write():
        node.store.run("UPDATE kit SET territory = 'Roya'")
        node.store.run(
            "INSERT INTO kit SELECT ?, 'Valise de la Tinée', 'Tinée', ?, box_public, serial, certificate, "
            "not_after_ms, is_revoked, enrolled_at_ms, last_seen_ms FROM kit",
            b"t" * 16, b"t" * 32,
        )  # fmt: skip
    page = enter_bounded(app, node, "Tinée").get(f"/planning?jour={day}").text
    assert "Halle de Tende" in page and "Courriel" not in page
