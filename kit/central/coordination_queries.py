"""Every statement about coordination activities."""

from __future__ import annotations

from kit.store import Row, Store

_ALL = "SELECT activity_id, kind, date_ms, said, by_name, made_ms, changed_ms FROM coordination_activity"


def save(store: Store, activity_id: bytes, kind: str, date_ms: int, said: str, by_name: str, now_ms: int) -> None:
    """Write one; the same id again changes it. Only inside `write()`."""
    store.run(
        "INSERT INTO coordination_activity (activity_id, kind, date_ms, said, by_name, made_ms, changed_ms) "
        "VALUES (?,?,?,?,?,?,?) ON CONFLICT (activity_id) DO UPDATE SET date_ms = excluded.date_ms, "
        "said = excluded.said, changed_ms = excluded.changed_ms",
        activity_id, kind, date_ms, said, by_name, now_ms, now_ms,
    )  # fmt: skip


def find(store: Store, activity_id: bytes | None) -> Row | None:
    """One of them, or None."""
    return store.row(f"{_ALL} WHERE activity_id = ?", activity_id)


def list_between(store: Store, from_ms: int, until_ms: int) -> list[Row]:
    """Those of [from_ms, until_ms), the newest first."""
    return store.rows(
        f"{_ALL} WHERE date_ms >= ? AND date_ms < ? ORDER BY date_ms DESC, activity_id LIMIT 5000", from_ms, until_ms
    )


def remove(store: Store, activity_id: bytes) -> None:
    """Noted by mistake. Only inside `write()`."""
    store.run("DELETE FROM coordination_activity WHERE activity_id = ?", activity_id)
