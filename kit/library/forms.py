"""What staff type about a work, to typed values."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kit.library.licences import all_licences
from kit.web.fields import Fields


class Rights(msgspec.Struct, frozen=True):
    """A work's licence (an id of the table), where it comes from, and the sentence that credits it (may be empty)."""

    licence: str
    source: str
    attribution: str


def read_rights(values: Mapping[str, str]) -> Rights:
    """The rights staff settled. Raises FieldProblems with what was typed."""
    fields = Fields(values)
    rights = Rights(
        licence=fields.choice("licence", all_licences().keys()),
        source=fields.text("source", 300, required=True),
        attribution=fields.text("attribution", 300),
    )
    fields.check()
    return rights
