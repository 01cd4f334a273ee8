"""What stands in the way of a date or of a change that home asks for: the rules alone."""

from __future__ import annotations

import pytest

from kit.workshops.proposals import rules
from kit.workshops.proposals.rules import Here, Known

from .box import HOUR_MS

DAY_MS = 24 * HOUR_MS
HERE = Here(1_000_000, [(5_000_000, 9_000_000)], {b"s" * 16})


@pytest.mark.parametrize(
    ("starts_at_ms", "minutes", "stop_id", "expected"),
    [
        (2_000_000, 10, b"", []),
        (2_000_000, 10, b"s" * 16, []),
        (2_000_000, 10, b"x" * 16, ["stop"]),
        (500_000, 1, b"", ["past"]),
        (9_000_000, 10, b"", []),
        (8_999_999, 10, b"", ["hour"]),
        (4_400_000, 10, b"", []),
        (4_400_001, 10, b"", ["hour"]),
    ],
)
def test_a_date_clashes(starts_at_ms: int, minutes: int, stop_id: bytes, expected: list[str]) -> None:
    assert rules.clashes_of_date(starts_at_ms, minutes, stop_id, HERE) == expected


def test_an_unsure_hour_makes_nothing_late() -> None:
    assert rules.clashes_of_date(1, 1, b"", Here(0, [], set())) == []


@pytest.mark.parametrize(
    ("fields", "known", "expected"),
    [
        ({"title": "A"}, None, ["unknown"]),
        ({"title": "A"}, Known(True, 0, 0, 0, 1), ["gone"]),
        ({"title": "A"}, Known(False, 3, 3, 0, 1), []),
        ({"title": "A"}, Known(False, 0, 0, 0, 1, {"title": "B"}), ["changed"]),
        ({"title": "A"}, Known(False, 0, 0, 0, 1, {"place": "B"}), []),
        ({"place": "A"}, Known(False, 1, 1, 0, 1), ["people"]),
        ({"places": 2}, Known(False, 3, 3, 0, 1), ["places"]),
        ({"places": 3}, Known(False, 3, 3, 0, 1), []),
        ({"starts_at_ms": 6_000_000}, Known(False, 0, 0, 2_000_000, 60), ["hour"]),
        ({"length_minutes": 60}, Known(False, 0, 0, 4_000_000, 1), ["hour"]),
    ],
)
def test_a_change_clashes(fields: dict[str, object], known: Known | None, expected: list[str]) -> None:
    assert rules.clashes_of_change(fields, known, HERE) == expected
