"""Calendars read back by the library that wrote them and by another (vobject), schema.org's Event, the tour's page."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil import tz
from icalendar import Calendar

from kit.directory import actions as directory
from kit.ids import new_id, to_text
from kit.workshops import actions, calendars, series_actions, time_zones
from kit.workshops.forms import Repeat

from .box import HOUR_MS, Box, count_statements, plan


def halt(box: Box, label: str = "Salle des fêtes", tour: str = "Vallée", in_hours: int = 24) -> bytes:
    start = box.node.clock.wall_ms() + in_hours * HOUR_MS
    return directory.plan_stop(
        box.node, label=label, commune="Saint-Auban", starts_at_ms=start, ends_at_ms=start + 8 * HOUR_MS, tour=tour
    )


def read(box: Box, address: str = "/agenda.ics") -> list[dict[str, str]]:
    """The events of a feed as plain text per property."""
    answer = box.visitor().get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n")), "folded (RFC 5545, 3.1)"
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    return [{name: event[name].to_ical().decode() for name in event} for event in events]


def test_a_feed_has_workshops_and_stops_with_stable_ids_and_no_person(box: Box) -> None:
    stop_id = halt(box)
    workshop_id = box.plan(25, stop_id=stop_id, stop_label="Salle des fêtes", title="Écrire, lire ; compter" + "é" * 70)
    box.sign_up(workshop_id, "Marie D.")
    first, again = read(box), read(box)
    assert [one["UID"] for one in first] == [one["UID"] for one in again]
    assert {one["UID"] for one in first} == {
        f"{to_text(workshop_id)}@valise-nomade", f"halte-{to_text(stop_id)}@valise-nomade",
    }  # fmt: skip
    assert not any("ATTENDEE" in one or "Marie" in str(one) for one in first)


def test_a_moved_and_a_cancelled_workshop_say_so(box: Box) -> None:
    workshop_id = box.plan(25)
    [before] = read(box)
    actions.change_workshop(box.node, workshop_id, plan(box.node.clock.wall_ms() + 30 * HOUR_MS), 1)
    actions.cancel_workshop(box.node, workshop_id, "Salle fermée")
    [after] = read(box)
    assert (before["SEQUENCE"], before["STATUS"]) == ("0", "CONFIRMED")
    assert (after["SEQUENCE"], after["STATUS"]) == ("1", "CANCELLED")
    assert "Salle fermée" in after["DESCRIPTION"] and before["DTSTART"] != after["DTSTART"]


def test_one_stop_one_tour_one_theme(box: Box) -> None:
    here, there = halt(box), halt(box, "Médiathèque", "Plateau", 48)
    box.plan(25, stop_id=here)
    box.plan(49, stop_id=there, theme="sante")
    assert len(read(box)) == 4
    assert len(read(box, f"/agenda.ics?halte={to_text(here)}")) == 2
    assert len(read(box, "/agenda.ics?tournee=Plateau")) == 2
    assert [one["CATEGORIES"] for one in read(box, "/agenda.ics?theme=sante")] == ["Santé"]
    assert read(box, "/agenda.ics?halte=nulle-part") == read(box, "/agenda.ics?tournee=Lune") == []


def test_one_workshop_for_the_phone_s_calendar(box: Box) -> None:
    workshop_id = box.plan(25)
    box.plan(26)
    page = box.visitor().get(f"/ateliers/{to_text(workshop_id)}").text
    assert f"/ateliers/{to_text(workshop_id)}/agenda.ics" in page
    answer = box.visitor().get(f"/ateliers/{to_text(workshop_id)}/agenda.ics")
    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=90)
    assert box.visitor().get("/ateliers/rien/agenda.ics").status_code == 404


def test_an_event_for_search_engines(box: Box) -> None:
    workshop_id = box.plan(25)
    box.sign_up(workshop_id)
    event = json.loads(box.visitor().get(f"/ateliers/{to_text(workshop_id)}/evenement.json").data)
    assert (event["@type"], event["eventStatus"]) == ("EducationEvent", "https://schema.org/EventScheduled")
    assert (event["maximumAttendeeCapacity"], event["remainingAttendeeCapacity"]) == (3, 2)
    assert datetime.fromisoformat(event["startDate"]).utcoffset() in (timedelta(hours=1), timedelta(hours=2))
    assert event["location"]["address"] == "Grande salle"
    at_stop = box.plan(25, stop_id=halt(box))
    event = json.loads(box.visitor().get(f"/ateliers/{to_text(at_stop)}/evenement.json").data)
    town = {"addressLocality": "Saint-Auban", "addressCountry": "FR"}
    assert event["location"]["address"] == {"@type": "PostalAddress", **town}


PARIS = ZoneInfo("Europe/Paris")


def read_elsewhere(box: Box, address: str = "/agenda.ics") -> list[vobject.base.Component]:
    """The events of a feed as another library reads them, by the time zone that the feed itself describes."""
    return list(vobject.readOne(box.visitor().get(address).data.decode()).contents.get("vevent", []))


def test_another_library_reads_a_series_across_the_end_of_summer_time(box: Box) -> None:
    title = "L’été s’achève ; créer, ranger, « garder » — 日本 " + "é" * 80
    start = datetime(2027, 10, 18, 14, 0, tzinfo=PARIS)
    first = plan(
        int(start.timestamp() * 1000),
        title=title,
        summary="Une ligne, puis\nune autre ; fin \\ .",
        place="Café, rue d’Èze",
    )
    ids = series_actions.plan_series(box.node, first, Repeat("week", 3), new_id())
    events = read_elsewhere(box)
    assert sorted(one.uid.value for one in events) == sorted(f"{to_text(one)}@valise-nomade" for one in ids)
    starts = sorted(one.dtstart.value for one in events)
    assert [one.strftime("%d/%m %H:%M %z") for one in starts] == [
        "18/10 14:00 +0200", "25/10 14:00 +0200", "01/11 14:00 +0100",
    ]  # fmt: skip
    for one in events:
        assert one.summary.value == title, "folded in the middle of a sign, and whole again"
        assert one.description.value == "Une ligne, puis\nune autre ; fin \\ ."
        assert one.location.value == "Café, rue d’Èze"
        assert one.dtend.value - one.dtstart.value == timedelta(minutes=90)
        assert one.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Paris"]


def test_the_hour_that_comes_twice_is_told_without_a_doubt(box: Box) -> None:
    moments = [datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)]
    for moment in moments:
        actions.plan_workshop(box.node, plan(int(moment.timestamp() * 1000)))
    assert sorted(one.dtstart.value.astimezone(UTC) for one in read_elsewhere(box)) == moments


@pytest.mark.parametrize("tour", ["Vallée", "<b>"])
def test_the_page_of_the_tour_lists_stops_hours_and_workshops(box: Box, tour: str) -> None:
    stop_id = halt(box, tour=tour)
    halt(box, "Hier", tour, -48)
    box.plan(25, stop_id=stop_id, stop_label="Salle des fêtes")
    page = box.visitor().get("/tournee").text
    assert "Mon premier e-mail" in page and "geo:0,0?q=Saint-Auban" in page
    assert "Hier" not in page and "<b>:" not in page
    assert f"/agenda.ics?halte={to_text(stop_id)}" in page


def test_public_pages_link_to_the_calendar_of_a_theme(box: Box) -> None:
    workshop = box.plan(25)
    box.plan(26, theme="sante")
    visitor = box.visitor()
    tour = visitor.get("/tournee").text
    for theme in ("email", "sante"):
        assert f'href="/agenda.ics?theme={theme}"' in tour
        assert len(read(box, f"/agenda.ics?theme={theme}")) == 1
    assert 'href="/agenda.ics?theme=email"' in visitor.get(f"/ateliers/{to_text(workshop)}").text


@pytest.mark.parametrize(
    ("zone", "rules"),
    [
        ("Europe/Paris", ["FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"]),
        ("America/Miquelon", ["FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"]),
        ("Indian/Reunion", []),
        ("Pacific/Noumea", []),
        ("Africa/Casablanca", []),  # by the moon: no rule, every date written out
    ],
)
def test_a_zone_is_told_by_its_rule_and_read_alike(zone: str, rules: list[str]) -> None:
    told = time_zones.describe(zone).to_ical().decode()
    unfolded = told.replace("\r\n ", "")
    assert sorted(line.removeprefix("RRULE:") for line in unfolded.split("\r\n") if "RRULE" in line) == sorted(rules)
    assert ("RDATE" in told) == (zone == "Africa/Casablanca")
    read = tz.tzical(io.StringIO(told)).get() if "RDATE" not in told else None
    for month in range(1, 13) if read else ():
        moment = datetime(2031, month, 20, 12, tzinfo=ZoneInfo(zone))
        assert moment.replace(tzinfo=read).utcoffset() == moment.utcoffset(), moment


def test_a_feed_costs_the_same_with_three_and_sixty_dates_until_one_changes(box: Box) -> None:
    for n in range(3):
        box.plan(25 + n)
    phone = box.visitor()
    first = phone.get("/agenda.ics").data
    few = count_statements(box, lambda: phone.get("/agenda.ics"))
    with box.node.journal.write():
        workshop_id = [box.plan(40 + n) for n in range(57)][-1]
    second = phone.get("/agenda.ics").data
    assert (first.count(b"BEGIN:VEVENT"), second.count(b"BEGIN:VEVENT")) == (3, 60)
    assert count_statements(box, lambda: phone.get("/agenda.ics")) == few <= 3
    box.sign_up(workshop_id)
    assert phone.get("/agenda.ics").data == second, "to the letter: not written again for who comes"
    written = calendars.write_event.cache_info().misses
    actions.cancel_workshop(box.node, workshop_id, "Neige")
    assert phone.get("/agenda.ics").data.count(b"STATUS:CANCELLED") == 1
    assert calendars.write_event.cache_info().misses == written + 1, "the others stand as they were written"


def test_the_page_of_the_tour_shows_dates_without_a_stop_too(box: Box) -> None:
    phone = box.visitor()
    box.plan(25, title="Sans halte", place="Chez Paul")
    page = phone.get("/tournee").text
    assert "Sans halte" in page and "Chez Paul" in page and "Aucune halte" not in page and "D’autres dates" not in page
    box.plan(25, stop_id=halt(box), title="À la halte")
    page = phone.get("/tournee").text
    assert page.index("À la halte") < page.index("D’autres dates") < page.index("Sans halte")


def test_a_phone_that_has_the_feed_is_told_so_until_something_changes(box: Box) -> None:
    workshop_id, phone = box.plan(25), box.visitor()
    halt(box)

    def ask(tag: str) -> tuple[int, str, int]:
        answer = phone.get("/agenda.ics", headers={"If-None-Match": tag})
        return answer.status_code, answer.headers["ETag"], len(answer.data)

    status, tag, _ = ask("")
    assert status == 200 and ask(tag) == (304, tag, 0)
    box.sign_up(workshop_id)
    assert ask(tag)[0] == 304, "who comes is nobody's business here"
    told = [tag]
    for change in (
        lambda: actions.change_workshop(box.node, workshop_id, plan(box.node.clock.wall_ms() + 30 * HOUR_MS), 1),
        lambda: actions.cancel_workshop(box.node, workshop_id, "Neige"),
        lambda: halt(box, "Médiathèque"),
    ):
        change()
        status, tag, _ = ask(told[-1])
        assert status == 200 and tag not in told
        told.append(tag)
