"""Text from outside to a hall, or what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping

from kit.directory import checks, rules
from kit.directory.halls import vocabulary
from kit.directory.halls.facts import HallNoted
from kit.web.fields import Fields

MOST_SEATS = 2000


def read_hall(values: Mapping[str, str], base: int = 0) -> HallNoted:
    """The form of a hall. Raises FieldProblems."""
    fields = Fields(values)
    code_insee = fields.text("code_insee", 5).upper()
    if code_insee and not rules.is_insee(code_insee):
        fields.refuse("code_insee", "directory.code_insee")
    north, east = fields.text("north", 20).replace(",", "."), fields.text("east", 20).replace(",", ".")
    north, east = checks.swap_if_swapped(north, east) or (north, east)
    if (north or east) and not checks.is_on_earth(north, east):
        fields.refuse("north", "directory.degrees")
    answers = {code: fields.choice(code, _codes(code), required=False) for code in vocabulary.QUESTIONS}
    body = HallNoted(
        base=base, label=fields.text("label", 120, required=True), commune=fields.text("commune", 80, required=True),
        code_insee=code_insee, address=fields.text("address", 200), north=north, east=east,
        state=fields.choice("state", vocabulary.STATES), seats=fields.number("seats", 0, MOST_SEATS, default=0),
        host=fields.text("host", 120), host_phone=rules.read_phone(fields.text("host_phone", 40)),
        keys=fields.text("keys", 200), hours=fields.text("hours", 200),
        remarks=fields.text("remarks", 2000, lines=True), sheet={code: one for code, one in answers.items() if one},
    )  # fmt: skip
    fields.check()
    return body


def _codes(code: str) -> tuple[str, ...]:
    return tuple(one for one, _ in vocabulary.QUESTIONS[code][1])
