"""Workshops and stops for other calendars: iCalendar (RFC 5545, 7986) and schema.org Event. Never a person in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from kit.clock import at
from kit.ids import to_text
from kit.people.node import StopView
from kit.workshops.queries import Workshop

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//La Valise nomade//Ateliers//FR"
REFRESH = timedelta(hours=12)
_SCHEMA = "https://schema.org/"


def write_calendar(name: str, workshops: Iterable[Workshop], stops: Iterable[StopView], now_ms: int, url: str) -> bytes:
    """A feed: workshops (cancelled ones are said cancelled, never left out) and stops. `url` has no slash at its end.

    Ids are stable, so a second import changes what was there; SEQUENCE counts the changes.
    """
    from icalendar import Calendar, vDuration

    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), {"VALUE": "DURATION"})
    for workshop in workshops:
        calendar.add_component(_workshop_event(workshop, now_ms, url))
    for stop in stops:
        calendar.add_component(_stop_event(stop, now_ms))
    return bytes(calendar.to_ical())


def _workshop_event(one: Workshop, now_ms: int, url: str) -> Event:
    event = _event(to_text(one.workshop_id), one.title, one.starts_at_ms, one.ends_at_ms, now_ms)
    event.add("SEQUENCE", one.version - 1)
    event.add("STATUS", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    event.add("LOCATION", one.where)
    event.add("CATEGORIES", [one.theme_label])
    event.add("URL", f"{url}/ateliers/{to_text(one.workshop_id)}")
    if one.summary or one.cancel_reason:
        event.add("DESCRIPTION", "\n".join(part for part in (one.cancel_reason, one.summary) if part))
    return event


def _stop_event(stop: StopView, now_ms: int) -> Event:
    event = _event(
        f"halte-{to_text(stop.stop_id)}", f"La Valise : {stop.label}", stop.starts_at_ms, stop.ends_at_ms, now_ms
    )
    event.add("LOCATION", ", ".join(part for part in (stop.address, stop.commune) if part) or stop.label)
    event.add("TRANSP", "TRANSPARENT")
    return event


def _event(uid: str, summary: str, starts_at_ms: int, ends_at_ms: int, now_ms: int) -> Event:
    from icalendar import Event

    event = Event()
    event.add("UID", f"{uid}@valise-nomade")
    event.add("DTSTAMP", at(now_ms).replace(microsecond=0))
    event.add("DTSTART", at(starts_at_ms).replace(microsecond=0))
    event.add("DTEND", at(max(ends_at_ms, starts_at_ms + 60_000)).replace(microsecond=0))
    event.add("SUMMARY", summary)
    return event


def write_event(one: Workshop, url: str) -> str:
    """One workshop as JSON-LD of schema.org (`EducationEvent`)."""
    state = "EventCancelled" if one.is_cancelled else "EventScheduled"
    return json.dumps(
        {
            "@context": _SCHEMA,
            "@type": "EducationEvent",
            "@id": f"{url}/ateliers/{to_text(one.workshop_id)}",
            "name": one.title,
            "description": one.summary,
            "startDate": at(one.starts_at_ms).isoformat(),
            "endDate": at(one.ends_at_ms).isoformat(),
            "eventStatus": f"{_SCHEMA}{state}",
            "eventAttendanceMode": f"{_SCHEMA}OfflineEventAttendanceMode",
            "location": {"@type": "Place", "name": one.where or one.title, "address": one.where},
            "about": one.theme_label,
            "educationalLevel": one.level_label,
            "maximumAttendeeCapacity": one.places,
            "remainingAttendeeCapacity": one.places_left,
        },
        ensure_ascii=False,
    )


def tours_of(stops: Sequence[StopView]) -> list[tuple[str, list[StopView]]]:
    """Stops under the label of their tour (empty: no tour), each in the order of the dates."""
    tours: dict[str, list[StopView]] = {}
    for stop in sorted(stops, key=lambda one: (one.starts_at_ms, one.stop_id)):
        tours.setdefault(stop.tour, []).append(stop)
    return list(tours.items())
