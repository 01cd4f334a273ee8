"""Every statement about what people say of sheets."""

from __future__ import annotations

from typing import Protocol

import msgspec

from kit.store import Store


class Said(Protocol):
    """What a report's body holds."""

    item_id: bytes
    step: int
    what: str
    device: str


class Report(msgspec.Struct, frozen=True):
    """One answer to « Ce n’est plus pareil »."""

    report_id: bytes
    item_id: bytes
    title: str
    language: str
    step: int
    what: str
    device: str
    noted_ms: int


def list_waiting(store: Store, limit: int) -> list[Report]:
    """What the team has not seen yet, sheet by sheet, step by step."""
    rows = store.rows(
        "SELECT r.report_id, r.item_id, i.title, i.language, r.step, r.what, r.device, r.noted_ms FROM sheet_report r "
        "JOIN item i ON i.item_id = r.item_id WHERE r.is_seen = 0 ORDER BY i.sort_title, r.step, r.report_id LIMIT ?",
        limit,
    )
    return [Report(*tuple(row)) for row in rows]


def count_waiting(store: Store) -> int:
    """How many the team has not seen."""
    return int(store.value("SELECT count(*) FROM sheet_report WHERE is_seen = 0"))


def has_report(store: Store, report_id: bytes) -> bool:
    """True when it was noted."""
    return store.value("SELECT 1 FROM sheet_report WHERE report_id = ?", report_id) is not None


def find_home(store: Store, report_id: bytes) -> bytes | None:
    """The log in which it was noted, or None."""
    found = store.value("SELECT log_id FROM sheet_report JOIN log USING (log_no) WHERE report_id = ?", report_id)
    return bytes(found) if found else None


def remove_report(store: Store, report_id: bytes) -> None:
    """Remove its row. Only inside `write()`."""
    store.run("DELETE FROM sheet_report WHERE report_id = ?", report_id)


def insert_report(store: Store, log_no: int, report_id: bytes, said: Said, *, is_seen: bool, noted_ms: int) -> None:
    """Write its row. Only inside `write()`."""
    store.run(
        "INSERT INTO sheet_report (log_no, report_id, item_id, step, what, device, is_seen, noted_ms) "
        "VALUES (?,?,?,?,?,?,?,?)",
        log_no, report_id, said.item_id, said.step, said.what, said.device, int(is_seen), noted_ms,
    )  # fmt: skip
