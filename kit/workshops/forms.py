"""Text from outside to typed values, or what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from kit.clock import at
from kit.ids import read_text, to_text
from kit.web.fields import Fields
from kit.workshops import rules, vocabulary

NAME_SIGNS = 80
LONGEST_MINUTES = 24 * 60
MOST_PLACES = 500


class NewWorkshop(msgspec.Struct, frozen=True):
    """What staff wrote about a workshop. `stop_id` is empty when it is at no known stop."""

    title: str
    stop_id: bytes
    stop_label: str
    place: str
    starts_at_ms: int
    length_minutes: int
    places: int
    waiting_places: int
    level: str
    theme: str
    summary: str


@dataclass(frozen=True)
class Person:
    """What a participant told us; kept out of every trace."""

    name: str = field(repr=False)
    phone: str = field(default="", repr=False)


class Profile(msgspec.Struct, frozen=True):
    """Codes of La Coop about somebody who came, each may be empty: not asked."""

    gender: str = ""
    age_band: str = ""
    status: str = ""


def read_plan(values: Mapping[str, str], stops: Mapping[bytes, str], zone: str) -> NewWorkshop:
    """The form of a workshop; `stops` maps the known stops to their labels. Raises FieldProblems."""
    fields = Fields(values)
    stop = fields.choice("stop", {to_text(stop_id) for stop_id in stops}, required=False)
    stop_id = read_text(stop) or b""
    place = fields.text("place", 120)
    if not stop_id and not place:
        fields.refuse("place", "workshops.place")
    plan = NewWorkshop(
        title=fields.text("title", 120, required=True),
        stop_id=stop_id,
        stop_label=stops.get(stop_id, ""),
        place=place,
        starts_at_ms=fields.moment("day", "hour", zone),
        length_minutes=fields.number("length", 5, LONGEST_MINUTES),
        places=fields.number("places", 1, MOST_PLACES),
        waiting_places=fields.number("waiting", 0, MOST_PLACES, default=0),
        level=fields.choice("level", vocabulary.labels("level")),
        theme=fields.choice("theme", vocabulary.labels("theme")),
        summary=fields.text("summary", 2000, lines=True),
    )
    fields.check()
    return plan


def read_version(values: Mapping[str, str]) -> int:
    """The version of the workshop that the form was filled from; 0 (never one) when it is missing or nonsense."""
    text = values.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def plan_values(plan: NewWorkshop, zone: str) -> dict[str, str]:
    """The same plan as the form's text, to be corrected or copied."""
    local: datetime = at(plan.starts_at_ms).astimezone(ZoneInfo(zone))
    return {
        "title": plan.title,
        "stop": to_text(plan.stop_id) if plan.stop_id else "",
        "place": plan.place,
        "day": local.strftime("%Y-%m-%d"),
        "hour": local.strftime("%H:%M"),
        "length": str(plan.length_minutes),
        "places": str(plan.places),
        "waiting": str(plan.waiting_places),
        "level": plan.level,
        "theme": plan.theme,
        "summary": plan.summary,
    }


def read_person(values: Mapping[str, str], *, asks_phone: bool = True) -> Person:
    """A name to be called by and, where it is asked, a number. Raises FieldProblems."""
    fields = Fields(values)
    name = fields.text("name", NAME_SIGNS, required=True)
    if name and not rules.has_visible_sign(name):
        fields.refuse("name", "field.required")
    phone = fields.text("phone", 40) if asks_phone else ""
    number = rules.read_phone(phone) if phone else ""
    if number is None:
        fields.refuse("phone", "workshops.phone")
    fields.check()
    return Person(name, number or "")


def read_profile(values: Mapping[str, str]) -> Profile:
    """The three optional choices about somebody who came. Raises FieldProblems."""
    fields = Fields(values)
    chosen = {
        name: fields.choice(name, vocabulary.labels(name), required=False) for name in ("gender", "age_band", "status")
    }
    fields.check()
    return Profile(**chosen)


def read_reason(values: Mapping[str, str]) -> str:
    """Why a workshop is cancelled, for those who signed up. Raises FieldProblems."""
    fields = Fields(values)
    reason = fields.text("reason", 200)
    fields.check()
    return reason


def read_closing(values: Mapping[str, str]) -> bool:
    """Whether people who did not come are noted absent. Raises FieldProblems while paper or certificates are left."""
    fields = Fields(values)
    for name in ("paper", "certificates"):
        if fields.choice(name, ("yes", "no")) == "yes":
            fields.refuse(name, "workshops.paper_left")
    fields.check()
    return values.get("absent") == "1"
