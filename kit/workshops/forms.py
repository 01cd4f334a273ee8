"""Text from outside to typed values, or what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from werkzeug.datastructures import MultiDict

from kit.clock import at
from kit.errors import FieldProblems, Problem
from kit.ids import read_code, read_text, to_text
from kit.web.fields import Fields
from kit.workshops import rules, vocabulary
from kit.workshops.door_facts import VisitClosed

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
    kind: str = ""
    audience: str = ""
    opens_at_ms: int = 0
    sign_up_until_ms: int = 0
    equipment: str = ""
    led_by: str = ""
    takes_voucher: bool = False
    series_id: bytes = b""
    is_cycle: bool = False
    slot_minutes: int = 0
    supports: bytes = b""
    language: str = ""


class Repeat(msgspec.Struct, frozen=True):
    """How a workshop is planned again: `every` is a step of the rules or `tour` (once a stop); `times` in all."""

    every: str = ""
    times: int = 1
    is_cycle: bool = False


@dataclass(frozen=True)
class Person:
    """What a participant told us; kept out of every trace."""

    name: str = field(repr=False)
    phone: str = field(default="", repr=False)


class Asking(msgspec.Struct, frozen=True):
    """What goes with the names of a party: codes about the place, a guardian's consent, the text read, the slot."""

    access: str = ""
    has_guardian: bool = False
    consent: int = 0
    slot: int = -1


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
        **_read_more(fields, zone),
    )
    _check_window(fields, plan)
    fields.check()
    return plan


def _read_more(fields: Fields, zone: str) -> dict[str, Any]:
    """What a plan may say beyond the first fields; all of it may be left out."""
    kind = fields.choice("kind", vocabulary.labels("kind"), required=False)
    slot = fields.number("slot", 0, 60, default=0)
    return {
        "kind": kind,
        "audience": fields.choice("audience", vocabulary.labels("audience"), required=False),
        "opens_at_ms": _optional_moment(fields, "opens", zone),
        "sign_up_until_ms": _optional_moment(fields, "until", zone),
        "equipment": fields.text("equipment", 200),
        "led_by": fields.text("led_by", 120),
        "takes_voucher": fields.values.get("voucher") == "1",
        "slot_minutes": slot,
        "supports": read_supports(fields.values.get("supports", "")),
        "language": fields.choice("language", vocabulary.LANGUAGES, required=False),
    }


def read_supports(text: str) -> bytes:
    """Ids of works between spaces, each once, one after another; what is no id is left out."""
    ids = dict.fromkeys(one for word in text.split()[:100] if (one := read_text(word)) is not None)
    return b"".join(list(ids)[: rules.MOST_SUPPORTS])


def _optional_moment(fields: Fields, name: str, zone: str) -> int:
    """A day and an hour that may both be left out; a day alone is its first minute."""
    day, hour = fields.values.get(f"{name}_day", "").strip(), fields.values.get(f"{name}_hour", "").strip()
    if not day and not hour:
        return 0
    told = Fields({f"{name}_day": day, "hour": hour or "00:00"})
    moment = told.moment(f"{name}_day", "hour", zone)
    fields.problems.update(told.problems)
    return max(0, moment)


def _check_window(fields: Fields, plan: NewWorkshop) -> None:
    if plan.sign_up_until_ms and plan.sign_up_until_ms <= plan.opens_at_ms:
        fields.refuse("until_day", "workshops.window")
    if plan.slot_minutes and not rules.fits_slots(plan.slot_minutes, plan.length_minutes, plan.places):
        fields.refuse("slot", "workshops.slots")


def read_repeat(values: Mapping[str, str]) -> Repeat:
    """Whether a new workshop is planned more than once. Raises FieldProblems."""
    fields = Fields(values)
    every = fields.choice("every", (*rules.STEPS, "tour"), required=False)
    times = fields.number("times", 1, rules.MOST_DATES, default=1)
    fields.check()
    return Repeat(every, times, values.get("cycle") == "1") if every else Repeat()


def plan_values(plan: NewWorkshop, zone: str) -> dict[str, str]:
    """The same plan as the form's text, to be corrected or copied."""
    local: datetime = at(plan.starts_at_ms).astimezone(ZoneInfo(zone))
    more = {
        **_moment_values("opens", plan.opens_at_ms, zone),
        **_moment_values("until", plan.sign_up_until_ms, zone),
        "voucher": "1" if plan.takes_voucher else "",
        "slot": str(plan.slot_minutes or ""),
        "supports": " ".join(to_text(one) for one in rules.split_ids(plan.supports)),
    }
    return (
        more
        | {name: str(getattr(plan, name)) for name in ("kind", "audience", "equipment", "led_by", "language")}
        | {
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
    )


def _moment_values(name: str, moment_ms: int, zone: str) -> dict[str, str]:
    local = at(moment_ms).astimezone(ZoneInfo(zone))
    day, hour = (local.strftime("%Y-%m-%d"), local.strftime("%H:%M")) if moment_ms else ("", "")
    return {f"{name}_day": day, f"{name}_hour": hour}


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


def read_party(values: Mapping[str, str], access: Sequence[str] = ()) -> tuple[list[Person], Asking]:
    """Everybody on one ticket (the first, then a name a line), and what goes with them. Raises FieldProblems.

    The number belongs to the first: people who sign up together share it. `access` are the codes that were ticked.
    """
    first, fields = read_person(values), Fields(values)
    names = [line.strip() for line in fields.text("others", 600, lines=True).splitlines() if line.strip()]
    if len(names) >= rules.MOST_PARTY:
        fields.refuse("others", "workshops.too_many")
    if any(len(name) > NAME_SIGNS for name in names):
        fields.refuse("others", "field.too_long", limit=NAME_SIGNS)
    if any(not rules.has_visible_sign(name) for name in names):
        fields.refuse("others", "field.control")
    known = vocabulary.labels("access")
    slot = fields.number("slot", 0, 1000, default=0) if values.get("slot") else -1
    fields.check()
    codes = " ".join(code for code in known if code in access)
    asking = Asking(codes, values.get("guardian") == "1", vocabulary.consent()[0], slot)
    return [first, *(Person(name, first.phone) for name in names)], asking


def read_same_party(values: Mapping[str, str], count: int) -> list[Person]:
    """The people of a ticket written again, in its order: as many names as it has places. Raises FieldProblems."""
    people, _ = read_party(values)
    if len(people) != count:
        raise FieldProblems({"others": Problem("workshops.names_wanted", count=count)}, dict(values))
    return people


def read_profile(values: Mapping[str, str]) -> Profile:
    """The three optional choices about somebody who came. Raises FieldProblems."""
    fields = Fields(values)
    chosen = {
        name: fields.choice(name, vocabulary.labels(name), required=False) for name in ("gender", "age_band", "status")
    }
    fields.check()
    return Profile(**chosen)


class Stay(msgspec.Struct, frozen=True):
    """How long somebody stayed; `halves`: 1 the first half-day, 2 the second, 3 both, 0 not said."""

    is_late: bool = False
    left_early: bool = False
    halves: int = 0


@dataclass(frozen=True)
class Details:
    """What staff add about somebody so that she is known again: kept out of every trace. `year` of birth, or 0."""

    name: str = field(repr=False)
    phone: str = field(default="", repr=False)
    year: int = field(default=0, repr=False)
    commune: str = field(default="", repr=False)
    card: str = ""
    has_guardian: bool = False


def read_stay(values: Mapping[str, str]) -> Stay:
    """Late, left early, and which half-days: boxes that are ticked or not."""
    halves = sum(bit for bit in (1, 2) if values.get(f"half{bit}") == "1")
    return Stay(values.get("late") == "1", values.get("early") == "1", halves)


def read_details(values: Mapping[str, str], this_year: int) -> Details:
    """Name, number, year of birth, commune and card. Raises FieldProblems."""
    person, fields = read_person(values), Fields(values)
    year = fields.number("year", 1900, this_year, default=0)
    commune = fields.text("commune", 80)
    card = read_code(fields.text("card", 60))
    if card and not rules.is_code(card):
        fields.refuse("card", "workshops.no_card")
    fields.check()
    return Details(person.name, person.phone, year, commune, card, values.get("guardian") == "1")


def read_margins(values: Mapping[str, str], totals: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Counts by family and code; `totals` says how many may be counted in each family. Raises FieldProblems."""
    fields, read = Fields(values), dict[str, dict[str, int]]()
    for family, total in totals.items():
        codes = [code for code in vocabulary.labels(family) if code != vocabulary.NOT_SAID]
        counts = {code: fields.number(f"{family}-{code}", 0, 10_000, default=0) for code in codes}
        read[family] = {code: count for code, count in counts.items() if count}
        if (told := sum(counts.values())) > total:
            fields.refuse(f"{family}-{codes[0]}", "workshops.counts", sum=told, total=total)
    fields.check()
    return read


def read_more_people(values: Mapping[str, str]) -> int:
    """How many people without a name are added at once. Raises FieldProblems."""
    fields = Fields(values)
    count = fields.number("count", 1, 100, default=1)
    fields.check()
    return count


def read_unanswered(values: Mapping[str, str]) -> tuple[str, str, str]:
    """Theme, commune and reason of a request that found no answer. Raises FieldProblems."""
    fields = Fields(values)
    theme = fields.choice("theme", vocabulary.labels("theme"))
    commune = fields.text("commune", 80)
    reason = fields.choice("reason", vocabulary.labels("reason"))
    fields.check()
    return theme, commune, reason


def read_visit(values: MultiDict[str, str]) -> VisitClosed:
    """The report of one visit: at least one theme, and how long. Raises FieldProblems."""
    fields, groups = Fields(values), vocabulary.themes_by_group()
    themes, papers = ([code for code in codes if code in values.getlist("theme")] for codes in groups.values())
    if not themes and not papers:
        fields.refuse("theme", "field.required")
    names = ("gender", "age_band", "status", "autonomy", "redirect")
    said = {name: fields.choice(name, vocabulary.labels(name), required=False) for name in names}
    equipment = [code for code in vocabulary.labels("equipment") if code in values.getlist("equipment")]
    minutes = fields.number("minutes", 1, LONGEST_MINUTES)
    fields.check()
    return VisitClosed(themes, papers, minutes, equipment=equipment, **said)


def read_device(values: Mapping[str, str]) -> str:
    """What the team calls a device. Raises FieldProblems."""
    fields = Fields(values)
    device = fields.text("device", 60, required=True)
    fields.check()
    return device


def read_words(values: Mapping[str, str]) -> str:
    """Words that were looked for, as a part of an address."""
    return quote(values.get("q", "").strip()[:200])


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
