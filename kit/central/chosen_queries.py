"""Every statement about whether a kit has heard of a thing."""

from __future__ import annotations

from kit.store import Store


def numbers_of(store: Store, thing_id: bytes, kind: str = "") -> list[tuple[bytes, int]]:
    """(log id, number) of every fact of ours that goes down and speaks of this thing; `kind` empty: of any kind."""
    rows = store.rows(
        "SELECT log_id, seq FROM fact JOIN log USING (log_no) JOIN channel USING (log_no) "
        "WHERE subject = ? AND (? = '' OR kind = ?) ORDER BY log_id, seq",
        thing_id, kind, kind,
    )  # fmt: skip
    return [(bytes(row["log_id"]), int(row["seq"])) for row in rows]
