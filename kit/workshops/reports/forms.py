"""A corrected report, help given to one person, the terms of a tour: text from outside to typed values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kit.clock import at
from kit.web.fields import Fields
from kit.workshops import rules
from kit.workshops.reports import vocabulary
from kit.workshops.reports.activity import Activity
from kit.workshops.reports.queries import Report, Terms

INSEE = re.compile(r"([013-9]\d|2[AB1-9])\d{3}")
POSTCODE = re.compile(r"\d{5}")
MOST_PEOPLE = 10_000  # La Coop, ParticipantsAnonymesValidation
LONGEST_MINUTES = 24 * 60 - 1
MOST_TAGS = 20
TAG_SIGNS = 60

Many = Mapping[str, Sequence[str]]


class NewReport(Activity, frozen=True, kw_only=True):
    """Everything a report says; the names are those of `facts.ReportWritten`."""

    gender: dict[str, int]
    age_band: dict[str, int]
    status: dict[str, int]


def as_new(report: Report) -> NewReport:
    """A known report as what could be written again."""
    given: dict[str, Any] = {
        name: getattr(report, name) for name in NewReport.__struct_fields__ if name not in vocabulary.FAMILIES
    }
    given |= {name: dict(report.counts.get(name, {})) for name in vocabulary.FAMILIES}
    return NewReport(**given)


def read_report(values: Mapping[str, str], many: Many, before: NewReport, zone: str) -> NewReport:
    """The form of a report; what it does not ask (workshop, stop, tour, activity) stays. Raises FieldProblems."""
    fields = Fields(values)
    is_individual = before.activity == "individuel"
    total = 1 if is_individual else fields.number("participants", 0, MOST_PEOPLE)
    themes = _codes(many, "theme")
    if not themes:
        fields.refuse("theme", "reports.themes")
    new = msgspec.structs.replace(
        before,
        date_ms=fields.moment("day", "hour", zone),
        minutes=fields.number("minutes", 1, LONGEST_MINUTES),
        themes=vocabulary.with_papers(themes),
        materials=_codes(many, "material"),
        tags=_words(fields, "tags"),
        schemes=_words(fields, "schemes"),
        procedure=fields.text("procedure", 120),
        title="" if is_individual else fields.text("title", 120),
        level="" if is_individual else fields.choice("level", vocabulary.labels("level"), required=False),
        autonomy=fields.choice("autonomy", vocabulary.labels("autonomy"), required=False) if is_individual else "",
        participants=total,
        known=_read_known(fields, total),
        **_read_place(fields),
        **_read_redirection(fields, is_individual),
        **{family: _read_counts(fields, family, total) for family in vocabulary.FAMILIES},
    )
    fields.check()
    return new


def _codes(many: Many, name: str) -> list[str]:
    """The known codes among the boxes ticked, in the order of the vocabulary."""
    ticked = set(many.get(name, ()))
    return [code for code in vocabulary.labels(name) if code in ticked]


def _words(fields: Fields, name: str) -> list[str]:
    """Words between commas, each once."""
    typed = (part.strip() for part in fields.text(name, MOST_TAGS * TAG_SIGNS).replace(";", ",").split(","))
    found = list(dict.fromkeys(part for part in typed if part))
    if len(found) > MOST_TAGS or any(len(part) > TAG_SIGNS for part in found):
        fields.refuse(name, "field.too_long", limit=TAG_SIGNS)
    return found


def _read_place(fields: Fields) -> dict[str, str]:
    kind = fields.choice("place_kind", vocabulary.labels("place_kind"))
    read = {name: fields.text(name, 120) for name in ("place_name", "address", "commune")}
    read |= {name: fields.text(name, 60).upper() for name in ("postcode", "insee")}
    if kind == "lieu_activite" and not read["place_name"]:
        fields.refuse("place_name", "reports.place")
    if kind in ("domicile", "autre") and not read["commune"]:
        fields.refuse("commune", "reports.commune")
    if read["postcode"] and not POSTCODE.fullmatch(read["postcode"]):
        fields.refuse("postcode", "reports.postcode")
    if read["insee"] and not INSEE.fullmatch(read["insee"]):
        fields.refuse("insee", "reports.insee")
    return {"place_kind": kind, **read}


def _read_redirection(fields: Fields, is_individual: bool) -> dict[str, str]:
    if not is_individual:
        return {"redirected": "", "redirection": ""}
    redirected = fields.choice("redirected", ("yes", "no"), required=False)
    where = fields.choice("redirection", vocabulary.labels("redirection"), required=False)
    return {"redirected": redirected, "redirection": where if redirected == "yes" else ""}


def _read_known(fields: Fields, total: int) -> int | None:
    if not fields.values.get("known", "").strip():
        return None
    known = fields.number("known", 0, MOST_PEOPLE)
    if known > total:
        fields.refuse("known", "reports.beyond", total=total)
    return known


def _read_counts(fields: Fields, family: str, total: int) -> dict[str, int]:
    """One family of counters: whole numbers whose sum is at most the total; what remains is "not said"."""
    codes = vocabulary.can_say(family)
    counts = {code: fields.number(f"{family}-{code}", 0, MOST_PEOPLE, default=0) for code in codes}
    if sum(counts.values()) > total:
        fields.refuse(f"{family}-{codes[0]}", "reports.beyond", total=total)
    return {code: count for code, count in counts.items() if count}


def report_values(new: NewReport, zone: str) -> dict[str, str]:
    """The same report as the form's text; ticked boxes come as lists of their own."""
    local: datetime = at(new.date_ms).astimezone(ZoneInfo(zone))
    plain = ("place_kind", "place_name", "address", "commune", "postcode", "insee", "title", "level", "autonomy",
             "redirected", "redirection", "procedure")  # fmt: skip
    values = {name: getattr(new, name) for name in plain}
    values |= {"day": local.strftime("%Y-%m-%d"), "hour": local.strftime("%H:%M"), "minutes": str(new.minutes)}
    values |= {"tags": ", ".join(new.tags), "schemes": ", ".join(new.schemes)}
    values |= {"participants": str(new.participants), "known": "" if new.known is None else str(new.known)}
    for family in vocabulary.FAMILIES:
        values |= {f"{family}-{code}": str(count) for code, count in getattr(new, family).items()}
    return values


def read_terms(values: Mapping[str, str], many: Many) -> Terms:
    """What a tour hands down. Raises FieldProblems."""
    fields = Fields(values)
    terms = Terms(
        tour=fields.text("tour", 120, required=True),
        schemes=_words(fields, "schemes"),
        tags=_words(fields, "tags"),
        materials=_codes(many, "material"),
    )
    fields.check()
    return terms


def read_period(values: Mapping[str, str], zone: str) -> tuple[int, int]:
    """The two days of an address, both included, as [from_ms, until_ms); a day missing or nonsense bounds nothing."""
    first, last = _day(values.get("du", ""), zone), _day(values.get("au", ""), zone)
    return (first[0] if first else 0), (last[1] if last else 2**53)


def _day(text: str, zone: str) -> tuple[int, int] | None:
    try:
        local = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=ZoneInfo(zone))
        return rules.day_bounds(int(local.timestamp() * 1000), zone)
    except (ValueError, OverflowError):  # no date, or one whose eve or morrow no calendar holds
        return None
