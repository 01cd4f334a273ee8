"""Every statement about how kits are, and who is called about them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.central.queries import Kit, list_kits
from kit.store import Store
from kit.sync.messages import Health


class Care(msgspec.Struct, frozen=True):
    """Who has a kit and whom to call about it: people of the team, in clear, shown to the team only."""

    team: str = ""
    person: str = ""
    phone: str = ""


class Told(msgspec.Struct, frozen=True):
    """What a kit said of itself at its last greeting, and when (ms since 1970)."""

    told_ms: int
    health: Health


def save_health(store: Store, kit_id: bytes, now_ms: int, health: Health) -> None:
    """Keep what a kit says of itself. Only inside `write()`."""
    store.run(
        "INSERT INTO kit_health (kit_id, told_ms, version, free_bytes, total_bytes, clock, works, packs, backup_days) "
        "VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (kit_id) DO UPDATE SET told_ms = excluded.told_ms, "
        "version = excluded.version, free_bytes = excluded.free_bytes, total_bytes = excluded.total_bytes, "
        "clock = excluded.clock, works = excluded.works, packs = excluded.packs, backup_days = excluded.backup_days",
        kit_id, now_ms, health.version, health.free_bytes, health.total_bytes, health.clock, health.works,
        health.packs, health.backup_days,
    )  # fmt: skip


def list_health(store: Store, kit_ids: Sequence[bytes]) -> dict[bytes, Told]:
    """What these kits last said of themselves; a kit that never did is left out."""
    marks = ",".join("?" for _ in kit_ids)
    rows = store.rows(
        "SELECT kit_id, told_ms, version, free_bytes, total_bytes, clock, works, packs, backup_days "
        f"FROM kit_health WHERE kit_id IN ({marks})",
        *kit_ids,
    )
    return {row["kit_id"]: Told(row["told_ms"], Health(*tuple(row)[2:])) for row in rows}


def list_care(store: Store, kit_ids: Sequence[bytes]) -> dict[bytes, Care]:
    """Who has these kits."""
    marks = ",".join("?" for _ in kit_ids)
    rows = store.rows(f"SELECT kit_id, team, person, phone FROM kit_care WHERE kit_id IN ({marks})", *kit_ids)
    return {row["kit_id"]: Care(row["team"], row["person"], row["phone"]) for row in rows}


def save_care(store: Store, kit_id: bytes, nickname: str, territory: str, care: Care) -> None:
    """Call a kit otherwise, lend it to somebody. Only inside `write()`."""
    store.run("UPDATE kit SET nickname = ?, territory = ? WHERE kit_id = ?", nickname, territory, kit_id)
    store.run(
        "INSERT INTO kit_care (kit_id, team, person, phone) VALUES (?,?,?,?) ON CONFLICT (kit_id) "
        "DO UPDATE SET team = excluded.team, person = excluded.person, phone = excluded.phone",
        kit_id, care.team, care.person, care.phone,
    )  # fmt: skip


def list_silent(store: Store, before_ms: int, limit: int, territories: Sequence[str] = ()) -> list[Kit]:
    """Accepted kits not heard since `before_ms`, or that announced more than what arrived; silent longest first."""
    found = [one for one in list_kits(store, limit, 0, territories) if not one.is_revoked]
    return [one for one in found if one.last_seen_ms is None or one.last_seen_ms < before_ms or one.held_back]


def find_last_stop(store: Store, kit_id: bytes, now_ms: int) -> bytes:
    """The stop of a kit's last workshop that began, else of its next one; empty: none of them is at a stop."""
    for began, order in (("<=", "DESC"), (">", "ASC")):
        found = store.value(
            "SELECT w.stop_id FROM kit_log l JOIN workshop w USING (log_no) WHERE l.kit_id = ? AND w.is_cancelled = 0 "
            f"AND w.stop_id <> x'' AND w.starts_at_ms {began} ? ORDER BY w.starts_at_ms {order} LIMIT 1",
            kit_id, now_ms,
        )  # fmt: skip
        if found:
            return bytes(found)
    return b""
