"""The same person twice on a roll: a coordinator puts two rows together, and may take them apart again."""

from __future__ import annotations

from kit.errors import Problem
from kit.people.node import Node
from kit.store import Store
from kit.workshops.facts import ATTENDANCE
from kit.workshops.merge_facts import MERGED, AttendanceMerged
from kit.workshops.queries import Workshop


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
