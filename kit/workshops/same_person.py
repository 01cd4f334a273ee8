"""The same person twice on a roll: a coordinator puts two rows together, and may take them apart again.

What cites her follows, and comes back when the rows are taken apart: her ticket ticks the row that stands for her, the
place she held twice counts once, her card counts where she is counted, erasing her erases both, and a report that
nobody has corrected is drafted again. Vouchers cite a workshop, never a person: there is nothing to follow.
"""

from __future__ import annotations

from kit.errors import Problem
from kit.people.node import Node
from kit.store import Store
from kit.workshops.facts import ATTENDANCE
from kit.workshops.merge_facts import MERGED, AttendanceMerged
from kit.workshops.queries import Workshop
from kit.workshops.reports import actions as reports


def list_merged(store: Store, workshop: Workshop) -> dict[bytes, bytes]:
    """Row to the row that stands for it, of one workshop."""
    rows = store.rows(
        "SELECT attendance_id, merged_into FROM attendance WHERE log_no = ? AND workshop_id = ? AND merged_into <> x''",
        workshop.log_no, workshop.workshop_id,
    )  # fmt: skip
    return {bytes(row["attendance_id"]): bytes(row["merged_into"]) for row in rows}


def merge(node: Node, workshop: Workshop, one: bytes, into: bytes, to: bytes | None) -> None:
    """Count `one` no longer: `into` stands for her; empty: take them apart. The same again changes nothing.

    `to` is the kit that is told. Raises Problem `workshops.nobody` (both must have come to this workshop), or
    `workshops.merged_already` (one of them stands for another row, or has one that stands for it).
    """
    with node.journal.write():
        merged = list_merged(node.store, workshop)
        if merged.get(one, b"") == into:
            return
        if into:
            _check(node.store, workshop, merged, one, into)
        turn = 1 + sum(fact.kind == MERGED.name for fact in node.journal.facts_of(ATTENDANCE, one))
        body = AttendanceMerged(workshop.workshop_id, into, turn)
        node.journal.append(MERGED, one, body, home=workshop.home, to=to)
        reports.draft_again(node, workshop, to)


def everybody(store: Store, subject: bytes) -> list[bytes]:
    """All ids of one person of a roll, the given one first: what is done to her is done to each."""
    row = store.row("SELECT log_no, merged_into FROM attendance WHERE attendance_id = ?", subject)
    into = bytes(row["merged_into"]) if row else b""
    others = store.rows(
        "SELECT attendance_id FROM attendance WHERE merged_into <> x'' AND merged_into IN (?, ?) "
        "ORDER BY attendance_id",
        subject, into,
    )  # fmt: skip
    found = [subject, *([into] if into else []), *(bytes(one["attendance_id"]) for one in others)]
    return list(dict.fromkeys(found))


def _check(store: Store, workshop: Workshop, merged: dict[bytes, bytes], one: bytes, into: bytes) -> None:
    if into in merged or one in merged or one in merged.values():
        raise Problem("workshops.merged_already")
    came = {
        bytes(row["attendance_id"])
        for row in store.rows(
            "SELECT attendance_id FROM attendance WHERE log_no = ? AND workshop_id = ? AND state = 'came'",
            workshop.log_no, workshop.workshop_id,
        )
    }  # fmt: skip
    if one == into or not {one, into} <= came:
        raise Problem("workshops.nobody")
