"""Text from outside to somebody who helps, or what is wrong beside each field."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from kit.directory import rules
from kit.directory import vocabulary as national
from kit.directory.advisers import vocabulary
from kit.directory.advisers.facts import Link, Profile
from kit.directory.forms import Given
from kit.ids import read_text
from kit.web.fields import Fields

MOST_COMMUNES = 30
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Wanted(msgspec.Struct, frozen=True):
    """Somebody as the form tells her; `links` of the profile are kept apart. `said_on` empty: nobody may read of her.
    `is_told`: name and contact were typed (they replace what was sealed before)."""

    profile: Profile
    name: str
    phone: str
    email: str
    said_on: str

    @property
    def is_told(self) -> bool:
        """True when anything that says who it is was typed."""
        return bool(self.name or self.phone or self.email)


def read_adviser(given: Given, values: Mapping[str, str], today: str, *, is_new: bool) -> Wanted:
    """The form of a person. Raises FieldProblems."""
    fields = Fields(values)
    is_public = values.get("public", "") == "oui"
    wanted = Wanted(
        _read_profile(fields, given),
        fields.text("name", 120, required=is_new or is_public),
        rules.read_phone(fields.text("phone", 40)),
        fields.text("email", 200),
        _read_day(fields, "said_on", today) if is_public else "",
    )
    if wanted.email and not _EMAIL.fullmatch(wanted.email):
        fields.refuse("email", "directory.email")
    fields.check()
    return wanted


def _read_profile(fields: Fields, given: Given) -> Profile:
    communes = [one.strip() for one in re.split(r"[,;\n]", fields.text("communes", 1000, lines=True)) if one.strip()]
    if len(communes) > MOST_COMMUNES or any(len(one) > 80 for one in communes):
        fields.refuse("communes", "field.too_long", limit=80)
    return Profile(
        role=fields.choice("role", vocabulary.ROLES),
        skills=[one for one in given.getlist("skills") if one in vocabulary.skills()],
        services=[one for one in given.getlist("services") if one in national.service_codes()],
        about=fields.text("about", 1000, lines=True),
        communes=[one[:80] for one in communes[:MOST_COMMUNES]],
        hours=fields.text("hours", 200),
        links=[],
    )


def _read_day(fields: Fields, name: str, otherwise: str = "") -> str:
    raw = fields.text(name, 10)
    day = rules.read_day(raw) if raw else otherwise
    if day is None:
        fields.refuse(name, "field.date")
    return day or ""


def read_link(values: Mapping[str, str]) -> Link:
    """The form of a link to a place or stop: `target` is "place:id" or "stop:id". Raises FieldProblems."""
    fields = Fields(values)
    kind, _, text = fields.text("target", 60, required=True).partition(":")
    target = read_text(text)
    if kind not in ("place", "stop") or target is None:
        fields.refuse("target", "field.choice")
    since, until = _read_day(fields, "since"), _read_day(fields, "until")
    if since and until and until < since:
        fields.refuse("until", "directory.ends_before")
    hours = fields.text("hours_there", 200)
    fields.check()
    assert target is not None
    return Link("place" if kind == "place" else "stop", target, since, until, hours)
