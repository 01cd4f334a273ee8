"""Every read of halls."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from kit.directory.halls import vocabulary
from kit.directory.rules import plain_text, show_phone
from kit.directory.stop_queries import IS_OURS
from kit.errors import Problem
from kit.store import Row, Store


class Hall(msgspec.Struct, frozen=True):
    """One hall, ready to show. `host` is an organisation; `seats` 0: not said; `sheet` is code to code."""

    hall_id: bytes
    home: bytes
    is_ours: bool
    version: int
    label: str
    commune: str
    code_insee: str
    address: str
    north: str
    east: str
    state: str
    seats: int
    host: str
    host_phone: str
    keys: str
    hours: str
    remarks: str
    sheet: Mapping[str, str]
    noted_ms: int

    @property
    def state_words(self) -> str:
        """How far one is with it, in words."""
        return vocabulary.STATES.get(self.state, vocabulary.STATES["candidate"])

    @property
    def phone_words(self) -> str:
        """The host's number as people write it."""
        return show_phone(self.host_phone)

    @property
    def told(self) -> list[tuple[str, str]]:
        """The sheet in words, for the team."""
        return vocabulary.say_sheet(self.sheet)

    @property
    def told_to_all(self) -> list[tuple[str, str]]:
        """What of it visitors need: how one gets in."""
        return vocabulary.say_sheet(self.sheet, public_only=True)


_HALL = f"SELECT h.*, l.log_id AS home, {IS_OURS} FROM hall h JOIN log l USING (log_no)"


def _hall(row: Row) -> Hall:
    named = {name: row[name] for name in Hall.__struct_fields__}
    return Hall(**named | {"is_ours": bool(row["is_ours"]), "sheet": json.loads(row["sheet"])})


def _where(words: str, state: str) -> tuple[str, list[object]]:
    conditions, params = ["1 = 1"], list[object]()
    for word in plain_text(words).split()[:8]:
        conditions.append("instr(' ' || h.sort_name, ?) > 0")
        params.append(f" {word[:40]}")
    if state in vocabulary.STATES:
        conditions.append("h.state = ?")
        params.append(state)
    return " AND ".join(conditions), params


def count_halls(store: Store, words: str = "", state: str = "") -> int:
    """How many halls, by words of their name and commune, and by how far one is with them."""
    where, params = _where(words, state)
    return int(store.value(f"SELECT count(*) FROM hall h WHERE {where}", *params))


def list_halls(store: Store, words: str = "", state: str = "", limit: int = 500, offset: int = 0) -> list[Hall]:
    """Halls by commune and name."""
    where, params = _where(words, state)
    sql = f"{_HALL} WHERE {where} ORDER BY h.sort_name, h.hall_id LIMIT ? OFFSET ?"
    return [_hall(row) for row in store.rows(sql, *params, limit, offset)]


def find_hall(store: Store, hall_id: bytes | None) -> Hall | None:
    """One hall, or None."""
    row = store.row(f"{_HALL} WHERE h.hall_id = ?", hall_id) if hall_id else None
    return None if row is None else _hall(row)


def get_hall(store: Store, hall_id: bytes | None) -> Hall:
    """One hall. Raises Problem `directory.no_hall`."""
    found = find_hall(store, hall_id)
    if found is None:
        raise Problem("directory.no_hall")
    return found
