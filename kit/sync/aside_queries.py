"""Every statement of what was set aside for people: segments, and facts whose writer may not say such a thing."""

from __future__ import annotations

import msgspec

from kit.store import Store


class Arrival(msgspec.Struct, frozen=True):
    """A segment of another node, without its bytes. `reason` is empty when there is nothing to look at."""

    log_no: int
    log_id: bytes
    first: int
    last: int
    segment_id: bytes
    state: str
    reason: str
    unread: int
    received_at_ms: int
    public_key: bytes


_TO_LOOK_AT = (
    "SELECT a.log_no, l.log_id, a.first_seq, a.last_seq, a.segment_id, a.state, a.reason, a.unread, "
    "a.received_at_ms, l.public_key FROM arrival a JOIN log l USING (log_no) WHERE a.reason <> '' "
)


def count_to_look_at(store: Store) -> int:
    """How many segments were set aside for people, and writers of facts that count for nothing."""
    logs = store.value("SELECT count(DISTINCT log_no) FROM refused")
    return count_set_aside(store) + int(logs)


def count_set_aside(store: Store) -> int:
    """How many segments were set aside for people."""
    return int(store.value("SELECT count(*) FROM arrival WHERE reason <> ''"))


class Misplaced(msgspec.Struct, frozen=True):
    """How many facts of a log count for nothing: their writer may not say such a thing. `kinds`: their names."""

    log_no: int
    count: int
    kinds: str


def list_misplaced(store: Store) -> list[Misplaced]:
    """Facts that count for nothing, by who wrote them."""
    rows = store.rows(
        "SELECT log_no, count(*), group_concat(DISTINCT kind) FROM (SELECT * FROM refused ORDER BY log_no, kind) "
        "GROUP BY log_no ORDER BY log_no"
    )
    return [Misplaced(row[0], row[1], row[2].replace(",", ", ")) for row in rows]


def list_to_look_at(store: Store, limit: int, offset: int) -> list[Arrival]:
    """Segments set aside for people, newest first."""
    rows = store.rows(f"{_TO_LOOK_AT} ORDER BY a.received_at_ms DESC, a.segment_id LIMIT ? OFFSET ?", limit, offset)
    return [Arrival(*row) for row in rows]
