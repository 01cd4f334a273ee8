"""Every statement about deposits."""

from __future__ import annotations

import msgspec

from kit.ids import to_text
from kit.store import Row, Store


class Deposit(msgspec.Struct, frozen=True):
    """A work that was offered, as the box may know it: no name, no title."""

    deposit_id: bytes
    lookup: bytes
    size_bytes: int
    state: str
    reply_public: bytes
    reply_box: bytes
    answer: bytes
    item_id: bytes
    envelope: bytes | None
    offered_ms: int

    @property
    def text_id(self) -> str:
        """The id as it stands in addresses of the console."""
        return to_text(self.deposit_id)


_COLUMNS = ", ".join(Deposit.__struct_fields__)


def _view(row: Row) -> Deposit:
    return Deposit(*tuple(row))


def find_deposit(store: Store, deposit_id: bytes) -> Deposit | None:
    """One deposit, or None."""
    row = store.row(f"SELECT {_COLUMNS} FROM deposit WHERE deposit_id = ?", deposit_id)
    return _view(row) if row else None


def find_by_lookup(store: Store, lookup: bytes) -> Deposit | None:
    """The deposit whose code has this digest, or None."""
    row = store.row(f"SELECT {_COLUMNS} FROM deposit WHERE lookup = ?", lookup)
    return _view(row) if row else None


_HERE = "state = 'waiting' AND log_no IN (SELECT log_no FROM log WHERE public_key = ?)"


def count_waiting(store: Store, home: bytes) -> int:
    """How many of those given to the node whose key is `home` wait for its team."""
    return int(store.value(f"SELECT count(*) FROM deposit WHERE {_HERE}", home))


def list_waiting(store: Store, home: bytes, limit: int, offset: int) -> list[Deposit]:
    """Those that wait there, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM deposit WHERE {_HERE} ORDER BY offered_ms, deposit_id LIMIT ? OFFSET ?"
    return [_view(row) for row in store.rows(sql, home, limit, offset)]


def list_waiting_since(store: Store, life_ms: int) -> list[bytes]:
    """Ids of those that wait since this moment of the box's life, or longer."""
    rows = store.rows(
        "SELECT w.deposit_id FROM deposit_wait w JOIN deposit d USING (deposit_id) "
        "WHERE d.state = 'waiting' AND w.life_ms <= ? LIMIT 500",
        life_ms,
    )
    return [row[0] for row in rows]


def list_answered_elsewhere(store: Store) -> list[Deposit]:
    """Those that have an answer and whose door is still here: somebody else answered."""
    columns = ", ".join(f"d.{name}" for name in Deposit.__struct_fields__)
    rows = store.rows(
        f"SELECT {columns} FROM deposit d JOIN door o ON o.subject = d.deposit_id "
        "WHERE d.state <> 'waiting' AND o.sealed_private IS NOT NULL"
    )
    return [_view(row) for row in rows]


def begin_wait(store: Store, deposit_id: bytes, life_ms: int, for_giver: bytes) -> None:
    """Note since when a deposit waits, and keep the giver's copy. Only inside `write()`."""
    store.run(
        "INSERT INTO deposit_wait (deposit_id, life_ms, for_giver) VALUES (?,?,?)", deposit_id, life_ms, for_giver
    )


def find_copy(store: Store, deposit_id: bytes) -> bytes | None:
    """The giver's own copy of what was ticked, closed by the code; None once it was refused."""
    found: bytes | None = store.value("SELECT for_giver FROM deposit_wait WHERE deposit_id = ?", deposit_id)
    return found


def forget_copy(store: Store, deposit_id: bytes) -> None:
    """Forget the giver's copy. Only inside `write()`."""
    store.run("DELETE FROM deposit_wait WHERE deposit_id = ?", deposit_id)


def remove_deposit(store: Store, deposit_id: bytes) -> None:
    """Remove a deposit's row. Only inside `write()`."""
    store.run("DELETE FROM deposit WHERE deposit_id = ?", deposit_id)


def insert_deposit(store: Store, log_no: int, row: Deposit) -> None:
    """Write a deposit's row. Only inside `write()`."""
    values = msgspec.structs.astuple(row)
    marks = ", ".join("?" * (len(values) + 1))
    store.run(f"INSERT INTO deposit (log_no, {_COLUMNS}) VALUES ({marks})", log_no, *values)
