"""Every statement about the register of processing, and about one person's file."""

from __future__ import annotations

from kit.store import Row, Store


def list_register(store: Store) -> dict[tuple[str, str], str]:
    """What the organisation wrote, by (sheet, box)."""
    rows = store.rows("SELECT sheet, field, text FROM register_field")
    return {(row["sheet"], row["field"]): row["text"] for row in rows}


def write_register(store: Store, sheet: str, field: str, text: str, now_ms: int) -> None:
    """Write one box. Only inside `write()`."""
    store.run(
        "INSERT INTO register_field (sheet, field, text, changed_ms) VALUES (?,?,?,?) ON CONFLICT (sheet, field) "
        "DO UPDATE SET text = excluded.text, changed_ms = excluded.changed_ms",
        sheet, field, text, now_ms,
    )  # fmt: skip


def list_signups(store: Store, subject: bytes) -> list[Row]:
    """Places a person asked for under one id."""
    return store.rows(
        "SELECT s.code, s.state, s.has_phone, s.access, s.has_guardian, s.consent, w.title, w.starts_at_ms, w.place, "
        "w.stop_label, w.is_closed FROM signup s "
        "JOIN workshop w ON w.log_no = s.log_no AND w.workshop_id = s.workshop_id "
        "WHERE s.signup_id = ? ORDER BY w.starts_at_ms",
        subject,
    )


def list_attendances(store: Store, subject: bytes) -> list[Row]:
    """Where a person was noted under one id."""
    return store.rows(
        "SELECT a.state, a.how, a.gender, a.age_band, a.status, w.title, w.starts_at_ms, w.place, w.stop_label "
        "FROM attendance a JOIN workshop w ON w.log_no = a.log_no AND w.workshop_id = a.workshop_id "
        "WHERE a.attendance_id = ? ORDER BY w.starts_at_ms",
        subject,
    )


def list_sealed(store: Store, subject: bytes) -> list[bytes]:
    """What a person told us under one id, sealed."""
    return [row["sealed"] for row in store.rows("SELECT sealed FROM envelope WHERE subject = ? ORDER BY hash", subject)]


def list_facts(store: Store, subject: bytes) -> list[Row]:
    """Every fact that speaks of an id (kind, wall_ms, nickname of the kit that wrote it, or nothing)."""
    return store.rows(
        "SELECT f.kind, f.wall_ms, k.nickname FROM fact f LEFT JOIN kit_log l ON l.log_no = f.log_no "
        "LEFT JOIN kit k ON k.kit_id = l.kit_id WHERE f.subject = ? ORDER BY f.log_no, f.seq",
        subject,
    )


def is_erased(store: Store, subject: bytes) -> bool:
    """True when this id was erased."""
    return store.value("SELECT 1 FROM tombstone WHERE subject = ?", subject) is not None


def count_envelopes(store: Store) -> int:
    """How many envelopes are kept here."""
    return int(store.value("SELECT count(*) FROM envelope"))
