"""Reads of what is noted at the door beside the roll: counts, people of other open rolls, cards, requests."""

from __future__ import annotations

from collections.abc import Mapping

from kit.store import Row, Store
from kit.workshops.door_facts import FAMILIES
from kit.workshops.queries import Workshop


def count_to_tell(store: Store, workshop: Workshop) -> dict[str, int]:
    """For each family (gender, age, status): people who came without a name and of whom it was not noted one by one."""
    told = {
        family: store.value(
            "SELECT count(*) FROM attendance WHERE log_no = ? AND workshop_id = ? AND state = 'came' "
            f"AND how = 'anonymous' AND {family} = ''",
            workshop.log_no, workshop.workshop_id,
        )
        for family in FAMILIES
    }  # fmt: skip
    return {family: int(count) for family, count in told.items()}


def read_margins(store: Store, workshop: Workshop) -> tuple[int, dict[str, dict[str, int]]]:
    """The version of the counts (0: never counted) and, for each family, code to number of people."""
    rows = store.rows(
        "SELECT family, code, people, version FROM margin WHERE log_no = ? AND workshop_id = ?",
        workshop.log_no, workshop.workshop_id,
    )  # fmt: skip
    counts: dict[str, dict[str, int]] = {family: {} for family in FAMILIES}
    for row in rows:
        counts[row["family"]][row["code"]] = row["people"]
    return max((row["version"] for row in rows), default=0), counts


def is_too_much(counts: Mapping[str, Mapping[str, int]], totals: Mapping[str, int]) -> bool:
    """True when more people are counted than came without a name (some were taken back since)."""
    return any(sum(counts[family].values()) > totals[family] for family in FAMILIES)


def list_other_rolls(store: Store, workshop: Workshop) -> list[Row]:
    """(workshop_id, title, starts_at_ms, sealed) of everybody on our other rolls whose door is not destroyed."""
    return store.rows(
        "SELECT w.workshop_id, w.title, w.starts_at_ms, e.sealed FROM workshop w JOIN log l ON l.log_no = w.log_no "
        "JOIN door d ON d.subject = w.workshop_id AND d.sealed_private IS NOT NULL "
        "JOIN (SELECT log_no, workshop_id, envelope FROM signup WHERE state <> 'cancelled' "
        "UNION SELECT log_no, workshop_id, envelope FROM attendance WHERE state = 'came') p "
        "ON p.log_no = w.log_no AND p.workshop_id = w.workshop_id JOIN envelope e ON e.hash = p.envelope "
        "WHERE l.is_own = 1 AND w.is_closed = 0 AND w.workshop_id <> ? ORDER BY w.starts_at_ms LIMIT 2000",
        workshop.workshop_id,
    )


def list_open_signups(store: Store) -> list[Row]:
    """Everybody who has, waits for or asks for a place at a workshop of ours whose door is not destroyed, by date."""
    return store.rows(
        "SELECT w.workshop_id, w.title, w.starts_at_ms, s.signup_id, s.code, s.state, e.sealed FROM workshop w "
        "JOIN log l ON l.log_no = w.log_no JOIN door d ON d.subject = w.workshop_id AND d.sealed_private IS NOT NULL "
        "JOIN signup s ON s.log_no = w.log_no AND s.workshop_id = w.workshop_id AND s.state <> 'cancelled' "
        "JOIN envelope e ON e.hash = s.envelope WHERE l.is_own = 1 AND w.is_closed = 0 "
        "ORDER BY w.starts_at_ms, s.seq, s.signup_id LIMIT 5000"
    )


def count_card(store: Store, card: str, but_workshop: bytes) -> int:
    """At how many other workshops a reusable card was noted; 0: new here, as far as this box knows."""
    return int(
        store.value(
            "SELECT count(DISTINCT workshop_id) FROM attendance WHERE card = ? AND card <> '' AND state = 'came' "
            "AND workshop_id <> ?",
            card, but_workshop,
        )
    )  # fmt: skip


def count_unanswered(store: Store, workshop_id: bytes) -> int:
    """How many requests of a workshop found no answer."""
    return int(store.value("SELECT count(*) FROM unanswered WHERE workshop_id = ?", workshop_id))
