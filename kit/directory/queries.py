"""Every read of places and stops."""

from __future__ import annotations

from kit.people.node import StopView
from kit.store import Store


def find_current_stop(store: Store, wall_ms: int) -> StopView | None:
    """The stop of today."""
    return None


def list_stops(store: Store) -> list[StopView]:
    """Every stop known."""
    return []
