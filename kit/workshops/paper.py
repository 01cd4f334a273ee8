"""What papers hold: how the day is parted on the sheet to sign, and an attendance in hours."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kit.clock import at
from kit.workshops.queries import Workshop

BOTH_HALVES_MINUTES = 270  # longer than a half-day: people sign twice
NOON = 13


def half_days(workshop: Workshop, zone: str) -> list[str]:
    """The signature columns of a workshop: one for a half-day, two for a day.

    | begins | lasts  | columns             |
    |--------|--------|---------------------|
    | 9 h    | 1 h 30 | Matin               |
    | 14 h   | 2 h    | Après-midi          |
    | 9 h    | 7 h    | Matin, Après-midi   |
    """
    local: datetime = at(workshop.starts_at_ms).astimezone(ZoneInfo(zone))
    if workshop.length_minutes > BOTH_HALVES_MINUTES:
        return ["Matin", "Après-midi"]
    return ["Matin" if local.hour < NOON else "Après-midi"]


def attended_minutes(workshop: Workshop, halves: int) -> int:
    """How long somebody stayed by what was noted: half of the time when she came to one half-day of a whole day."""
    is_half = halves in (1, 2) and workshop.length_minutes > BOTH_HALVES_MINUTES
    return workshop.length_minutes // 2 if is_half else workshop.length_minutes
