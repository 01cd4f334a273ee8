"""Reads of a permanence: who waits under which number, visits that are over, devices that are lent."""

from __future__ import annotations

import msgspec

from kit.errors import Problem
from kit.store import Row, Store
from kit.workshops import vocabulary
from kit.workshops.queries import Workshop


class Visit(msgspec.Struct, frozen=True):
    """One visit; `themes`, `procedures` and `equipment` are codes with spaces between them."""

    visit_id: bytes
    workshop_id: bytes
    number: int
    state: str
    themes: str
    procedures: str
    minutes: int
    gender: str
    age_band: str
    status: str
    autonomy: str
    redirect: str
    equipment: str

    @property
    def theme_labels(self) -> list[str]:
        """What it was about, in French."""
        return [vocabulary.label("theme", code) for code in (*self.themes.split(), *self.procedures.split())]


class DeviceUse(msgspec.Struct, frozen=True):
    """A device lent to somebody who works alone; `to_ms` 0: not back yet."""

    use_id: bytes
    device: str
    from_ms: int
    to_ms: int


def _visit(row: Row) -> Visit:
    return Visit(**{name: row[name] for name in Visit.__struct_fields__})


def list_visits(store: Store, workshop: Workshop) -> list[Visit]:
    """Every visit of a permanence, in the order of arrival."""
    rows = store.rows(
        "SELECT * FROM visit WHERE log_no = ? AND workshop_id = ? ORDER BY number, boot, mono_ms, seq, visit_id",
        workshop.log_no, workshop.workshop_id,
    )  # fmt: skip
    return [_visit(row) for row in rows]


def find_visit(store: Store, visit_id: bytes) -> Visit | None:
    """One visit, or None."""
    row = store.row("SELECT * FROM visit WHERE visit_id = ?", visit_id)
    return _visit(row) if row else None


def get_visit(store: Store, visit_id: bytes | None) -> Visit:
    """One visit. Raises Problem `workshops.no_visit`."""
    found = find_visit(store, visit_id) if visit_id else None
    if found is None:
        raise Problem("workshops.no_visit")
    return found


def next_number(store: Store, workshop: Workshop) -> int:
    """The number of whoever arrives now. Only inside `write()`."""
    sql = "SELECT coalesce(max(number), 0) + 1 FROM visit WHERE log_no = ? AND workshop_id = ?"
    return int(store.value(sql, workshop.log_no, workshop.workshop_id))


def list_uses(store: Store, workshop: Workshop) -> list[DeviceUse]:
    """Devices lent during a permanence, those still out first."""
    rows = store.rows(
        "SELECT use_id, device, from_ms, to_ms FROM device_use WHERE log_no = ? AND workshop_id = ? "
        "ORDER BY to_ms > 0, from_ms DESC, use_id",
        workshop.log_no, workshop.workshop_id,
    )  # fmt: skip
    return [DeviceUse(*row) for row in rows]
