"""Text from outside to a thing or a loan, or what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kit.directory.equipment import rules
from kit.directory.equipment.facts import EquipmentNoted
from kit.directory.rules import read_day, read_phone
from kit.web.fields import Fields


class WantedSpan(msgspec.Struct, frozen=True):
    """Who wants it, and for which days."""

    for_whom: str
    phone: str
    since: str
    until: str


def read_equipment(values: Mapping[str, str], base: int = 0) -> EquipmentNoted:
    """The form of a thing. Raises FieldProblems."""
    fields = Fields(values)
    body = EquipmentNoted(
        base=base, label=fields.text("label", 120, required=True), kind=fields.choice("kind", rules.KINDS),
        number=fields.text("number", 40), owner=fields.text("owner", 120), place=fields.text("place", 200),
        state=fields.choice("state", rules.STATES), remarks=fields.text("remarks", 1000, lines=True),
    )  # fmt: skip
    fields.check()
    return body


def read_span(values: Mapping[str, str], today: str) -> WantedSpan:
    """The form of a booking or loan; no first day means today. Raises FieldProblems."""
    fields = Fields(values)
    since, until = read_day(fields.text("since", 10) or today), read_day(fields.text("until", 10, required=True))
    if since is None:
        fields.refuse("since", "field.date")
    if until is None:
        fields.refuse("until", "field.date")
    elif since is not None and until < since:
        fields.refuse("until", "directory.ends_before")
    wanted = WantedSpan(
        fields.text("for_whom", 200, required=True), read_phone(fields.text("phone", 40)), since or "", until or ""
    )
    fields.check()
    return wanted
