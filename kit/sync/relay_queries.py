"""Every statement of what this kit carries for others."""

from __future__ import annotations

from kit.store import Store


def keep(store: Store, owner: bytes, kind: str, name: bytes, raw: bytes) -> None:
    """Keep one thing of an owner; the same again changes nothing, a hello takes the place of the older one."""
    store.run(
        "INSERT INTO relayed (owner, kind, name, raw) VALUES (?,?,?,?) "
        "ON CONFLICT (owner, kind, name) DO UPDATE SET raw = excluded.raw",
        owner,
        kind,
        name,
        raw,
    )


def used_bytes(store: Store, owner: bytes | None = None) -> int:
    """How many bytes are carried, for one owner or for all."""
    if owner is None:
        return int(store.value("SELECT coalesce(sum(length(raw)), 0) FROM relayed"))
    return int(store.value("SELECT coalesce(sum(length(raw)), 0) FROM relayed WHERE owner = ?", owner))


def owners(store: Store) -> list[bytes]:
    """Kits that asked this one to carry for them."""
    return [
        row["owner"] for row in store.rows("SELECT DISTINCT owner FROM relayed WHERE kind = 'hello' ORDER BY owner")
    ]


def names(store: Store, owner: bytes, kind: str) -> list[bytes]:
    """The names of what is carried for an owner, of one kind."""
    rows = store.rows("SELECT name FROM relayed WHERE owner = ? AND kind = ? ORDER BY rowid", owner, kind)
    return [row["name"] for row in rows]


def raw(store: Store, owner: bytes, kind: str, name: bytes) -> bytes:
    """The bytes of one thing."""
    found = store.value("SELECT raw FROM relayed WHERE owner = ? AND kind = ? AND name = ?", owner, kind, name)
    return bytes(found)


def raws(store: Store, owner: bytes, kind: str) -> list[bytes]:
    """The bytes of everything of one kind."""
    rows = store.rows("SELECT raw FROM relayed WHERE owner = ? AND kind = ? ORDER BY rowid", owner, kind)
    return [row["raw"] for row in rows]


def find_raw(store: Store, owner: bytes, kind: str, name: bytes) -> bytes | None:
    """The bytes of one thing, or None."""
    found = store.value("SELECT raw FROM relayed WHERE owner = ? AND kind = ? AND name = ?", owner, kind, name)
    return bytes(found) if found is not None else None


def spans_of(store: Store, log_no: int) -> list[tuple[bytes, int, int]]:
    """What came of a log, without its bytes: name, first and last number of each segment, oldest first."""
    sql = "SELECT segment_id, first_seq, last_seq FROM arrival WHERE log_no = ? AND state = 'projected'"
    return [(row[0], row[1], row[2]) for row in store.rows(f"{sql} ORDER BY first_seq", log_no)]


def remove(store: Store, owner: bytes, kind: str, name: bytes) -> None:
    """The central took it."""
    store.run("DELETE FROM relayed WHERE owner = ? AND kind = ? AND name = ?", owner, kind, name)


def remove_all(store: Store, owner: bytes, kind: str) -> None:
    """Make room for newer ones."""
    store.run("DELETE FROM relayed WHERE owner = ? AND kind = ?", owner, kind)
