"""What is costly to make, asked for all day and changed seldom: kept by each process while nothing it says has changed.

How often things changed is a number in the database (moved by triggers), so that every process knows by one small read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from flask import current_app

MOST_BYTES = 8 << 20
MOST_VALUES = 64
_KEPT = "valise.keeping"
Made = TypeVar("Made")
_Values = dict[Hashable, object]


def keep(what: str, number: Hashable, key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gave for this key since `what` last changed; made now when there is none.

    `number` (or several) says how often it changed, and is read before anything is made: a change meanwhile makes that
    old at once.
    """
    kept: dict[str, tuple[Hashable, _Values]] = current_app.extensions.setdefault(_KEPT, {})
    kept_at, values = kept.get(what, (None, {}))
    if kept_at != number or _is_full(values):
        values = {}
        kept[what] = (number, values)
    if key not in values:
        values[key] = make()
    return cast("Made", values[key])


def _is_full(values: _Values) -> bool:
    weight = sum(len(one) for one in list(values.values()) if isinstance(one, bytes))
    return len(values) >= MOST_VALUES or weight > MOST_BYTES
