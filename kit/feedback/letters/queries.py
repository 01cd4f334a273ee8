"""Every read and write of letters, of what became of them, and of what is told to everybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from kit.errors import Problem
from kit.store import Row, Store


class Letter(msgspec.Struct, frozen=True):
    """One letter; `sealed` is its envelope when it is here, `home` its log. `status`: received, passed_on, answered."""

    letter_id: bytes
    purpose: str
    questionnaire: str
    version: int
    stop_id: bytes
    values: tuple[tuple[str, int], ...]
    reply_to: bytes
    sealed: bytes | None
    day_ms: int
    home: bytes
    status: str
    move_count: int
    log_no: int


class Move(msgspec.Struct, frozen=True):
    """What became of a letter; `sealed` are the words that go with it. `is_ours`: said by this node."""

    status: str
    sealed: bytes | None
    day_ms: int
    is_ours: bool = False


class Told(msgspec.Struct, frozen=True):
    """What is told to everybody; `is_ours`: written by this node."""

    told_id: bytes
    kind: str
    title: str
    text: str
    is_shown: bool
    version: int
    is_ours: bool


def write_letter(
    store: Store, letter_id: bytes, letter: Sequence[object] | None, moves: Sequence[Sequence[object]]
) -> None:
    """Write the rows of one letter anew. Only inside `write()`."""
    store.run("DELETE FROM letter WHERE letter_id = ?", letter_id)
    store.run("DELETE FROM letter_move WHERE letter_id = ?", letter_id)
    if letter is not None:
        store.run(
            "INSERT INTO letter (log_no, letter_id, purpose, questionnaire, version, stop_id, said, reply_to, envelope,"
            " day_ms) VALUES (?,?,?,?,?,?,?,?,?,?)",
            *letter,
        )
    store.run_many(
        "INSERT INTO letter_move (log_no, letter_id, seq, base, status, envelope, day_ms) VALUES (?,?,?,?,?,?,?)", moves
    )


_LAST = (
    "(SELECT status FROM letter_move m WHERE m.letter_id = l.letter_id ORDER BY base DESC, log_no, seq DESC LIMIT 1)"
)
_OURS = "l.public_key = (SELECT public_key FROM log WHERE is_own = 1 LIMIT 1)"
_MOVES = "(SELECT count(*) FROM letter_move m WHERE m.letter_id = l.letter_id)"
_LETTER = f"""SELECT l.*, e.sealed, g.log_id, coalesce({_LAST}, 'received') AS status, {_MOVES} AS move_count
 FROM letter l JOIN log g ON g.log_no = l.log_no LEFT JOIN envelope e ON e.hash = l.envelope"""


def find_letter(store: Store, letter_id: bytes | None) -> Letter | None:
    """One letter, or None."""
    row = store.row(f"{_LETTER} WHERE l.letter_id = ? ORDER BY l.log_no LIMIT 1", letter_id)
    return _letter(row) if row else None


def get_letter(store: Store, letter_id: bytes | None) -> Letter:
    """The same. Raises Problem `letters.not_found`."""
    found = find_letter(store, letter_id)
    if found is None:
        raise Problem("letters.not_found")
    return found


def list_letters(
    store: Store, purpose: str, status: str = "", limit: int = -1, offset: int = 0,
    stop_ids: Sequence[bytes] | None = None, logs: Collection[int] | None = None,
) -> list[Letter]:  # fmt: skip
    """Letters of one purpose (and status; `stop_ids`: given there, b"" is outside any), the newest day first.

    `logs`: those of the kits that somebody may read; None: all.
    """
    where, params = _among(stop_ids, logs)
    rows = store.rows(
        f"SELECT * FROM ({_LETTER} WHERE l.purpose = ? {where}) WHERE ? IN ('', status) "
        "ORDER BY day_ms DESC, letter_id LIMIT ? OFFSET ?",
        purpose, *params, status, limit, offset,
    )  # fmt: skip
    return [_letter(row) for row in rows]


def _among(stop_ids: Sequence[bytes] | None, logs: Collection[int] | None) -> tuple[str, tuple[object, ...]]:
    said, params = "", list[object]()
    for column, values in (("l.stop_id", stop_ids), ("l.log_no", None if logs is None else sorted(logs))):
        if values is not None:
            said += f"AND {column} IN ({','.join('?' for _ in values)}) " if values else "AND 1 = 0 "
            params += values
    return said, tuple(params)


def list_between(
    store: Store, purpose: str, stop_ids: Sequence[bytes] | None, from_ms: int, until_ms: int, limit: int = -1,
    logs: Collection[int] | None = None,
) -> list[Letter]:  # fmt: skip
    """Letters given at these stops (None: anywhere) on days in [from_ms, until_ms), the oldest day first."""
    where, params = _among(stop_ids, logs)
    rows = store.rows(
        f"{_LETTER} WHERE l.purpose = ? AND l.day_ms >= ? AND l.day_ms < ? {where}"
        "ORDER BY l.day_ms, l.letter_id LIMIT ?",
        purpose, from_ms, until_ms, *params, limit,
    )  # fmt: skip
    return [_letter(row) for row in rows]


def count_letters(
    store: Store, purpose: str, status: str = "", stop_ids: Sequence[bytes] | None = None,
    logs: Collection[int] | None = None,
) -> int:  # fmt: skip
    """How many letters of one purpose (and status, and stops, and logs)."""
    where, params = _among(stop_ids, logs)
    statement = f"SELECT count(*) FROM letter l WHERE purpose = ? AND ? IN ('', coalesce({_LAST}, 'received'))"
    return int(store.value(f"{statement} {where}", purpose, status, *params) or 0)


def list_moves(store: Store, letter_id: bytes) -> list[Move]:
    """What became of a letter, in order."""
    rows = store.rows(
        f"SELECT m.status, e.sealed, m.day_ms, {_OURS} AS is_ours FROM letter_move m "
        "JOIN log l ON l.log_no = m.log_no LEFT JOIN envelope e ON e.hash = m.envelope "
        "WHERE m.letter_id = ? ORDER BY m.base, m.log_no DESC, m.seq",
        letter_id,
    )
    return [Move(row["status"], row["sealed"], row["day_ms"], bool(row["is_ours"])) for row in rows]


def _letter(row: Row) -> Letter:
    values = msgspec.msgpack.decode(row["said"], type=tuple[tuple[str, int], ...])
    return Letter(
        row["letter_id"], row["purpose"], row["questionnaire"], row["version"], row["stop_id"], values,
        row["reply_to"], row["sealed"], row["day_ms"], row["log_id"], row["status"], row["move_count"], row["log_no"],
    )  # fmt: skip


# -- what is told to everybody ----------------------------------------------------------------------------------------


def list_told(store: Store, kind: str = "", *, shown_only: bool = False, limit: int = 200) -> list[Told]:
    """What is told, the newest day first."""
    rows = store.rows(
        f"SELECT t.*, {_OURS} AS is_ours FROM told t JOIN log l USING (log_no) "
        "WHERE ? IN ('', t.kind) AND t.is_shown >= ? ORDER BY t.day_ms DESC, t.told_id LIMIT ?",
        kind, int(shown_only), limit,
    )  # fmt: skip
    return [
        Told(row["told_id"], row["kind"], row["title"], row["text"], bool(row["is_shown"]), row["version"],
             bool(row["is_ours"]))
        for row in rows
    ]  # fmt: skip


def find_told(store: Store, told_id: bytes | None) -> Told | None:
    """One of them, or None."""
    return next((one for one in list_told(store, limit=-1) if one.told_id == told_id), None)
