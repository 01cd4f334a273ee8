"""The time zone of a calendar as a rule (RFC 5545, 3.6.5): what the phone's calendar must know of summer time.

The library writes every change of time there ever was as a list of dates: 2.4 KB a feed, and readers that know only
rules (vobject, for one) take summer for winter. Rules of this kind hold for every zone of the French territories.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Timezone

FIRST_YEAR, YEARS = 2020, 12
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@cache
def describe(zone: str) -> Timezone:
    """The component VTIMEZONE of a zone; one whose changes follow no yearly rule is written out date by date."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    local = ZoneInfo(zone)
    changes = _list_changes(local)
    rules = {
        is_summer: _find_rule(one for one in changes if bool(one.dst()) == is_summer) for is_summer in (True, False)
    }
    if changes and not all(rules.values()):
        return Timezone.from_tzinfo(local, zone)
    made = Timezone()
    made.add("TZID", zone)
    parts = [(TimezoneDaylight, True), (TimezoneStandard, False)] if changes else [(TimezoneStandard, False)]
    for kind, is_summer in parts:
        part, first = kind(), next((one for one in changes if bool(one.dst()) == is_summer), None)
        after = first or datetime(FIRST_YEAR, 1, 1, tzinfo=local)
        before = (after.astimezone(UTC) - timedelta(seconds=1)).astimezone(local)
        part.add("DTSTART", (after.astimezone(UTC) + _offset(before)).replace(tzinfo=None))
        part.add("TZOFFSETFROM", _offset(before))
        part.add("TZOFFSETTO", _offset(after))
        part.add("TZNAME", after.tzname())
        if rules[is_summer]:
            part.add("RRULE", rules[is_summer])
        made.add_component(part)
    return made


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _list_changes(zone: ZoneInfo) -> list[datetime]:
    """The first moment of each new offset, hour by hour around the day on which it changes."""
    found, moment = [], datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    while moment.year < FIRST_YEAR + YEARS:
        following = moment + timedelta(days=1)
        if _offset(moment.astimezone(zone)) != _offset(following.astimezone(zone)):
            hours = [(moment + timedelta(hours=number)).astimezone(zone) for number in range(25)]
            found.append(next(one for one in hours if _offset(one) != _offset(hours[0])))
        moment = following
    return found


def _find_rule(changes: Iterable[datetime]) -> dict[str, object]:
    """The yearly rule that all these changes follow, or nothing.

    | changes on                             | rule                    |
    |----------------------------------------|-------------------------|
    | 29 March 2020, 28 March 2021, ...      | -1SU of March           |
    | 8 March 2020, 14 March 2021, ...       | 2SU of March            |
    | 8 March 2020, 22 April 2021            | none                    |
    """
    said = list(changes)
    before = [(one.astimezone(UTC) - timedelta(seconds=1)).astimezone(one.tzinfo) for one in said]
    if len({(one.month, one.weekday(), one.hour) for one in before}) != 1 or len(said) < YEARS - 1:
        return {}
    weeks = {(one.day - 1) // 7 + 1 for one in before}
    is_last = all((one + timedelta(days=7)).month != one.month for one in before)
    if not is_last and len(weeks) != 1:
        return {}
    day = f"{-1 if is_last else weeks.pop()}{_DAYS[before[0].weekday()]}"
    return {"FREQ": "YEARLY", "BYMONTH": before[0].month, "BYDAY": day}
