"""Every statement about works offered on suitcases, as the home side looks at them."""

from __future__ import annotations

from collections.abc import Collection

from kit.store import Row, Store
from kit.workshops.queries import among

_FROM = (
    "FROM deposit d JOIN kit_log l USING (log_no) JOIN kit k USING (kit_id) "
    "LEFT JOIN blob_in b ON b.sort = 'deposit' AND b.subject = d.deposit_id AND b.owner = k.sign_public "
)
_COLUMNS = (
    "d.deposit_id, d.envelope, d.log_no, k.kit_id, k.is_revoked, k.nickname, d.offered_ms, d.size_bytes, d.state, "
    "b.state AS file"
)


def count_gifts(store: Store, logs: Collection[int] | None = None) -> int:
    """How many came in these logs (None: in all)."""
    where, values = among("d.log_no", logs)
    return int(store.value(f"SELECT count(*) {_FROM} WHERE {where}", *values))


def list_gifts(store: Store, limit: int, offset: int, logs: Collection[int] | None = None) -> list[Row]:
    """By suitcase, then newest first; of these logs (None: of all)."""
    where, values = among("d.log_no", logs)
    return store.rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE {where} "
        "ORDER BY k.nickname, k.kit_id, d.offered_ms DESC, d.deposit_id LIMIT ? OFFSET ?",
        *values, limit, offset,
    )  # fmt: skip


def find_gift(store: Store, deposit_id: bytes | None) -> Row | None:
    """One of them, or None."""
    return store.row(f"SELECT {_COLUMNS} {_FROM} WHERE d.deposit_id = ?", deposit_id)
