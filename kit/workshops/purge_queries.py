"""What a purge asks about closed workshops and their people."""

from __future__ import annotations

from kit.store import Store
from kit.workshops.queries import SELECT, Workshop, read_workshop


def list_closed(store: Store) -> list[Workshop]:
    """Our own workshops that are closed and whose people were not purged yet."""
    rows = store.rows(
        f"{SELECT} WHERE l.is_own = 1 AND w.is_closed = 1 AND t.workshop_id IS NULL ORDER BY w.workshop_id"
    )
    return [read_workshop(row) for row in rows]


def list_subjects(store: Store, workshop: Workshop) -> list[bytes]:
    """Everybody facts speak of at a workshop: ids of sign-ups and of attendances."""
    rows = store.rows(
        "SELECT signup_id AS subject FROM signup WHERE log_no = ? AND workshop_id = ? "
        "UNION SELECT attendance_id FROM attendance WHERE log_no = ? AND workshop_id = ?",
        workshop.log_no, workshop.workshop_id, workshop.log_no, workshop.workshop_id,
    )  # fmt: skip
    return [row["subject"] for row in rows]


_OLD_NAMES = (
    "SELECT {what} FROM envelope e WHERE EXISTS (SELECT 1 FROM signup s JOIN workshop w "
    "ON w.log_no = s.log_no AND w.workshop_id = s.workshop_id WHERE s.signup_id = e.subject "
    "AND w.starts_at_ms + w.length_minutes * 60000 < ?) OR EXISTS (SELECT 1 FROM attendance a JOIN workshop w "
    "ON w.log_no = a.log_no AND w.workshop_id = a.workshop_id WHERE a.attendance_id = e.subject "
    "AND w.starts_at_ms + w.length_minutes * 60000 < ?)"
)


def list_old_names(store: Store, before_ms: int, limit: int) -> list[bytes]:
    """People of workshops, wherever held, that were over before a moment, and whose names are still here."""
    sql = _OLD_NAMES.format(what="DISTINCT e.subject") + " LIMIT ?"
    return [bytes(row["subject"]) for row in store.rows(sql, before_ms, before_ms, limit)]


def count_old_names(store: Store, before_ms: int) -> int:
    """How many they are."""
    return int(store.value(_OLD_NAMES.format(what="count(DISTINCT e.subject)"), before_ms, before_ms))


def finished_at(store: Store, workshop_id: bytes, life_ms: int) -> int:
    """When, in this box's running life, a closed workshop was first seen closed: now, if never. Only in `write()`."""
    store.run("INSERT INTO finished (workshop_id, life_ms) VALUES (?,?) ON CONFLICT DO NOTHING", workshop_id, life_ms)
    return int(store.value("SELECT life_ms FROM finished WHERE workshop_id = ?", workshop_id))
