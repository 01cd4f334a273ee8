"""What is typed about the team."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from kit.web.fields import Fields


class NewMember(msgspec.Struct, frozen=True):
    """Someone to add to the team."""

    name: str
    role: str


def read_member(values: Mapping[str, str], roles: Collection[str]) -> NewMember:
    """A name and one of `roles`. Raises FieldProblems."""
    fields = Fields(values)
    new = NewMember(fields.text("name", 80, required=True), fields.choice("role", roles))
    fields.check()
    return new
