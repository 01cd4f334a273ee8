"""Every statement about files that go home in pieces."""

from __future__ import annotations

import msgspec

from kit.store import Row, Store


class Out(msgspec.Struct, frozen=True):
    """One file of ours. `missing` holds what the server of `server_epoch` last lacked (msgpack), empty: not said."""

    blob_id: bytes
    sort: str
    subject: bytes
    pieces: int
    manifest: bytes
    server_epoch: bytes
    missing: bytes
    receipt: bytes | None


_OUT = ", ".join(Out.__struct_fields__)


def list_out(store: Store) -> list[Out]:
    """Every file this kit has to send or has sent, in a steady order."""
    return [Out(*row) for row in store.rows(f"SELECT {_OUT} FROM blob_out ORDER BY pieces, blob_id")]


def add_out(store: Store, blob_id: bytes, sort: str, subject: bytes, pieces: int, manifest: bytes) -> None:
    """A file became ready. Only inside `write()`."""
    store.run(
        "INSERT INTO blob_out (blob_id, sort, subject, pieces, manifest) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
        blob_id, sort, subject, pieces, manifest,
    )  # fmt: skip


def remove_out(store: Store, blob_id: bytes) -> None:
    """Its file is here no longer. Only inside `write()`."""
    store.run("DELETE FROM blob_out WHERE blob_id = ?", blob_id)


def note_word(store: Store, blob_id: bytes, epoch: bytes, missing: bytes, receipt: bytes | None) -> None:
    """What the server said. A receipt stands for the server's whole life: an older word that comes late takes nothing
    back. Only inside `write()`."""
    store.run(
        "UPDATE blob_out SET server_epoch = ?, missing = ?, receipt = ? "
        "WHERE blob_id = ? AND (? = 1 OR receipt IS NULL OR server_epoch <> ?)",
        epoch, missing, receipt, blob_id, int(receipt is not None), epoch,
    )  # fmt: skip


def find_in(store: Store, blob_id: bytes) -> Row | None:
    """A file that comes, or None: blob_id, owner, sort, subject, manifest, state."""
    return store.row("SELECT * FROM blob_in WHERE blob_id = ?", blob_id)


def add_in(store: Store, blob_id: bytes, owner: bytes, sort: str, subject: bytes, manifest: bytes) -> bool:
    """A file begins to come; False when it was known. Only inside `write()`."""
    if find_in(store, blob_id) is not None:
        return False
    store.run(
        "INSERT INTO blob_in (blob_id, owner, sort, subject, manifest, state) VALUES (?,?,?,?,?,'coming')",
        blob_id, owner, sort, subject, manifest,
    )  # fmt: skip
    return True


def set_state(store: Store, blob_id: bytes, state: str) -> None:
    """Note what became of a file. Only inside `write()`."""
    store.run("UPDATE blob_in SET state = ? WHERE blob_id = ?", state, blob_id)


def list_in(store: Store, owner: bytes) -> list[Row]:
    """The files of one kit that are not dropped."""
    return store.rows("SELECT * FROM blob_in WHERE owner = ? AND state <> 'dropped'", owner)
