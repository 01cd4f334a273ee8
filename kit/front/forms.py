"""What staff type on the pages of this room."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kit.people.rules import KIT_ROLES
from kit.web.fields import Fields


class NewStaff(msgspec.Struct, frozen=True):
    """Someone to add to the team."""

    name: str
    role: str


def read_staff(values: Mapping[str, str]) -> NewStaff:
    """A name and a role. Raises FieldProblems."""
    fields = Fields(values)
    new = NewStaff(fields.text("name", 80, required=True), fields.choice("role", KIT_ROLES))
    fields.check()
    return new


def read_moment(values: Mapping[str, str], zone: str) -> int:
    """A day and an hour somebody vouches for, as Unix milliseconds. Raises FieldProblems."""
    fields = Fields(values)
    moment = fields.moment("day", "hour", zone)
    fields.check()
    return moment
