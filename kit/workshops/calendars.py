"""Workshops and stops for other calendars: iCalendar (RFC 5545, 7986) and schema.org Event. Never a person in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from kit.clock import at
from kit.ids import to_text
from kit.people.node import StopView
from kit.workshops import time_zones
from kit.workshops.queries import Workshop

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//La Valise nomade//Ateliers//FR"
REFRESH = timedelta(hours=12)
_SCHEMA = "https://schema.org/"


class Pages(msgspec.Struct, frozen=True):
    """Where a node shows workshops: the address that everybody asks (no slash at its end), the path, the time zone."""

    url: str
    path: str
    zone: str

    def of(self, one: Workshop) -> str:
        """The page of one workshop."""
        return f"{self.url}{self.path}/{to_text(one.workshop_id)}"


def write_calendar(
    name: str, workshops: Iterable[Workshop], stops: Iterable[StopView], now_ms: int, pages: Pages
) -> bytes:
    """A feed: workshops (cancelled ones are said cancelled, never left out) and stops.

    Ids are stable, so a second import changes what was there; SEQUENCE counts the changes. Times are those on the wall
    of the village hall, with their zone (RFC 5545, 3.6.5): a phone that travels or a new law on summer time moves none.
    """
    from icalendar import Calendar, vDuration

    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("X-WR-TIMEZONE", pages.zone)
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), {"VALUE": "DURATION"})
    calendar.add_component(time_zones.describe(pages.zone))
    for workshop in workshops:
        calendar.add_component(_workshop_event(workshop, now_ms, pages))
    for stop in stops:
        calendar.add_component(_stop_event(stop, now_ms, pages.zone))
    return bytes(calendar.to_ical())


def _workshop_event(one: Workshop, now_ms: int, pages: Pages) -> Event:
    event = _event(to_text(one.workshop_id), one.title, (one.starts_at_ms, one.ends_at_ms), now_ms, pages.zone)
    event.add("SEQUENCE", one.version - 1)
    event.add("STATUS", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    event.add("LOCATION", one.where)
    event.add("CATEGORIES", [one.theme_label])
    event.add("URL", pages.of(one))
    if one.summary or one.cancel_reason:
        event.add("DESCRIPTION", "\n".join(part for part in (one.cancel_reason, one.summary) if part))
    return event


def _stop_event(stop: StopView, now_ms: int, zone: str) -> Event:
    bounds = (stop.starts_at_ms, stop.ends_at_ms)
    event = _event(f"halte-{to_text(stop.stop_id)}", f"La Valise : {stop.label}", bounds, now_ms, zone)
    event.add("LOCATION", ", ".join(part for part in (stop.address, stop.commune) if part) or stop.label)
    event.add("TRANSP", "TRANSPARENT")
    return event


def _event(uid: str, summary: str, bounds: tuple[int, int], now_ms: int, zone: str) -> Event:
    from icalendar import Event

    starts_at_ms, ends_at_ms = bounds
    event = Event()
    event.add("UID", f"{uid}@valise-nomade")
    event.add("DTSTAMP", at(now_ms).replace(microsecond=0))
    event.add("DTSTART", _local(starts_at_ms, zone))
    event.add("DTEND", _local(max(ends_at_ms, starts_at_ms + 60_000), zone))
    event.add("SUMMARY", summary)
    return event


def _local(moment_ms: int, zone: str) -> datetime:
    """A moment on the wall; in UTC during the hour that comes twice in October: readers differ on which is meant."""
    utc = at(moment_ms).replace(microsecond=0)
    local: datetime = utc.astimezone(ZoneInfo(zone))
    return local if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset() else utc


def to_event(one: Workshop, stop: StopView | None, pages: Pages) -> dict[str, object]:
    """One workshop as JSON-LD of schema.org (`EducationEvent`). What is not known is left out."""
    state = "EventCancelled" if one.is_cancelled else "EventScheduled"
    told = {
        "@context": _SCHEMA,
        "@type": "EducationEvent",
        "@id": pages.of(one),
        "url": pages.of(one),
        "name": one.title,
        "description": one.summary,
        "startDate": at(one.starts_at_ms).astimezone(ZoneInfo(pages.zone)).isoformat(timespec="seconds"),
        "endDate": at(one.ends_at_ms).astimezone(ZoneInfo(pages.zone)).isoformat(timespec="seconds"),
        "eventStatus": f"{_SCHEMA}{state}",
        "eventAttendanceMode": f"{_SCHEMA}OfflineEventAttendanceMode",
        "location": _place(one, stop),
        "about": one.theme_label,
        "educationalLevel": one.level_label,
        "maximumAttendeeCapacity": one.places,
        "remainingAttendeeCapacity": one.places_left if one.is_ours else None,  # the host alone knows
    }
    return {name: value for name, value in told.items() if value not in ("", None)}


def _place(one: Workshop, stop: StopView | None) -> dict[str, object]:
    name = one.where or one.title
    if stop is None or not stop.commune:
        return {"@type": "Place", "name": name, "address": name}
    street = {"streetAddress": stop.address} if stop.address else {}
    town = {"addressLocality": stop.commune, "addressCountry": "FR"}
    return {"@type": "Place", "name": name, "address": {"@type": "PostalAddress", **street, **town}}


def tours_of(stops: Sequence[StopView]) -> list[tuple[str, list[StopView]]]:
    """Stops under the label of their tour (empty: no tour), each in the order of the dates."""
    tours: dict[str, list[StopView]] = {}
    for stop in sorted(stops, key=lambda one: (one.starts_at_ms, one.stop_id)):
        tours.setdefault(stop.tour, []).append(stop)
    return list(tours.items())


def by_stop(workshops: Iterable[Workshop]) -> dict[bytes, list[Workshop]]:
    """Workshops under the id of their stop (empty: none), in their order."""
    found: dict[bytes, list[Workshop]] = {}
    for one in workshops:
        found.setdefault(one.stop_id, []).append(one)
    return found
