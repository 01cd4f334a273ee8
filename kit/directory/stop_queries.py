"""Every read of stops. Beside `queries.py`, which names them too, because every page asks where the suitcase is."""

from __future__ import annotations

import msgspec

from kit.errors import Problem
from kit.store import Row, Store

NEAR_MS = 12 * 3_600_000
MOST_STOPS = 5_000
# Ours too when it was written in an earlier epoch of this box: the same key signs both.
IS_OURS = "l.public_key IS (SELECT public_key FROM log WHERE is_own = 1) AS is_ours"


class Stop(msgspec.Struct, frozen=True):
    """One halt of the tour, ready to show; `tour` is the tour's label."""

    stop_id: bytes
    home: bytes
    is_ours: bool
    label: str
    commune: str
    code_insee: str
    address: str
    starts_at_ms: int
    ends_at_ms: int
    tour: str
    is_cancelled: bool
    is_closed: bool
    version: int
    hall_id: bytes = b""


_STOP = f"SELECT s.*, l.log_id AS home, {IS_OURS} FROM stop s JOIN log l USING (log_no)"


def _stop(row: Row) -> Stop:
    named = {name: row[name] for name in Stop.__struct_fields__}
    return Stop(**named | {name: bool(named[name]) for name in ("is_ours", "is_cancelled", "is_closed")})


def find_current_stop(store: Store, wall_ms: int) -> Stop | None:
    """The stop of now, or the nearest within half a day: teams arrive early and clocks are not sure; or None."""
    row = store.row(
        f"{_STOP} WHERE s.is_cancelled = 0 AND s.is_closed = 0 AND s.starts_at_ms <= ? AND s.ends_at_ms >= ? "
        "ORDER BY max(s.starts_at_ms - ?, ? - s.ends_at_ms, 0), s.starts_at_ms DESC, s.stop_id LIMIT 1",
        wall_ms + NEAR_MS, wall_ms - NEAR_MS, wall_ms, wall_ms,
    )  # fmt: skip
    return _stop(row) if row is not None else None


def find_next_stop(store: Store, wall_ms: int) -> Stop | None:
    """Where the suitcase is now or will be next, or None."""
    row = store.row(
        f"{_STOP} WHERE s.is_cancelled = 0 AND s.is_closed = 0 AND s.ends_at_ms >= ? "
        "ORDER BY s.starts_at_ms, s.stop_id LIMIT 1",
        wall_ms,
    )
    return _stop(row) if row is not None else None


def list_stops(store: Store) -> list[Stop]:
    """Every stop that was not cancelled, newest first."""
    rows = store.rows(f"{_STOP} WHERE s.is_cancelled = 0 ORDER BY s.starts_at_ms DESC, s.stop_id LIMIT ?", MOST_STOPS)
    return [_stop(row) for row in rows]


def count_stops(store: Store) -> int:
    """How many stops are known."""
    return int(store.value("SELECT count(*) FROM stop"))


def page_of_stops(store: Store, limit: int, offset: int) -> list[Stop]:
    """Every stop, cancelled ones too, newest first."""
    rows = store.rows(f"{_STOP} ORDER BY s.starts_at_ms DESC, s.stop_id LIMIT ? OFFSET ?", limit, offset)
    return [_stop(row) for row in rows]


def list_stops_in(store: Store, hall_id: bytes) -> list[Stop]:
    """The stops of a hall, newest first."""
    sql = f"{_STOP} WHERE s.hall_id = ? ORDER BY s.starts_at_ms DESC, s.stop_id LIMIT ?"
    return [_stop(row) for row in store.rows(sql, hall_id, MOST_STOPS)]


def find_stop(store: Store, stop_id: bytes | None) -> Stop | None:
    """One stop, or None."""
    row = store.row(f"{_STOP} WHERE s.stop_id = ?", stop_id)
    return _stop(row) if row is not None else None


def get_stop(store: Store, stop_id: bytes | None) -> Stop:
    """One stop. Raises Problem `directory.no_stop`."""
    found = find_stop(store, stop_id)
    if found is None:
        raise Problem("directory.no_stop")
    return found
