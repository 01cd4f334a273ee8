"""Every statement about packs that the coordination sends."""

from __future__ import annotations

import msgspec

from kit.store import Row, Store


class Offer(msgspec.Struct, frozen=True):
    """A pack that may be asked for."""

    offer_id: bytes
    list_id: bytes
    title: str
    version: int
    size_bytes: int
    is_withdrawn: int
    offered_ms: int


_COLUMNS = ", ".join(Offer.__struct_fields__)
MOST = 200


def list_offers(store: Store) -> list[Offer]:
    """What may be asked for, newest first."""
    sql = f"SELECT {_COLUMNS} FROM pack_offer WHERE is_withdrawn = 0 ORDER BY offered_ms DESC, offer_id LIMIT {MOST}"
    return [Offer(*tuple(row)) for row in store.rows(sql)]


def find_offer(store: Store, offer_id: bytes | None) -> Offer | None:
    """One of them, withdrawn or not, or None."""
    row = store.row(f"SELECT {_COLUMNS} FROM pack_offer WHERE offer_id = ?", offer_id)
    return Offer(*tuple(row)) if row else None


def remove_offer(store: Store, offer_id: bytes) -> None:
    """Remove an offer's row. Only inside `write()`."""
    store.run("DELETE FROM pack_offer WHERE offer_id = ?", offer_id)


def insert_offer(store: Store, log_no: int, row: Offer) -> None:
    """Write an offer's row. Only inside `write()`."""
    values = msgspec.structs.astuple(row)
    store.run(f"INSERT INTO pack_offer (log_no, {_COLUMNS}) VALUES (?{',?' * len(values)})", log_no, *values)


def list_wanted(store: Store) -> dict[bytes, bool]:
    """What this suitcase asked for, and whether it came."""
    rows: list[Row] = store.rows("SELECT offer_id, has_come FROM pack_wanted")
    return {row["offer_id"]: bool(row["has_come"]) for row in rows}


def want(store: Store, offer_id: bytes) -> None:
    """Ask for a pack, also when it came before and was removed. Only inside `write()`."""
    store.run(
        "INSERT INTO pack_wanted (offer_id) VALUES (?) ON CONFLICT (offer_id) DO UPDATE SET has_come = 0", offer_id
    )


def stop_wanting(store: Store, offer_id: bytes) -> None:
    """Ask for it no longer. Only inside `write()`."""
    store.run("DELETE FROM pack_wanted WHERE offer_id = ?", offer_id)


def note_came(store: Store, offer_id: bytes) -> None:
    """It is here. Only inside `write()`."""
    store.run("UPDATE pack_wanted SET has_come = 1 WHERE offer_id = ?", offer_id)
