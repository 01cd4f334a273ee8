"""Every statement about what kits said they have of our logs."""

from __future__ import annotations

from kit.store import Row, Store


def save(store: Store, kit_id: bytes, now_ms: int, held: bytes) -> None:
    """Keep the newest word of a kit. Only inside `write()`."""
    store.run(
        "INSERT INTO kit_heard (kit_id, told_ms, held) VALUES (?,?,?) ON CONFLICT (kit_id) "
        "DO UPDATE SET told_ms = excluded.told_ms, held = excluded.held",
        kit_id, now_ms, held,
    )  # fmt: skip


def find(store: Store, kit_id: bytes) -> Row | None:
    """What a kit last said (told_ms, held), or None."""
    return store.row("SELECT told_ms, held FROM kit_heard WHERE kit_id = ?", kit_id)


def count_kinds(store: Store, log_no: int, first: int, last: int) -> list[tuple[str, int]]:
    """How many facts of each kind a stretch of a log has."""
    rows = store.rows(
        "SELECT kind, count(*) AS n FROM fact WHERE log_no = ? AND seq >= ? AND seq <= ? GROUP BY kind",
        log_no, first, last,
    )  # fmt: skip
    return [(row["kind"], int(row["n"])) for row in rows]
