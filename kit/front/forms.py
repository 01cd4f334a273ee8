"""What staff type on the pages of this room."""

from __future__ import annotations

from collections.abc import Mapping

from kit.web.fields import Fields


def read_moment(values: Mapping[str, str], zone: str) -> int:
    """A day and an hour somebody vouches for, as Unix milliseconds. Raises FieldProblems."""
    fields = Fields(values)
    moment = fields.moment("day", "hour", zone)
    fields.check()
    return moment
