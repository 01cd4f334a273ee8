"""Every statement about frozen figures: added and read, never changed."""

from __future__ import annotations

from kit.store import Row, Store

_ALL = "SELECT frozen_id, made_ms, by_name, title, territories, body FROM frozen_figures"


def add(store: Store, frozen_id: bytes, made_ms: int, by_name: str, title: str, territories: str, body: str) -> None:
    """Keep one state. Only inside `write()`."""
    store.run(
        "INSERT INTO frozen_figures (frozen_id, made_ms, by_name, title, territories, body) VALUES (?,?,?,?,?,?)",
        frozen_id, made_ms, by_name, title, territories, body,
    )  # fmt: skip


def find(store: Store, frozen_id: bytes | None) -> Row | None:
    """One state, or None."""
    return store.row(f"{_ALL} WHERE frozen_id = ?", frozen_id)


def list_all(store: Store, limit: int) -> list[Row]:
    """States, the newest first."""
    return store.rows(f"{_ALL} ORDER BY made_ms DESC, frozen_id LIMIT ?", limit)
