"""Every statement about packs."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kit.ids import to_text
from kit.library.packs.rules import About
from kit.store import Row, Store


class Pack(msgspec.Struct, frozen=True):
    """One installation of one version of a pack."""

    install_id: bytes
    pack_id: bytes
    version: int
    title: str
    signer: bytes
    about: bytes
    items: bytes
    shown: bytes
    hidden: bytes
    is_undone: int
    installed_ms: int

    @property
    def text_id(self) -> str:
        """The id as it stands in addresses."""
        return to_text(self.install_id)

    @property
    def told(self) -> About:
        """For whom it is, and how long it takes."""
        return msgspec.msgpack.decode(self.about, type=About)

    @property
    def count(self) -> int:
        """How many works it holds."""
        return len(self.items) // 16


_COLUMNS = ", ".join(Pack.__struct_fields__)


def read_ids(raw: bytes) -> list[bytes]:
    """Ids that stand one after another."""
    return [raw[at : at + 16] for at in range(0, len(raw), 16)]


def _view(row: Row) -> Pack:
    return Pack(*tuple(row))


def find_pack(store: Store, install_id: bytes) -> Pack | None:
    """One installation, or None."""
    row = store.row(f"SELECT {_COLUMNS} FROM pack WHERE install_id = ?", install_id)
    return _view(row) if row else None


def find_current(store: Store, pack_id: bytes) -> Pack | None:
    """The newest version of a pack that is installed and not taken back, or None."""
    row = store.row(
        f"SELECT {_COLUMNS} FROM pack WHERE pack_id = ? AND is_undone = 0 "
        "ORDER BY version DESC, installed_ms DESC LIMIT 1",
        pack_id,
    )
    return _view(row) if row else None


def list_versions(store: Store, pack_id: bytes) -> list[Pack]:
    """Every installation of a pack, taken back or not."""
    return [_view(row) for row in store.rows(f"SELECT {_COLUMNS} FROM pack WHERE pack_id = ? LIMIT 500", pack_id)]


def count_packs(store: Store) -> int:
    """How many packs have works of theirs on the shelves."""
    return int(store.value("SELECT count(DISTINCT pack_id) FROM pack WHERE is_undone = 0"))


def list_packs(store: Store, limit: int) -> list[Pack]:
    """Installations, newest first."""
    sql = f"SELECT {_COLUMNS} FROM pack ORDER BY installed_ms DESC, install_id LIMIT ?"
    return [_view(row) for row in store.rows(sql, limit)]


def remove_pack(store: Store, install_id: bytes) -> None:
    """Remove an installation's row. Only inside `write()`."""
    store.run("DELETE FROM pack WHERE install_id = ?", install_id)


def insert_pack(store: Store, log_no: int, row: Pack) -> None:
    """Write an installation's row. Only inside `write()`."""
    values = msgspec.structs.astuple(row)
    marks = ", ".join("?" * (len(values) + 1))
    store.run(f"INSERT INTO pack (log_no, {_COLUMNS}) VALUES ({marks})", log_no, *values)


def next_version(store: Store, pack_id: bytes) -> int:
    """The number of the version about to be made; a number is never given twice. Only inside `write()`."""
    store.run(
        "INSERT INTO pack_made (pack_id, version) VALUES (?, 1) "
        "ON CONFLICT (pack_id) DO UPDATE SET version = version + 1",
        pack_id,
    )
    return int(store.value("SELECT version FROM pack_made WHERE pack_id = ?", pack_id))


def note_made(store: Store, pack_id: bytes, version: int, files: Iterable[bytes]) -> None:
    """A version was written and read back: the SHA-256 of all it is made of. Only inside `write()`."""
    store.run(
        "UPDATE pack_made SET whole_version = ?, files = ? WHERE pack_id = ? AND whole_version < ?",
        version, b"".join(sorted(files)), pack_id, version,
    )  # fmt: skip


def find_made(store: Store, pack_id: bytes) -> tuple[int, frozenset[bytes]]:
    """The newest version of a pack made here to its end, and what it is made of; (0, none) before the first."""
    row = store.row("SELECT whole_version, files FROM pack_made WHERE pack_id = ?", pack_id)
    if row is None:
        return 0, frozenset()
    return row[0], frozenset(row["files"][at : at + 32] for at in range(0, len(row["files"]), 32))


def find_signer(store: Store, signer: bytes) -> str | None:
    """The name staff gave to who signs with this key, or None when nobody vouched for it."""
    found: str | None = store.value("SELECT name FROM pack_signer WHERE signer = ?", signer)
    return found


def keep_signer(store: Store, signer: bytes, name: str) -> None:
    """Remember that staff know whose key this is. Only inside `write()`."""
    store.run("INSERT INTO pack_signer (signer, name) VALUES (?,?) ON CONFLICT DO NOTHING", signer, name)
