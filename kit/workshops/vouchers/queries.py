"""Every read of vouchers: kinds, what one workshop took, and the statement of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

import msgspec

from kit.store import Store
from kit.workshops.queries import Workshop, among

AT_ONCE = 500


class VoucherKind(msgspec.Struct, frozen=True):
    """A kind of voucher; `is_ours` when this node wrote it and may change it."""

    kind_id: bytes
    label: str
    value_cents: int
    is_used: bool
    version: int
    is_ours: bool


class Taken(msgspec.Struct, frozen=True):
    """A kind that may be handed in at a workshop, and how many were."""

    kind_id: bytes
    label: str
    value_cents: int
    count: int


class Line(msgspec.Struct, frozen=True):
    """One line of a statement: vouchers of one kind and value at one workshop."""

    workshop_id: bytes
    starts_at_ms: int
    title: str
    where: str
    label: str
    value_cents: int
    count: int

    @property
    def sum_cents(self) -> int:
        """What they are worth together."""
        return self.value_cents * self.count


def list_kinds(store: Store) -> list[VoucherKind]:
    """Every kind, those in use first."""
    rows = store.rows(
        "SELECT k.kind_id, k.label, k.value_cents, k.is_used, k.version, l.is_own FROM voucher_kind k "
        "JOIN log l ON l.log_no = k.log_no ORDER BY k.is_used DESC, k.label, k.kind_id"
    )
    return [VoucherKind(row[0], row[1], row[2], bool(row[3]), row[4], bool(row[5])) for row in rows]


def find_kind(store: Store, kind_id: bytes) -> VoucherKind | None:
    """One kind, or None."""
    return next((kind for kind in list_kinds(store) if kind.kind_id == kind_id), None)


def list_taken(store: Store, workshop: Workshop) -> list[Taken]:
    """What may be handed in at a workshop and what was; nothing when it takes no voucher and none was taken."""
    rows = store.rows(
        "SELECT kind_id, max(label) AS label, max(value_cents) AS value_cents, count(*) AS count FROM voucher "
        "WHERE workshop_id = ? AND log_no = ? GROUP BY kind_id",
        workshop.workshop_id, workshop.log_no,
    )  # fmt: skip
    found = {row["kind_id"]: Taken(*row) for row in rows}
    open_kinds = [kind for kind in list_kinds(store) if kind.is_used] if workshop.takes_voucher else []
    for kind in open_kinds:
        count = found[kind.kind_id].count if kind.kind_id in found else 0
        found[kind.kind_id] = Taken(kind.kind_id, kind.label, kind.value_cents, count)
    return sorted(found.values(), key=lambda one: (one.label, one.kind_id))


def find_last(store: Store, workshop: Workshop, kind_id: bytes) -> bytes | None:
    """One voucher of this kind that a workshop took, or None."""
    sql = "SELECT voucher_id FROM voucher WHERE workshop_id = ? AND log_no = ? AND kind_id = ? LIMIT 1"
    found = store.value(sql, workshop.workshop_id, workshop.log_no, kind_id)
    return bytes(found) if found is not None else None


def is_known(store: Store, voucher_id: bytes) -> bool:
    """True when something was noted under this id."""
    return store.value("SELECT 1 FROM voucher WHERE voucher_id = ?", voucher_id) is not None


def iter_lines(store: Store, from_ms: int, until_ms: int, logs: Collection[int] | None = None) -> Iterator[Line]:
    """The statement of workshops (of these logs; None: of all) that begin in [from_ms, until_ms), by date, a few at a
    time."""
    offset = 0
    hers, params = among("w.log_no", logs)
    while rows := store.rows(
        "SELECT w.workshop_id, w.starts_at_ms, w.title, w.place, w.stop_label, v.label, v.value_cents, count(*) AS n "
        "FROM voucher v JOIN workshop w ON w.log_no = v.log_no AND w.workshop_id = v.workshop_id "
        f"WHERE w.starts_at_ms >= ? AND w.starts_at_ms < ? AND {hers} "
        "GROUP BY w.log_no, w.workshop_id, v.label, v.value_cents "
        "ORDER BY w.starts_at_ms, w.workshop_id, v.label, v.value_cents LIMIT ? OFFSET ?",
        from_ms, until_ms, *params, AT_ONCE, offset,
    ):  # fmt: skip
        for row in rows:
            where = ", ".join(part for part in (row["place"], row["stop_label"]) if part)
            yield Line(row[0], row[1], row[2], where, row["label"], row["value_cents"], row["n"])
        offset += len(rows)


def sum_up(lines: list[Line]) -> list[Taken]:
    """Totals by kind and value."""
    counts: Counter[tuple[str, int]] = Counter()
    for line in lines:
        counts[line.label, line.value_cents] += line.count
    return [Taken(b"", label, value, count) for (label, value), count in sorted(counts.items())]
