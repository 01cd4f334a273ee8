"""Every statement about links that add somebody to the team."""

from __future__ import annotations

from kit.store import Row, Store


def add(
    store: Store, mark: bytes, by_id: bytes, name: str, role: str, territories: str, wrapped: bytes, expires_ms: int
) -> None:
    """Keep a link by its mark. Only inside `write()`."""
    store.run(
        "INSERT INTO staff_invitation (mark, by_id, name, role, territories, wrapped, expires_ms) "
        "VALUES (?,?,?,?,?,?,?)",
        mark, by_id, name, role, territories, wrapped, expires_ms,
    )  # fmt: skip


def find(store: Store, mark: bytes) -> Row | None:
    """One link with the name of who made it (`by_name`), or None."""
    return store.row(
        "SELECT i.mark, i.by_id, i.name, i.role, i.territories, i.wrapped, i.expires_ms, i.is_used, s.name AS by_name "
        "FROM staff_invitation i JOIN staff s ON s.staff_id = i.by_id WHERE i.mark = ?",
        mark,
    )


def list_open(store: Store, now_ms: int) -> list[Row]:
    """Links that can still be used, the first to end first (mark, name, role, territories, expires_ms)."""
    return store.rows(
        "SELECT mark, name, role, territories, expires_ms FROM staff_invitation WHERE is_used = 0 AND expires_ms > ? "
        "ORDER BY expires_ms, mark",
        now_ms,
    )


def use(store: Store, mark: bytes) -> None:
    """A link served: what it wrapped is overwritten. Only inside `write()`."""
    store.run("UPDATE staff_invitation SET is_used = 1, wrapped = ? WHERE mark = ?", b"", mark)


def remove(store: Store, mark: bytes) -> None:
    """A link opens nothing any more. Only inside `write()`."""
    store.run("DELETE FROM staff_invitation WHERE mark = ?", mark)


def forget_over(store: Store, before_ms: int) -> None:
    """Links that ended before this moment leave, used or not. Only inside `write()`."""
    store.run("DELETE FROM staff_invitation WHERE expires_ms < ?", before_ms)


def forget_all(store: Store) -> None:
    """Every link is void: what they wrap is no longer the key. Only inside `write()`."""
    store.run("DELETE FROM staff_invitation")
