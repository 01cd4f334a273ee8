"""Every statement about https names of kits."""

from __future__ import annotations

import msgspec

from kit.store import Row, Store

WAITING, READY, TO_REVOKE, REVOKED = "waiting", "ready", "to_revoke", "revoked"


class Named(msgspec.Struct, frozen=True):
    """The name of one kit. `chain`: the newest certificate (PEM, empty before the first). Unix milliseconds; 0: never.

    `state`: `waiting` for one, `ready`, `to_revoke`, `revoked`. `problem` and `detail`: what the last try met.
    """

    kit_id: bytes
    name: str
    request: bytes
    chain: bytes
    state: str
    from_ms: int = 0
    until_ms: int = 0
    renew_ms: int = 0
    came_ms: int = 0
    asked_ms: int = 0
    tries: int = 0
    next_ms: int = 0
    problem: str = ""
    detail: str = ""


_COLUMNS = ", ".join(Named.__struct_fields__)


def find(store: Store, kit_id: bytes) -> Named | None:
    """The name of a kit, or None."""
    return _read(store.row(f"SELECT {_COLUMNS} FROM kit_name WHERE kit_id = ?", kit_id))


def _read(row: Row | None) -> Named | None:
    return Named(*(row[name] for name in Named.__struct_fields__)) if row is not None else None


def save(store: Store, named: Named) -> None:
    """Keep all that is known of one name. Only inside `write()`."""
    values = [getattr(named, name) for name in Named.__struct_fields__]
    changed = ", ".join(f"{name} = excluded.{name}" for name in Named.__struct_fields__[1:])
    store.run(
        f"INSERT INTO kit_name ({_COLUMNS}) VALUES ({','.join('?' * len(values))}) "
        f"ON CONFLICT (kit_id) DO UPDATE SET {changed}",
        *values,
    )


def remove(store: Store, kit_id: bytes) -> None:
    """It has no name any more. Only inside `write()`."""
    store.run("DELETE FROM kit_name WHERE kit_id = ?", kit_id)


def list_due(store: Store, now_ms: int, asked_since_ms: int, limit: int) -> list[Named]:
    """What there is to do now: to revoke first, then to ask for or to renew, for kits that asked not too long ago."""
    rows = store.rows(
        f"SELECT {_COLUMNS} FROM kit_name WHERE next_ms <= ? AND (state = ? OR (asked_ms >= ? AND "
        "(state = ? OR (state = ? AND renew_ms <= ?)))) ORDER BY CASE WHEN state = ? THEN 0 ELSE 1 END, until_ms, "
        "kit_id LIMIT ?",
        now_ms, TO_REVOKE, asked_since_ms, WAITING, READY, now_ms, TO_REVOKE, limit,
    )  # fmt: skip
    return [named for row in rows if (named := _read(row)) is not None]


def try_all_again(store: Store) -> None:
    """Whatever waits for its next try is tried at once. Only inside `write()`."""
    store.run("UPDATE kit_name SET next_ms = 0, tries = 0")


def count(store: Store) -> int:
    """How many kits have a name."""
    return int(store.value("SELECT count(*) FROM kit_name"))


def list_page(store: Store, limit: int, skip: int) -> list[tuple[str, Named]]:
    """A page of them with each kit's nickname: what does not go well first."""
    columns = ", ".join(f"kit_name.{one}" for one in Named.__struct_fields__)
    rows = store.rows(
        f"SELECT kit.nickname AS nickname, {columns} FROM kit_name "
        "JOIN kit ON kit.kit_id = kit_name.kit_id ORDER BY CASE WHEN problem = '' THEN 1 ELSE 0 END, nickname, "
        "kit_name.kit_id LIMIT ? OFFSET ?",
        limit, skip,
    )  # fmt: skip
    return [(row["nickname"], named) for row in rows if (named := _read(row)) is not None]


def keep_chain(store: Store, kit_id: bytes, mark: bytes, chain: bytes, until_ms: int) -> None:
    """A certificate that was given, by its digest: it is remembered until its end. Only inside `write()`."""
    store.run(
        "INSERT INTO kit_certificate (kit_id, mark, chain, until_ms) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        kit_id, mark, chain, until_ms,
    )  # fmt: skip


def list_chains(store: Store, kit_id: bytes) -> list[tuple[bytes, bytes]]:
    """(digest, chain) of every certificate that was given to a kit and is neither over nor revoked."""
    rows = store.rows("SELECT mark, chain FROM kit_certificate WHERE kit_id = ? ORDER BY until_ms, mark", kit_id)
    return [(row["mark"], row["chain"]) for row in rows]


def forget_chain(store: Store, kit_id: bytes, mark: bytes) -> None:
    """It is revoked. Only inside `write()`."""
    store.run("DELETE FROM kit_certificate WHERE kit_id = ? AND mark = ?", kit_id, mark)


def forget_ended(store: Store, now_ms: int) -> None:
    """Certificates whose end has come are nothing to revoke. Only inside `write()`."""
    store.run("DELETE FROM kit_certificate WHERE until_ms < ?", now_ms)
