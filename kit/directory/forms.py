"""Text from outside to a stop, or what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kit.directory import rules
from kit.web.fields import Fields


class NewStop(msgspec.Struct, frozen=True):
    """What staff wrote about a stop."""

    label: str
    commune: str
    code_insee: str
    address: str
    starts_at_ms: int
    ends_at_ms: int
    tour: str


CORRECTED: Mapping[str, tuple[str, int]] = {
    "horaires": ("Horaires", 300),
    "telephone": ("Téléphone", 40),
    "adresse": ("Adresse", 200),
    "complement_adresse": ("Complément d’adresse", 200),
    "courriels": ("E-mail", 200),
    "site_web": ("Site", 300),
    "presentation_resume": ("Ce qu’on y fait, en une phrase", 280),
}


def read_correction(values: Mapping[str, str]) -> dict[str, str]:
    """What a place's fields should say, empty to take away what is said. Raises FieldProblems."""
    fields = Fields(values)
    wanted = {name: fields.text(name, limit, required=name in rules.NEEDED) for name, (_, limit) in CORRECTED.items()}
    fields.check()
    return wanted | {"telephone": rules.read_phone(wanted["telephone"])}


def read_stop(values: Mapping[str, str], zone: str) -> NewStop:
    """The form of a stop. Raises FieldProblems."""
    fields = Fields(values)
    code_insee = fields.text("code_insee", 5).upper()
    if code_insee and not rules.is_insee(code_insee):
        fields.refuse("code_insee", "directory.code_insee")
    stop = NewStop(
        label=fields.text("label", 120, required=True),
        commune=fields.text("commune", 80, required=True),
        code_insee=code_insee,
        address=fields.text("address", 200),
        starts_at_ms=fields.moment("day", "hour", zone),
        ends_at_ms=fields.moment("last_day", "last_hour", zone),
        tour=fields.text("tour", 80),
    )
    if not {"day", "last_day"} & set(fields.problems) and stop.ends_at_ms <= stop.starts_at_ms:
        fields.refuse("last_day", "directory.ends_before")
    fields.check()
    return stop
