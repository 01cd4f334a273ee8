"""Decisions about places, the waiting list and who came. No database, no Flask."""

from __future__ import annotations

import base64
import binascii
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import SequenceMatcher
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from kit.errors import Problem
from kit.ids import ID_BYTES
from kit.stems import stem, stems

P = TypeVar("P")
EARLY_HOURS, LATE_HOURS = 2, 6
MARK_BYTES = 5
MARK_SIGNS = 8
MOST_PARTY = 6
ALIKE = 0.85
MOST_DATES = 30
MOST_SUPPORTS = 12
STEPS = ("day", "week", "fortnight", "month")
SLOTS = (20, 30, 60)
_STEP_DAYS = {"day": 1, "week": 7, "fortnight": 14}

REFUSALS: Mapping[str, str] = {
    "cancelled": "workshops.cancelled",
    "closed": "workshops.closed",
    "over": "workshops.over",
    "full": "workshops.full",
    "early": "workshops.not_open_yet",
    "late": "workshops.sign_up_ended",
}


class Standing(msgspec.Struct, frozen=True):
    """What the answer to "may I come?" depends on. `taken` counts people placed and people who came without a place.

    `window` is the answer of `find_window`.
    """

    is_cancelled: bool
    is_closed: bool
    is_over: bool
    places: int
    taken: int
    waiting_places: int
    waiting: int
    window: str = "open"


def find_window(opens_at_ms: int, until_ms: int, now_ms: int, is_unsure: bool) -> str:
    """Whether one may sign up now: `early`, `open` or `late`. Zero: no bound; an unsure clock refuses nobody.

    Unsure: nobody vouched for the hour since the box was switched on (`Node.is_hour_sure`).

    | now                | clock sure | clock unsure |
    |--------------------|------------|--------------|
    | before the opening | early      | open         |
    | between            | open       | open         |
    | after the end      | late       | open         |
    """
    if is_unsure:
        return "open"
    if now_ms < opens_at_ms:
        return "early"
    return "late" if until_ms and now_ms > until_ms else "open"


def is_over(ends_at_ms: int, now_ms: int, is_unsure: bool) -> bool:
    """True more than six hours after the end; never when nobody vouched for the hour: it may be ahead by years.

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


def is_around(starts_at_ms: int, ends_at_ms: int, now_ms: int, is_unsure: bool) -> bool:
    """True when people of a workshop may be at its door: from two hours before until it is over (`is_over`).

    | now                       | clock sure | clock unsure |
    |---------------------------|------------|--------------|
    | earlier                   | no         | yes          |
    | from 2 h before its start | yes        | yes          |
    | up to 6 h after its end   | yes        | yes          |
    | later                     | no         | yes          |
    """
    return is_unsure or starts_at_ms - EARLY_HOURS * 3_600_000 <= now_ms <= ends_at_ms + LATE_HOURS * 3_600_000


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
    |           |        |      | (outside the sign-up window)  |                  | early/late|
    |           |        |      | yes                           |                  | open      |
    |           |        |      |                               | yes              | waiting   |
    |           |        |      |                               |                  | full      |
    """
    told = (("cancelled", standing.is_cancelled), ("closed", standing.is_closed), ("over", standing.is_over))
    for state, holds in (*told, (standing.window, standing.window != "open")):
        if holds:
            return state
    if standing.taken < standing.places and standing.waiting == 0:
        return "open"
    return "waiting" if standing.waiting < standing.waiting_places else "full"


def settle(standing: Standing) -> str:
    """`placed` or `waiting` for somebody who asks now. Raises Problem workshops.cancelled, .closed, .over,
    .not_open_yet, .sign_up_ended or .full."""
    state = find_state(standing)
    if state in REFUSALS:
        raise Problem(REFUSALS[state])
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


def settle_signup(asked: str, settled: Sequence[str], *, is_promoted: bool, is_cancelled: bool) -> str:
    """What is true of one place asked for, from what is known of it in any order (journal.md, Conflicts).

    `asked` is the state it was noted with by who asked: the host itself says placed or waiting, anybody else asks.
    `settled` is what the host answered, in its own order; it answers once.

    | noted    | the host answered | moved up | given back | state     |
    |----------|-------------------|----------|------------|-----------|
    | any      | any               | any      | yes        | cancelled |
    | any      | any               | yes      | no         | placed    |
    | placed   | any               | no       | no         | placed    |
    | waiting  | any               | no       | no         | waiting   |
    | asked    | nothing           | no       | no         | asked     |
    | asked    | placed            | no       | no         | placed    |
    | asked    | waiting, placed   | no       | no         | waiting   |
    """
    if is_cancelled:
        return "cancelled"
    if is_promoted:
        return "placed"
    told = [one for one in (asked, *settled) if one in ("placed", "waiting")]
    return told[0] if told else "asked"


def find_surplus(places: int, holders: Sequence[P]) -> frozenset[P]:
    """Those who hold a place beyond what there is: "en surnombre", a mark for the team and nothing more.

    Two copies of a box each gave the last place, or places were taken away from a workshop that was full. Everybody
    was told that she has a place, so everybody keeps it: no ticket changes, and people settle it with people.
    `holders` come in an order that is the same on every node (that of the roll), never by the hour.

    | places | hold a place             | en surnombre |
    |--------|--------------------------|--------------|
    | 2      | Odette, Karim            | nobody       |
    | 1      | Odette, Karim            | Karim        |
    | 1      | Karim (Odette gave back) | nobody       |
    | 1      | Odette, Karim, Sidonie   | Karim, Sidonie |
    | 0      | Odette                   | Odette       |
    """
    return frozenset(holders[max(0, places) :])


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
    has_come, is_absent = "came" in last_of_each_log, "absent" in last_of_each_log
    return "came" if has_come else "absent" if is_absent else "undone", has_come and is_absent


def find_merge(words: Sequence[tuple[int, bytes, bytes]]) -> bytes:
    """The row that a coordinator said is the same person, from (turn, log, row or nothing); nothing: she stands alone.

    | words                      | answer  |
    |----------------------------|---------|
    | none                       | nothing |
    | same as A                  | A       |
    | same as A, then not        | nothing |
    | same as A, not, same as B  | B       |

    The last turn counts, and of one turn the greater log: the order in which words are heard changes nothing.
    """
    return max(words)[2] if words else b""


def day_bounds(moment_ms: int, zone: str) -> tuple[int, int]:
    """The first millisecond of a moment's day in `zone` and that of the next (a day may last 23 or 25 hours)."""
    local = ZoneInfo(zone)
    today = datetime.fromtimestamp(moment_ms / 1000, local).date()
    first, last = (datetime.combine(day, time(), local).astimezone(UTC) for day in (today, today + timedelta(days=1)))
    return int(first.timestamp() * 1000), int(last.timestamp() * 1000)


def list_dates(starts_at_ms: int, every: str, times: int, zone: str) -> list[int]:
    """The moments of a series, at the same hour on the wall (also across the change of hour in spring and autumn).

    `month` keeps the day of the week and its rank in the month (the second Thursday), the last one when there is no
    fifth.
    """
    first = datetime.fromtimestamp(starts_at_ms / 1000, ZoneInfo(zone))
    days = [_nth_date(first.date(), every, n) for n in range(max(1, times))]
    moments = [datetime.combine(day, first.time(), ZoneInfo(zone)) for day in days]
    return [int(moment.timestamp() * 1000) for moment in moments]


def same_hour(moment_ms: int, day_ms: int, zone: str) -> int:
    """The hour of one moment on the day of another."""
    local = ZoneInfo(zone)
    hour, day = (datetime.fromtimestamp(one / 1000, local) for one in (moment_ms, day_ms))
    return int(datetime.combine(day.date(), hour.time(), local).timestamp() * 1000)


def _nth_date(first: date, every: str, n: int) -> date:
    if every != "month":
        return first + timedelta(days=_STEP_DAYS[every] * n)
    year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
    start = date(year, month + 1, 1)
    day = start + timedelta(days=(first.weekday() - start.weekday()) % 7 + 7 * ((first.day - 1) // 7))
    return day if day.month == month + 1 else day - timedelta(days=7)


def fits_slots(slot_minutes: int, length_minutes: int, places: int) -> bool:
    """True when slots of 20, 30 or 60 minutes fit into the length and each can have as many places as the others.

    | slots of | length | places | fits |
    |----------|--------|--------|------|
    | 30       | 120    | 4      | yes  |
    | 30       | 120    | 8      | yes  |
    | 30       | 120    | 5      | no   |
    | 25       | 100    | 4      | no   |
    | 60       | 30     | 1      | no   |
    """
    count = length_minutes // slot_minutes if slot_minutes in SLOTS else 0
    return count > 0 and places % count == 0


def free_slots(slot_minutes: int, length_minutes: int, places: int, taken: Mapping[int, int]) -> list[int]:
    """The slots, counted from 0, that still have a place; `taken` says how many each has given."""
    count = max(1, length_minutes // slot_minutes) if slot_minutes else 0
    return [slot for slot in range(count) if taken.get(slot, 0) < max(1, places // count)]


def split_ids(raw: bytes) -> list[bytes]:
    """Ids of 16 bytes written one after another; what is left over is no id."""
    return [raw[at : at + 16] for at in range(0, len(raw) - 15, 16)]


def join_where(place: str, stop_label: str) -> str:
    """Place and stop in one line."""
    return ", ".join(part for part in (place, stop_label) if part)


def plain_text(words: str) -> str:
    """Lower case without accents, for searching and for alphabetical order."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def searched_text(words: str) -> str:
    """A text as it is searched: plain, then its French stems."""
    return f"{plain_text(words)} {stems(words)}"


def says(text: str, word: str) -> bool:
    """True when a text holds a plain word, or a word of the same French stem."""
    return word in plain_text(text) or stem(word) in stems(text).split()


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


def is_code(text: str) -> bool:
    """True for two words and two digits: the form of a ticket code, and of a reusable card."""
    parts = text.split("-")
    return len(parts) == 3 and all(part.isalpha() for part in parts[:2]) and len(parts[2]) == 2 and parts[2].isdigit()


def is_alike(one: str, other: str) -> bool:
    """True when two names may be one person's: written alike, or one is the beginning of the other.

    | one        | other       | alike |
    |------------|-------------|-------|
    | Zénobie    | zenobie     | yes   |
    | Marie D.   | Marie       | yes   |
    | Mohamed B. | Mohammed B. | yes   |
    | Odette     | Colette     | no    |
    | Jo         | Joëlle      | no    |
    """
    first, second = (
        "".join(sign for sign in plain_text(name) if sign.isalnum() or sign == " ") for name in (one, other)
    )
    if not first or not second:
        return False
    short, long = sorted((first.split(), second.split()), key=len)
    if long[: len(short)] == short:
        return True
    return SequenceMatcher(None, first, second).ratio() >= ALIKE


def to_mark(person_id: bytes) -> str:
    """The short name of a row of the roll: the last forty bits of its id. Within one workshop it is enough."""
    return base64.b32encode(person_id[-MARK_BYTES:]).decode("ascii").lower()


def mark_from(mark: bytes) -> int:
    """Where this end of an id begins in it, counted from 1; a whole id begins at 1."""
    return 1 + ID_BYTES - len(mark)


def read_mark(text: str) -> bytes | None:
    """The five bytes behind a mark, or None when it is not one."""
    try:
        raw = base64.b32decode(text.upper()) if len(text) == MARK_SIGNS else b""
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == MARK_BYTES else None
