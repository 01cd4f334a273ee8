"""Every statement about what is meant for chosen kits, and about settings told to one."""

from __future__ import annotations

import msgspec

from kit.store import Store

KEY_BYTES = 32


class Audience(msgspec.Struct, frozen=True):
    """For whom a thing is meant; `turn` 0: nobody ever said, so that it is meant for all."""

    turn: int = 0
    is_for_all: bool = True
    sign_publics: frozenset[bytes] = frozenset()

    def includes(self, sign_public: bytes) -> bool:
        """True when it is meant for this kit."""
        return self.is_for_all or sign_public in self.sign_publics


class Terms(msgspec.Struct, frozen=True):
    """Settings told to one kit; 0 or nothing: as they are there. `departments`: codes, 2A among them."""

    turn: int = 0
    small_group: int = 0
    purge_days: int = 0
    session_hours: int = 0
    deposit_mb: int = 0
    departments: tuple[str, ...] = ()


def read_audiences(store: Store) -> dict[bytes, Audience]:
    """All of them, by thing."""
    rows = store.rows("SELECT thing_id, turn, is_for_all, sign_publics FROM audience ORDER BY thing_id, turn")
    return {row["thing_id"]: _to_audience(row["turn"], row["is_for_all"], row["sign_publics"]) for row in rows}


def read_audience(store: Store, thing_id: bytes) -> Audience:
    """That of one thing."""
    row = store.row(
        "SELECT turn, is_for_all, sign_publics FROM audience WHERE thing_id = ? ORDER BY turn DESC LIMIT 1", thing_id
    )
    return _to_audience(*row) if row else Audience()


def _to_audience(turn: int, is_for_all: int, joined: bytes) -> Audience:
    keys = (joined[at : at + KEY_BYTES] for at in range(0, len(joined), KEY_BYTES))
    return Audience(turn, bool(is_for_all), frozenset(keys))


def remove_audience(store: Store, thing_id: bytes) -> None:
    """Remove the row of a thing. Only inside `write()`."""
    store.run("DELETE FROM audience WHERE thing_id = ?", thing_id)


def insert_audience(store: Store, log_no: int, thing_id: bytes, turn: int, is_for_all: int, joined: bytes) -> None:
    """Write the row of a thing. Only inside `write()`."""
    store.run(
        "INSERT INTO audience (log_no, thing_id, turn, is_for_all, sign_publics) VALUES (?,?,?,?,?) "
        "ON CONFLICT DO NOTHING",
        log_no, thing_id, turn, is_for_all, joined,
    )  # fmt: skip


_TERMS = "turn, small_group, purge_days, session_hours, deposit_mb, departments"


def read_terms(store: Store, kit_id: bytes | None = None) -> Terms:
    """What one kit was told; None: the newest of all, as a kit hears of nobody's settings but its own."""
    of_kit = "" if kit_id is None else "WHERE kit_id = ? "
    asked = () if kit_id is None else (kit_id,)
    row = store.row(f"SELECT {_TERMS} FROM kit_terms {of_kit}ORDER BY turn DESC LIMIT 1", *asked)
    if row is None:
        return Terms()
    turn, small_group, purge_days, session_hours, deposit_mb, departments = row
    return Terms(turn, small_group, purge_days, session_hours, deposit_mb, tuple(departments.split()))


def remove_terms(store: Store, kit_id: bytes) -> None:
    """Remove the row of a kit. Only inside `write()`."""
    store.run("DELETE FROM kit_terms WHERE kit_id = ?", kit_id)


def insert_terms(store: Store, log_no: int, kit_id: bytes, terms: Terms) -> None:
    """Write the row of a kit. Only inside `write()`."""
    *numbers, departments = msgspec.structs.astuple(terms)
    store.run(
        f"INSERT INTO kit_terms (log_no, kit_id, {_TERMS}) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        log_no, kit_id, *numbers, " ".join(departments),
    )  # fmt: skip
