"""Reads about dates that belong together, about the slots of a permanence, and the titles of workshops."""

from __future__ import annotations

from collections.abc import Sequence

from kit.store import Store
from kit.workshops import rules
from kit.workshops.queries import ALONE, SELECT, Workshop, read_workshop


def list_dates(store: Store, series_id: bytes) -> list[Workshop]:
    """The dates of a series in their order; none for a workshop that stands alone (an empty id)."""
    if not series_id:
        return []
    rows = store.rows(f"{SELECT} WHERE w.series_id = ? ORDER BY w.starts_at_ms, w.workshop_id", series_id)
    return [read_workshop(row) for row in rows]


def list_free_slots(store: Store, workshop: Workshop) -> list[int]:
    """The slots, counted from 0, that somebody may still ask for."""
    rows = store.rows(
        "SELECT s.slot, count(*) AS people FROM signup s WHERE s.log_no = ? AND s.workshop_id = ? "
        f"AND s.state = 'placed' AND {ALONE} GROUP BY s.slot",
        workshop.log_no, workshop.workshop_id,
    )  # fmt: skip
    taken = {row["slot"]: row["people"] for row in rows}
    return rules.free_slots(workshop.slot_minutes, workshop.length_minutes, workshop.places, taken)


def slot_start_ms(workshop: Workshop, slot: int) -> int:
    """When a slot begins; the workshop's own start for people without a slot."""
    return workshop.starts_at_ms + max(0, slot) * workshop.slot_minutes * 60_000


def read_titles(store: Store, workshop_ids: Sequence[bytes]) -> dict[bytes, str]:
    """The titles of these workshops; one that is not known is left out."""
    marks = ",".join("?" for _ in workshop_ids)
    rows = store.rows(f"SELECT workshop_id, title FROM workshop WHERE workshop_id IN ({marks})", *workshop_ids)
    return {row["workshop_id"]: row["title"] for row in rows}
