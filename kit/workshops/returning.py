"""What a reusable card, and visits with a report of their own, say of who came: reads for reports and figures.

A card is known within this node's knowledge: read at an earlier workshop, it came back; read for the first time, it is
new. Nothing is guessed of people without a card.
"""

from __future__ import annotations

import msgspec

from kit.store import Store

# Noted twice, she may have shown her card under either row.
_CARDS = """SELECT a.workshop_id, a.attendance_id, w.starts_at_ms,
  min(w.starts_at_ms) OVER (PARTITION BY a.card) AS first_ms
 FROM (SELECT log_no, workshop_id, attendance_id, card FROM attendance WHERE state = 'came' AND card <> ''
   UNION SELECT b.log_no, b.workshop_id, b.attendance_id, o.card FROM attendance o
   JOIN attendance b ON b.log_no = o.log_no AND b.attendance_id = o.merged_into
   WHERE o.merged_into <> x'' AND o.card <> '' AND b.card = '' AND b.state = 'came') a
 JOIN workshop w ON w.log_no = a.log_no AND w.workshop_id = a.workshop_id"""
# Purged from the box, her attendance is gone and only its count remains: her visit still tells that she came.
_RECEIVED = """SELECT v.workshop_id, count(*) AS people
 FROM visit v JOIN report r ON r.log_no = v.log_no AND r.report_id = v.visit_id
 LEFT JOIN attendance a ON a.log_no = v.log_no AND a.attendance_id = v.visit_id
 WHERE coalesce(a.state, 'came') = 'came' GROUP BY v.workshop_id"""


class Cards(msgspec.Struct, frozen=True):
    """Of those who showed a card at one workshop: how many had come before, and how many were new."""

    known: int = 0
    new: int = 0


NONE = Cards()


def count_cards(store: Store) -> dict[bytes, Cards]:
    """Cards of every workshop that has any; people with a report of their own are told by that report."""
    rows = store.rows(
        f"SELECT c.workshop_id, sum(c.first_ms < c.starts_at_ms) AS known, sum(c.first_ms = c.starts_at_ms) AS new "
        f"FROM ({_CARDS}) c WHERE NOT EXISTS (SELECT 1 FROM report r WHERE r.report_id = c.attendance_id) "
        "GROUP BY c.workshop_id"
    )
    return {row["workshop_id"]: Cards(row["known"], row["new"]) for row in rows}


def has_come_before(store: Store, attendance_id: bytes) -> bool | None:
    """Whether her card was read at an earlier workshop; None when she showed none."""
    row = store.row(f"SELECT first_ms < starts_at_ms AS known FROM ({_CARDS}) WHERE attendance_id = ?", attendance_id)
    return bool(row["known"]) if row else None


def count_received(store: Store) -> dict[bytes, int]:
    """How many of those who came to each permanence have an individual report: the workshop's counts leave them out."""
    return {row["workshop_id"]: row["people"] for row in store.rows(_RECEIVED)}
