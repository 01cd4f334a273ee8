"""What is typed about the team."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from kit.web.fields import Fields


class NewMember(msgspec.Struct, frozen=True):
    """Someone to add to the team."""

    name: str
    role: str
    territories: tuple[str, ...] = ()


def read_member(
    values: Mapping[str, str], roles: Collection[str], territories: Sequence[str] = (), known: Collection[str] = ()
) -> NewMember:
    """A name, one of `roles`, and those of the `known` territories that were ticked. Raises FieldProblems."""
    fields = Fields(values)
    name, role = fields.text("name", 80, required=True), fields.choice("role", roles)
    if not set(territories) <= set(known):
        fields.refuse("territoire", "field.choice")
    new = NewMember(name, role, tuple(territories))
    fields.check()
    return new
