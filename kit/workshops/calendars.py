"""Workshops and stops for other calendars: iCalendar (RFC 5545, 7986) and schema.org Event. Never a person in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from kit.clock import at
from kit.ids import to_text
from kit.people.node import StopView
from kit.workshops import time_zones
from kit.workshops.queries import Workshop

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
    events = [_workshop_event(one, pages) for one in workshops] + [_stop_event(stop, pages.zone) for stop in stops]
    head, end, _ = bytes(calendar.to_ical()).rpartition(b"END:VCALENDAR")
    stamp = f"DTSTAMP:{at(now_ms):%Y%m%dT%H%M%SZ}\r\n".encode("ascii")
    written = (bytes(part) for event in events for part in (event.head, stamp, event.end))
    return b"".join((head, *written, end, b"\r\n"))


END = b"END:VEVENT\r\n"


class Written(msgspec.Struct, frozen=True):
    """An event as it stands in a calendar, in two parts: between them comes when that calendar was written."""

    head: bytes
    end: bytes = END


class Told(msgspec.Struct, frozen=True):
    """What an event says, in the order of its lines; the same again is written once (`write_event`)."""

    uid: str
    summary: str
    bounds: tuple[int, int]
    zone: str
    lines: tuple[tuple[str, str | int], ...]


def _workshop_event(one: Workshop, pages: Pages) -> Written:
    lines: list[tuple[str, str | int]] = [
        ("SEQUENCE", one.version - 1), ("STATUS", "CANCELLED" if one.is_cancelled else "CONFIRMED"),
        ("LOCATION", one.where), ("CATEGORIES", one.theme_label), ("URL", pages.of(one)),
    ]  # fmt: skip
    if one.summary or one.cancel_reason:
        lines.append(("DESCRIPTION", "\n".join(part for part in (one.cancel_reason, one.summary) if part)))
    bounds = (one.starts_at_ms, one.ends_at_ms)
    return write_event(Told(to_text(one.workshop_id), one.title, bounds, pages.zone, tuple(lines)))


def _stop_event(stop: StopView, zone: str) -> Written:
    where = ", ".join(part for part in (stop.address, stop.commune) if part) or stop.label
    lines = (("LOCATION", where), ("TRANSP", "TRANSPARENT"))
    bounds = (stop.starts_at_ms, stop.ends_at_ms)
    return write_event(Told(f"halte-{to_text(stop.stop_id)}", f"La Valise : {stop.label}", bounds, zone, lines))


@lru_cache(maxsize=2048)
def write_event(told: Told) -> Written:
    """One event. Writing takes half a millisecond: after a change only what changed is written anew."""
    from icalendar import Event

    starts_at_ms, ends_at_ms = told.bounds
    event = Event()
    event.add("UID", f"{told.uid}@valise-nomade")
    event.add("DTSTART", _local(starts_at_ms, told.zone))
    event.add("DTEND", _local(max(ends_at_ms, starts_at_ms + 60_000), told.zone))
    event.add("SUMMARY", told.summary)
    for name, value in told.lines:
        event.add(name, [value] if name == "CATEGORIES" else value)
    return Written(bytes(event.to_ical()).removesuffix(END))


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
