"""Every statement about tokens of programs."""

from __future__ import annotations

from kit.store import Row, Store

_ALL = "SELECT mark, name, scopes, territories, by_name, made_ms, used_day FROM api_token"


def add(store: Store, mark: bytes, name: str, scopes: str, territories: str, by_name: str, made_ms: int) -> None:
    """Keep a token by its mark. Only inside `write()`."""
    store.run(
        "INSERT INTO api_token (mark, name, scopes, territories, by_name, made_ms) VALUES (?,?,?,?,?,?)",
        mark, name, scopes, territories, by_name, made_ms,
    )  # fmt: skip


def find(store: Store, mark: bytes) -> Row | None:
    """One token, or None."""
    return store.row(f"{_ALL} WHERE mark = ?", mark)


def list_all(store: Store) -> list[Row]:
    """Every token, by name."""
    return store.rows(f"{_ALL} ORDER BY name, mark")


def note_used(store: Store, mark: bytes, day: int) -> None:
    """It came on this day. Only inside `write()`."""
    store.run("UPDATE api_token SET used_day = ? WHERE mark = ?", day, mark)


def remove(store: Store, mark: bytes) -> None:
    """It opens nothing any more. Only inside `write()`."""
    store.run("DELETE FROM api_token WHERE mark = ?", mark)
