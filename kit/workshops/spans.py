"""A period as whole months and years, and what is left at its two ends."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from kit.clock import at, unix_ms
from kit.workshops.rules import day_bounds

EVER = ""
LAST_YEAR = 9998


def day_span(day_ms: int) -> str:
    """A day, by its first millisecond; apart from months and years."""
    return f"@{day_ms}"


def list_days(from_ms: int, until_ms: int, zone: str) -> list[int] | None:
    """The first milliseconds of the days that make up a period; None: it begins or ends in the midst of one."""
    found = []
    while from_ms < until_ms:
        begins, ends = day_bounds(from_ms, zone)
        if begins != from_ms:
            return None
        found.append(begins)
        from_ms = ends
    return found if from_ms == until_ms else None


class Spans(msgspec.Struct, frozen=True):
    """`whole`: months (2026-11), years (2026) or EVER; `edges`: [from_ms, until_ms) of less than a month each."""

    whole: list[str]
    edges: list[tuple[int, int]]


def month_of(moment_ms: int, zone: str) -> str:
    """The month of a moment where people are, as 2026-11."""
    return f"{at(moment_ms).astimezone(ZoneInfo(zone)):%Y-%m}"


def month_start(month: str, zone: str) -> int:
    """The first millisecond of a month where people are."""
    year, number = (int(part) for part in month.split("-"))
    return unix_ms(datetime(year, number, 1, tzinfo=ZoneInfo(zone)))


def next_month(month: str) -> str:
    """The month after one."""
    year, number = (int(part) for part in month.split("-"))
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def divide(from_ms: int, until_ms: int, known: tuple[str, str], zone: str, *, by_month: bool = False) -> Spans:
    """[from_ms, until_ms) in spans, as far as there is something: between the first and the last month `known`.

    `by_month`: neither years nor EVER.
    """
    first, last = known
    begins, ends = month_start(first, zone), month_start(next_month(last), zone) if last < f"{LAST_YEAR}" else 2**53
    if from_ms <= begins and until_ms >= ends:
        return Spans(list_months(first, last) if by_month else [EVER], [])
    from_ms, until_ms = max(from_ms, begins), min(until_ms, ends)
    if from_ms >= until_ms:
        return Spans([], [])
    one = month_of(from_ms, zone)
    if month_start(one, zone) < from_ms:
        one = next_month(one)
    end = month_of(until_ms, zone)
    if month_start(one, zone) >= month_start(end, zone):
        whole: list[str] = []
        middle = min(month_start(one, zone), until_ms)
        edges = [(from_ms, middle), (middle, until_ms)]
    else:
        whole = list_months(one, end)[:-1]
        edges = [(from_ms, month_start(one, zone)), (month_start(end, zone), until_ms)]
    return Spans(whole if by_month else _join_years(whole), [edge for edge in edges if edge[0] < edge[1]])


def list_months(first: str, last: str) -> list[str]:
    """Every month from one to another, both included."""
    found = [first]
    while found[-1] < last:
        found.append(next_month(found[-1]))
    return found


def _join_years(months: list[str]) -> list[str]:
    joined: list[str] = []
    for month in months:
        joined.append(month)
        if month.endswith("-12") and joined[-12:] == [f"{month[:4]}-{number:02}" for number in range(1, 13)]:
            joined[-12:] = [month[:4]]
    return joined
