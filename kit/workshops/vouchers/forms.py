"""A kind of voucher as people write it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from kit.web.fields import Fields

MOST_CENTS = 100_000
AMOUNT = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?")


class NewKind(msgspec.Struct, frozen=True):
    """A kind of voucher: what it is called, what one is worth, whether it is still taken."""

    label: str
    value_cents: int
    is_used: bool


def read_kind(values: Mapping[str, str]) -> NewKind:
    """The form of a kind. Raises FieldProblems."""
    fields = Fields(values)
    label = fields.text("label", 60, required=True)
    found = AMOUNT.fullmatch(values.get("value", "").replace("€", "").strip())
    cents = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found and found[0].isascii() else -1
    if not 0 <= cents <= MOST_CENTS:
        fields.refuse("value", "vouchers.value")
    fields.check()
    return NewKind(label, cents, values.get("used") == "1")


def euros(cents: int) -> str:
    """« 10 € », « 12,50 € », with the narrow space of French typography."""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02}\u202f€" if rest else f"{whole}\u202f€"
