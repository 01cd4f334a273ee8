"""Every statement about the audit trail. Lines are added and read; triggers refuse to change or remove one."""

from __future__ import annotations

import msgspec

from kit.store import Store


class Line(msgspec.Struct, frozen=True):
    """Who did what, when. `subject` is an id (empty: of nothing in particular), `many` how many things were opened."""

    line_no: int
    at_ms: int
    staff_id: bytes | None
    staff_name: str
    kind: str
    subject: bytes
    many: int


def add_line(
    store: Store, at_ms: int, staff_id: bytes | None, staff_name: str, kind: str, subject: bytes, many: int
) -> None:
    """Add one line at the end. Only inside `write()`."""
    store.run(
        "INSERT INTO audit_line (at_ms, staff_id, staff_name, kind, subject, many) VALUES (?,?,?,?,?,?)",
        at_ms, staff_id, staff_name, kind, subject, many,
    )  # fmt: skip


def count_lines(store: Store, kind: str = "") -> int:
    """How many lines there are, of one kind or of all."""
    return int(store.value("SELECT count(*) FROM audit_line WHERE kind = ? OR ? = ''", kind, kind))


def list_lines(store: Store, kind: str, limit: int, offset: int) -> list[Line]:
    """Lines of one kind (empty: of all), the newest first."""
    rows = store.rows(
        "SELECT line_no, at_ms, staff_id, staff_name, kind, subject, many FROM audit_line "
        "WHERE kind = ? OR ? = '' ORDER BY line_no DESC LIMIT ? OFFSET ?",
        kind, kind, limit, offset,
    )  # fmt: skip
    return [Line(*row) for row in rows]
