"""Decisions about answers: when they may leave the urn, and when a group is large enough to be shown."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from kit.clock import Moment

Scope = Literal["workshop", "stop", "tour"]
Outcome = Literal["wait", "up", "workshop", "stop", "tour"]
DAY_MS = 86_400_000


class Group(msgspec.Struct, frozen=True):
    """Where answers wait together: to one questionnaire, about the same workshop, else stop, else nowhere."""

    workshop_id: bytes
    stop_id: bytes
    questionnaire: str = "fin-atelier"

    @property
    def level(self) -> Scope:
        """How much is known of where these answers were given."""
        if self.workshop_id:
            return "workshop"
        return "stop" if self.stop_id else "tour"


def settle(level: Scope, waiting: int, enough: int, *, is_closing: bool) -> Outcome:
    """What becomes of the answers that wait together: `wait`, `up` (one level), or the scope they are noted under.

    Source: journal.md, "The urn". `enough` is how many hide each other (five); `is_closing`: nobody will join them.

    | level    | enough wait | closing | outcome  |
    |----------|-------------|---------|----------|
    | workshop | no          | no      | wait     |
    | workshop | yes         |         | workshop |
    | workshop | no          | yes     | up       |
    | stop     | no          | no      | wait     |
    | stop     | yes         |         | stop     |
    | stop     | no          | yes     | tour     |
    | tour     | no          | no      | wait     |
    | tour     | yes         |         | tour     |
    | tour     | no          | yes     | tour     |

    Under `tour` an answer carries neither its workshop nor its stop. Nobody in the urn: `wait`.
    """
    if waiting == 0:
        return "wait"
    if waiting >= enough:
        return level
    if not is_closing:
        return "wait"
    return "up" if level == "workshop" else "tour"


def count_missing(count: int, enough: int) -> int:
    """How many more answers a group needs before it may be shown; 0: it is shown.

    | count | enough | missing |
    |-------|--------|---------|
    | 0     | 5      | 5       |
    | 3     | 5      | 2       |
    | 5     | 5      | 0       |
    | 9     | 5      | 0       |
    """
    return max(0, enough - count)


def coarsen(moment: Moment) -> Moment:
    """The moment of a whole batch: whole days of both clocks. Finer, it would tell who answered last, and when."""
    return Moment(moment.boot, moment.mono_ms - moment.mono_ms % DAY_MS, moment.wall_ms - moment.wall_ms % DAY_MS)


def tour_id(label: str) -> bytes:
    """The id of a tour, from its label (empty: no tour)."""
    return _digest(b"valise-tour", label.strip().casefold().encode())


def questionnaire_id(code: str) -> bytes:
    """The id of a questionnaire, from its code."""
    return _digest(b"valise-questionnaire", code.encode())


def door_subject(stop_id: bytes) -> bytes:
    """Whose door the texts given at a stop are behind."""
    return _digest(b"valise-feedback-door", stop_id)


def day_door_subject(day: int) -> bytes:
    """Whose door the texts given outside any stop are behind, on one day of the box's running life."""
    return _digest(b"valise-feedback-door", b"day" + day.to_bytes(8, "big"))


def draft_id(token: bytes) -> bytes:
    """Under which key a draft is kept; it does not tell the token."""
    return _digest(b"valise-answer-draft", token)


def form_digest(nonce: bytes) -> bytes:
    """How a posted form is remembered."""
    return _digest(b"valise-used-form", nonce)


def poll_id(code: str) -> bytes:
    """The id of a consultation's end, from its code."""
    return _digest(b"valise-poll", code.encode())


def paper_id(code: str, stop_id: bytes) -> bytes:
    """The id of the paper tally of one stop."""
    return _digest(b"valise-poll-paper", code.encode() + b"/" + stop_id)


def slips_id(code: str) -> bytes:
    """The id of the slips of a consultation that served."""
    return _digest(b"valise-poll-slips", code.encode())


def vote_digest(code: str, ballot: str) -> bytes:
    """How the code of a slip is remembered."""
    return _digest(b"valise-vote-code", f"{code}/{ballot}".encode())


def _digest(purpose: bytes, raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=16, person=hashlib.blake2b(purpose, digest_size=16).digest()).digest()
