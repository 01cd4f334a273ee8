"""Every statement about communes that the coordination loaded, and about where help and demands are."""

from __future__ import annotations

from collections.abc import Sequence

from kit.store import Row, Store


def list_communes(store: Store) -> list[Row]:
    """What was loaded of communes (code, name, north, east, epci, epci_name)."""
    return store.rows("SELECT code, name, north, east, epci, epci_name FROM known_commune ORDER BY code")


def save_outlines(store: Store, rows: Sequence[tuple[str, str, float, float]]) -> None:
    """Keep (code, name, north, east). Only inside `write()`."""
    store.run_many(
        "INSERT INTO known_commune (code, name, north, east) VALUES (?,?,?,?) ON CONFLICT (code) "
        "DO UPDATE SET name = excluded.name, north = excluded.north, east = excluded.east",
        rows,
    )


def save_groups(store: Store, rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Keep (code, name, epci, epci_name). Only inside `write()`."""
    store.run_many(
        "INSERT INTO known_commune (code, name, epci, epci_name) VALUES (?,?,?,?) ON CONFLICT (code) "
        "DO UPDATE SET epci = excluded.epci, epci_name = excluded.epci_name",
        rows,
    )


def list_place_points(store: Store) -> list[Row]:
    """Where places of help are (nom, code_insee, latitude, longitude), as texts of the standard."""
    return store.rows("SELECT nom, code_insee, latitude, longitude FROM place ORDER BY place_id")


def count_left_waiting(store: Store, before_ms: int) -> dict[bytes, int]:
    """How many asked for a place, stayed on the waiting list and did not come, at each stop, for what is over."""
    rows = store.rows(
        "SELECT w.stop_id, count(*) AS n FROM signup s "
        "JOIN workshop w ON w.log_no = s.log_no AND w.workshop_id = s.workshop_id "
        "LEFT JOIN attendance a ON a.log_no = s.log_no AND a.attendance_id = s.signup_id "
        "WHERE s.state = 'waiting' AND w.is_cancelled = 0 AND w.starts_at_ms < ? "
        "AND (a.attendance_id IS NULL OR (a.state <> 'came' AND length(a.merged_into) = 0)) GROUP BY w.stop_id",
        before_ms,
    )
    return {bytes(row["stop_id"]): int(row["n"]) for row in rows}
