"""What a reusable card, and visits with a report of their own, say of who came: reads for reports and figures.

A card is known within this node's knowledge: read at an earlier workshop, it came back; read for the first time, it is
new. Nothing is guessed of people without a card.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.store import Store

# Noted twice, she may have shown her card under either row.
_CARDS = """SELECT a.workshop_id, a.attendance_id, w.starts_at_ms,
  min(w.starts_at_ms) OVER (PARTITION BY a.card) AS first_ms
 FROM (SELECT log_no, workshop_id, attendance_id, card FROM attendance WHERE state = 'came' AND card <> '' {of_a}
   UNION SELECT b.log_no, b.workshop_id, b.attendance_id, o.card FROM attendance o
   JOIN attendance b ON b.log_no = o.log_no AND b.attendance_id = o.merged_into
   WHERE o.merged_into <> x'' AND o.card <> '' AND b.card = '' AND b.state = 'came' {of_o}) a
 JOIN workshop w ON w.log_no = a.log_no AND w.workshop_id = a.workshop_id"""
_ALL = _CARDS.format(of_a="", of_o="")
# Purged from the box, her attendance is gone and only its count remains: her visit still tells that she came.
_RECEIVED = """SELECT v.workshop_id, count(*) AS people
 FROM visit v JOIN report r ON r.log_no = v.log_no AND r.report_id = v.visit_id
 LEFT JOIN attendance a ON a.log_no = v.log_no AND a.attendance_id = v.visit_id
 WHERE coalesce(a.state, 'came') = 'came' {these} GROUP BY v.workshop_id"""


class Cards(msgspec.Struct, frozen=True):
    """Of those who showed a card at one workshop: how many had come before, and how many were new."""

    known: int = 0
    new: int = 0


NONE = Cards()


def count_cards(store: Store, cards: Sequence[str] | None = None) -> dict[bytes, Cards]:
    """Cards (None: all) at every workshop that has any; people with a report of their own are told by that report."""
    marks = ",".join("?" * len(cards or ()))
    asked = _ALL if cards is None else _CARDS.format(of_a=f"AND card IN ({marks})", of_o=f"AND o.card IN ({marks})")
    rows = store.rows(
        f"SELECT c.workshop_id, sum(c.first_ms < c.starts_at_ms) AS known, sum(c.first_ms = c.starts_at_ms) AS new "
        f"FROM ({asked}) c WHERE NOT EXISTS (SELECT 1 FROM report r WHERE r.report_id = c.attendance_id) "
        "GROUP BY c.workshop_id",
        *(cards or ()), *(cards or ()),
    )  # fmt: skip
    return {row["workshop_id"]: Cards(row["known"], row["new"]) for row in rows}


def has_come_before(store: Store, attendance_id: bytes) -> bool | None:
    """Whether her card was read at an earlier workshop; None when she showed none."""
    row = store.row(f"SELECT first_ms < starts_at_ms AS known FROM ({_ALL}) WHERE attendance_id = ?", attendance_id)
    return bool(row["known"]) if row else None


def count_received(store: Store, workshop_ids: Sequence[bytes] | None = None) -> dict[bytes, int]:
    """How many who came to each permanence (None: all) have an individual report: its own counts leave them out."""
    marks = ",".join("?" * len(workshop_ids or ()))
    these = "" if workshop_ids is None else f"AND v.workshop_id IN ({marks})"
    rows = store.rows(_RECEIVED.format(these=these), *(workshop_ids or ()))
    return {row["workshop_id"]: row["people"] for row in rows}
