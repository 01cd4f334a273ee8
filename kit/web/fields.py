"""Text from outside to typed values: each reader gives the value or notes a Problem beside the field's name."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from kit.errors import FieldProblems, Problem

_LINE_BREAKS = "\n\r\t"


class Fields:
    """Reads the fields of one form and gathers what is wrong with them; `check()` raises them together."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: dict[str, Problem] = {}

    def refuse(self, name: str, code: str, **details: object) -> None:
        """Note a Problem beside a field; the first one noted stays."""
        self.problems.setdefault(name, Problem(code, **details))

    def text(self, name: str, limit: int, *, required: bool = False, lines: bool = False) -> str:
        """One line (or several, with `lines`) of at most `limit` signes, trimmed, in Unicode's composed form."""
        raw = unicodedata.normalize("NFC", self.values.get(name, "")).strip()
        if required and not raw:
            self.refuse(name, "field.required")
        if len(raw) > limit:
            self.refuse(name, "field.too_long", limit=limit)
        if any(is_control(sign) and not (lines and sign in _LINE_BREAKS) for sign in raw):
            self.refuse(name, "field.control")
        return raw

    def choice(self, name: str, among: Collection[str], *, required: bool = True) -> str:
        """One of `among`, or the empty string when it may be left out."""
        raw = self.values.get(name, "").strip()
        if raw not in among and (required or raw):
            self.refuse(name, "field.choice")
        return raw

    def number(self, name: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number between `low` and `high`; `default` when left empty (None: required)."""
        raw = self.values.get(name, "").strip()
        if not raw and default is not None:
            return default
        if not (raw.isascii() and raw.isdigit() and len(raw) < 12 and low <= int(raw) <= high):
            self.refuse(name, "field.number", low=low, high=high)
            return low
        return int(raw)

    def moment(self, day: str, hour: str, zone: str) -> int:
        """Two fields, a date (2026-11-23) and an hour (14:00) in `zone`, as Unix milliseconds."""
        text = (
            f"{self.values.get(day, '').strip()} {self.values.get(hour, '').strip().replace('h', ':').replace(' ', '')}"
        )
        try:
            local = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            self.refuse(day, "field.date")
            return 0
        return int(local.timestamp() * 1000)

    def check(self) -> None:
        """Raise FieldProblems when anything was refused, with what was typed."""
        if self.problems:
            raise FieldProblems(self.problems, dict(self.values))


def read_version(values: Mapping[str, str]) -> int:
    """The version of the record that a form was filled from; 0 (never one) when it is missing or nonsense."""
    text = values.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def is_control(sign: str) -> bool:
    """True for signs that are no part of any text: controls and invisible direction overrides."""
    return (
        unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") or sign in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
    )
