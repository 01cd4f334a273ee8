"""Decisions about places, the waiting list and who came. No database, no Flask."""

from __future__ import annotations

import base64
import binascii
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from kit.errors import Problem

LATE_HOURS = 6
MARK_BYTES = 5
MARK_SIGNS = 8

_REFUSALS: Mapping[str, str] = {
    "cancelled": "workshops.cancelled",
    "closed": "workshops.closed",
    "over": "workshops.over",
    "full": "workshops.full",
}


class Standing(msgspec.Struct, frozen=True):
    """What the answer to "may I come?" depends on. `taken` counts people placed and people who came without a place."""

    is_cancelled: bool
    is_closed: bool
    is_over: bool
    places: int
    taken: int
    waiting_places: int
    waiting: int


def is_over(ends_at_ms: int, now_ms: int, is_unsure: bool) -> bool:
    """True more than six hours after the end; never when the box is unsure of its clock.

    | now                    | clock sure | clock unsure |
    |------------------------|------------|--------------|
    | up to 6 h after the end| no         | no           |
    | later                  | yes        | no           |
    """
    return not is_unsure and now_ms > ends_at_ms + LATE_HOURS * 3_600_000


def has_ended(ends_at_ms: int, now_ms: int, is_unsure: bool) -> bool:
    """True once its hour has passed; never when the box is unsure of its clock.

    | now       | clock sure | clock unsure |
    |-----------|------------|--------------|
    | before    | no         | no           |
    | after     | yes        | no           |
    """
    return not is_unsure and now_ms >= ends_at_ms


def is_forgotten(running_ms: int, hours: int) -> bool:
    """True when a workshop was seen over for so many hours of the box's running life, and nobody closed it."""
    return running_ms >= hours * 3_600_000


def find_state(standing: Standing) -> str:
    """What somebody who asks for a place now would get. The first line that fits is the answer.

    | cancelled | closed | over | place free and nobody waiting | room on the list | answer    |
    |-----------|--------|------|-------------------------------|------------------|-----------|
    | yes       |        |      |                               |                  | cancelled |
    |           | yes    |      |                               |                  | closed    |
    |           |        | yes  |                               |                  | over      |
    |           |        |      | yes                           |                  | open      |
    |           |        |      |                               | yes              | waiting   |
    |           |        |      |                               |                  | full      |
    """
    told = (("cancelled", standing.is_cancelled), ("closed", standing.is_closed), ("over", standing.is_over))
    for state, holds in told:
        if holds:
            return state
    if standing.taken < standing.places and standing.waiting == 0:
        return "open"
    return "waiting" if standing.waiting < standing.waiting_places else "full"


def settle(standing: Standing) -> str:
    """`placed` or `waiting` for somebody who asks now. Raises Problem workshops.cancelled, .closed, .over or .full."""
    state = find_state(standing)
    if state in _REFUSALS:
        raise Problem(_REFUSALS[state])
    return "placed" if state == "open" else "waiting"


def places_left(places: int, taken: int) -> int:
    """Places nobody holds; never below zero, even when staff let more people in.

    | places | taken | left |
    |--------|-------|------|
    | 12     | 9     | 3    |
    | 12     | 12    | 0    |
    | 12     | 14    | 0    |
    """
    return max(0, places - taken)


def count_promoted(places: int, taken: int, waiting: int) -> int:
    """How many of the waiting list get a place now, first come first served.

    | places | taken | waiting | promoted |
    |--------|-------|---------|----------|
    | 12     | 12    | 3       | 0        |
    | 12     | 11    | 3       | 1        |
    | 12     | 11    | 0       | 0        |
    | 14     | 11    | 2       | 2        |
    | 12     | 13    | 3       | 0        |
    """
    return min(places_left(places, taken), waiting)


def merge_attendance(last_of_each_log: Sequence[str]) -> tuple[str, bool]:
    """What is true of one person, and whether the logs contradict each other (journal.md, Conflicts).

    Within one log the last fact counts; across logs came beats absent, and the contradiction is flagged. "Undone"
    says that its own log takes back what it had noted, nothing about the others.

    | last facts of the logs | state  | contradicted |
    |------------------------|--------|--------------|
    | came                   | came   | no           |
    | came, absent           | came   | yes          |
    | came, undone           | came   | no           |
    | absent, undone         | absent | no           |
    | undone                 | undone | no           |
    """
    said = set(last_of_each_log)
    state = next(one for one in ("came", "absent", "undone") if one in said)
    return state, {"came", "absent"} <= said


def day_bounds(moment_ms: int, zone: str) -> tuple[int, int]:
    """The first millisecond of a moment's day in `zone` and that of the next (a day may last 23 or 25 hours)."""
    local = ZoneInfo(zone)
    today = datetime.fromtimestamp(moment_ms / 1000, local).date()
    first, last = (datetime.combine(day, time(), local).astimezone(UTC) for day in (today, today + timedelta(days=1)))
    return int(first.timestamp() * 1000), int(last.timestamp() * 1000)


def plain_text(words: str) -> str:
    """Lower case without accents, for searching and for alphabetical order."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def has_visible_sign(name: str) -> bool:
    """True when a name holds at least one sign that can be seen (spaces and joiners alone cannot)."""
    return any(unicodedata.category(sign)[0] not in "ZC" for sign in name)


def is_right_to_left(text: str) -> bool:
    """True when a text holds Arabic, Hebrew or another script written from right to left."""
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def read_phone(typed: str) -> str | None:
    """A number with its digits in ASCII and its usual separators, or None when it cannot be called.

    Six to fifteen digits (ITU-T E.164 allows fifteen); Arabic digits are read too.
    """
    signs = [str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in typed.strip()]
    digits = [sign for sign in signs if sign.isdigit()]
    if not 6 <= len(digits) <= 15 or any(sign not in "0123456789 +-./()\u00a0\u202f" for sign in signs):
        return None
    return "".join(signs)


def to_mark(person_id: bytes) -> str:
    """The short name of a row of the roll: the first forty bits of its id. Within one workshop it is enough."""
    return base64.b32encode(person_id[:MARK_BYTES]).decode("ascii").lower()


def read_mark(text: str) -> bytes | None:
    """The five bytes behind a mark, or None when it is not one."""
    try:
        raw = base64.b32decode(text.upper()) if len(text) == MARK_SIGNS else b""
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == MARK_BYTES else None
