"""The workshops of the planning: of the kits and stops that somebody looks at."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from kit.store import Store
from kit.workshops.queries import SELECT, Workshop, among, read_workshop


class Within(msgspec.Struct, frozen=True):
    """Workshops of these logs and at these stops only (None: of all)."""

    logs: Collection[int] | None = None
    stop_ids: Collection[bytes] | None = None

    def where(self) -> tuple[str, tuple[int | bytes, ...]]:
        """A condition on workshop `w`, and its values."""
        (of_logs, logs), (of_stops, stops) = among("w.log_no", self.logs), among("w.stop_id", self.stop_ids)
        return f"w.starts_at_ms >= ? AND w.starts_at_ms < ? AND {of_logs} AND {of_stops}", (*logs, *stops)


def list_workshops(store: Store, from_ms: int, until_ms: int, limit: int, within: Within) -> list[Workshop]:
    """Those that begin in [from_ms, until_ms), by day and hour."""
    where, values = within.where()
    rows = store.rows(
        f"{SELECT} WHERE {where} ORDER BY w.starts_at_ms, w.workshop_id LIMIT ?", from_ms, until_ms, *values, limit
    )
    return [read_workshop(row) for row in rows]


def count_workshops(store: Store, from_ms: int, until_ms: int, within: Within) -> int:
    """How many begin in [from_ms, until_ms)."""
    where, values = within.where()
    return int(store.value(f"SELECT count(*) FROM workshop w WHERE {where}", from_ms, until_ms, *values))
