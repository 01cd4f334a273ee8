"""The book of a territory: its grievances by theme with what became of them, to print and to hand over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kit.clock import unix_ms
from kit.errors.kind import fr
from kit.feedback import places
from kit.feedback.letters import queries, reading
from kit.feedback.letters.reading import OpenLetter, OpenMove
from kit.feedback.masking import mask
from kit.people.actions import Staff
from kit.people.node import Node

MOST = 1000
_NO_THEME = fr("Autre chose")


@dataclass(frozen=True)
class Entry:
    """One grievance: its number in the book, where, the day, what was written and the last words on it."""

    number: int
    where: str
    day_ms: int
    lines: list[tuple[str, str]] = field(repr=False)
    status: str
    answer: str = field(repr=False)
    is_closed: bool


@dataclass(frozen=True)
class Book:
    """`themes` are (theme, its entries), the most spoken of first; `communes` (commune, how many); `left_out`: not
    printed, because a book holds a thousand.
    """

    title: str
    count: int
    themes: list[tuple[str, list[Entry]]] = field(repr=False)
    communes: list[tuple[str, int]]
    statuses: dict[str, int]
    left_out: int
    closed: int


def make_book(node: Node, staff: Staff, asked: Mapping[str, str]) -> Book:
    """The book of a territory (`lieu`; empty: all) between the days `du` and `au`: no contact, texts masked."""
    stop_ids, label = places.read_asked(node, asked.get("lieu", ""))
    from_ms, until_ms = _days(asked, node.settings.timezone)
    logs = node.logs_of(staff.territories)
    found = queries.list_between(node.store, "grievance", stop_ids, from_ms, until_ms, MOST + 1, logs)
    opened = reading.open_with_moves(node, staff, found[:MOST])
    entries = [(one, to_entry(one, moves, number)) for number, (one, moves) in enumerate(opened, 1)]
    themes: dict[str, list[Entry]] = {}
    for one, entry in entries:
        themes.setdefault(one.theme or _NO_THEME, []).append(entry)
    return Book(
        label, len(opened),
        sorted(themes.items(), key=lambda pair: (-len(pair[1]), pair[0])),
        _count([one.where or fr("Ailleurs") for one, _ in opened]),
        dict(_count([one.letter.status for one, _ in opened])),
        max(0, len(found) - MOST), sum(entry.is_closed for _, entry in entries),
    )  # fmt: skip


def to_entry(one: OpenLetter, moves: list[OpenMove], number: int) -> Entry:
    """One letter as it may be printed or leave in a file: no contact, and masked."""
    lines = [(question, mask(text)) for question, text in one.told or ()]
    return Entry(number, one.where, one.letter.day_ms, lines, one.letter.status, _last_words(moves), one.told is None)


def _last_words(moves: list[OpenMove]) -> str:
    return mask(next((one.text for one in reversed(moves) if one.text), ""))


def _count(words: list[str]) -> list[tuple[str, int]]:
    counts = {word: words.count(word) for word in set(words)}
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _days(asked: Mapping[str, str], zone: str) -> tuple[int, int]:
    """[from, until) in Unix milliseconds; what is no date is no limit. Days of letters are those of UTC."""
    return _day(asked.get("du", ""), 0, zone, 0), _day(asked.get("au", ""), 1, zone, 2**53)


def _day(text: str, more: int, zone: str, otherwise: int) -> int:
    try:
        return unix_ms(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZoneInfo(zone)) + timedelta(days=more))
    except (ValueError, OverflowError):
        return otherwise
