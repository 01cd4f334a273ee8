"""Every statement about thanks and words to authors."""

from __future__ import annotations

import msgspec

from kit.ids import to_text
from kit.store import Row, Store


class Thanks(msgspec.Struct, frozen=True):
    """One thanks. `state` is thanks (no word), waiting, shown, refused or expired; `text` only what staff show."""

    thanks_id: bytes
    item_id: bytes
    state: str
    text: str
    envelope: bytes | None
    given_ms: int

    @property
    def text_id(self) -> str:
        """The id as it stands in addresses of the console."""
        return to_text(self.thanks_id)


_COLUMNS = ", ".join(Thanks.__struct_fields__)
# Words wait for the team of the node they were given to: elsewhere their doors do not open.
_HERE = "log_no IN (SELECT log_no FROM log WHERE public_key = ?)"


def _view(row: Row) -> Thanks:
    return Thanks(*tuple(row))


def is_gift(store: Store, item_id: bytes) -> bool:
    """True for a work that somebody gave: it has an author to thank."""
    sql = "SELECT 1 FROM deposit WHERE state = 'accepted' AND item_id = ? LIMIT 1"
    return store.value(sql, item_id) is not None


def find(store: Store, thanks_id: bytes) -> Thanks | None:
    """One thanks, or None."""
    row = store.row(f"SELECT {_COLUMNS} FROM thanks WHERE thanks_id = ?", thanks_id)
    return _view(row) if row else None


def count_for(store: Store, item_id: bytes) -> int:
    """How many thanked for a work, with a word or without."""
    return int(store.value("SELECT count(*) FROM thanks WHERE item_id = ? AND state <> 'refused'", item_id))


def count_unread(store: Store, item_id: bytes) -> int:
    """How many words for a work wait for the team."""
    return int(store.value("SELECT count(*) FROM thanks WHERE item_id = ? AND state = 'waiting'", item_id))


def list_shown(store: Store, item_id: bytes, limit: int) -> list[Thanks]:
    """The words that the team shows under a work, newest first."""
    sql = (
        f"SELECT {_COLUMNS} FROM thanks WHERE item_id = ? AND state = 'shown' ORDER BY given_ms DESC, thanks_id LIMIT ?"
    )
    return [_view(row) for row in store.rows(sql, item_id, limit)]


def count_waiting(store: Store, home: bytes) -> int:
    """How many words wait for the team of the node whose key is `home`."""
    return int(store.value(f"SELECT count(*) FROM thanks WHERE state = 'waiting' AND {_HERE}", home))


def list_of_state(store: Store, home: bytes, state: str, limit: int) -> list[Thanks]:
    """Words of one state given to that node, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM thanks WHERE state = ? AND {_HERE} ORDER BY given_ms, thanks_id LIMIT ?"
    return [_view(row) for row in store.rows(sql, state, home, limit)]


def list_waiting_since(store: Store, life_ms: int) -> list[bytes]:
    """Ids of words that wait since this moment of the node's life, or longer."""
    sql = (
        "SELECT w.thanks_id FROM thanks_wait w JOIN thanks t USING (thanks_id) "
        "WHERE t.state = 'waiting' AND w.life_ms <= ? LIMIT 500"
    )
    return [row[0] for row in store.rows(sql, life_ms)]


def begin_wait(store: Store, thanks_id: bytes, life_ms: int) -> None:
    """Note since when a word waits. Only inside `write()`."""
    store.run("INSERT INTO thanks_wait (thanks_id, life_ms) VALUES (?,?) ON CONFLICT DO NOTHING", thanks_id, life_ms)


def end_wait(store: Store, thanks_id: bytes) -> None:
    """It waits no more. Only inside `write()`."""
    store.run("DELETE FROM thanks_wait WHERE thanks_id = ?", thanks_id)


def count_told(store: Store, deposit_id: bytes) -> int:
    """How many thanks the author has seen already."""
    return int(store.value("SELECT told FROM thanks_told WHERE deposit_id = ?", deposit_id) or 0)


def note_told(store: Store, deposit_id: bytes, count: int) -> None:
    """The author sees so many now. Only inside `write()`."""
    store.run(
        "INSERT INTO thanks_told (deposit_id, told) VALUES (?,?) "
        "ON CONFLICT (deposit_id) DO UPDATE SET told = excluded.told",
        deposit_id, count,
    )  # fmt: skip


def remove_row(store: Store, thanks_id: bytes) -> None:
    """Remove a row. Only inside `write()`."""
    store.run("DELETE FROM thanks WHERE thanks_id = ?", thanks_id)


def insert_row(store: Store, log_no: int, row: Thanks) -> None:
    """Write a row. Only inside `write()`."""
    values = msgspec.structs.astuple(row)
    marks = ", ".join("?" * (len(values) + 1))
    store.run(f"INSERT INTO thanks (log_no, {_COLUMNS}) VALUES ({marks})", log_no, *values)
