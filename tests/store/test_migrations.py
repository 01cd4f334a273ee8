"""A migration that lays a table anew keeps its rows, its indexes and its triggers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from kit.store.postgres_schema import _load, _Plain, known

BEFORE = "0900_by_subject"
MANY = 300


@pytest.fixture
def base() -> Iterator[sqlite3.Connection]:
    """A database as the migration finds it, with people at workshops of two logs; ids are drawn by lot."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.execute("PRAGMA foreign_keys = 1")
    for name in known():
        if name < BEFORE:
            _load(name).up(None, _Plain(made))
    for number in range(MANY):
        one, workshop = (number * 7919 % MANY).to_bytes(16, "big"), (number // 12).to_bytes(16, "big")
        log = number % 2 + 1
        made.execute(
            "INSERT INTO attendance (log_no, attendance_id, workshop_id, state, how, gender, age_band, status, "
            "is_contradicted, boot, mono_ms, seq, card) VALUES (?,?,?,'came','walk_in','','18-24','',0,1,?,?,?)",
            (log, one, workshop, number, number + 1, "renard" if number % 5 == 0 else ""),
        )
        made.execute(
            "INSERT INTO signup (log_no, signup_id, workshop_id, code, state, is_promoted, has_phone, seen_version, "
            "boot, mono_ms, seq) VALUES (?,?,?,?,'placed',0,1,1,1,?,?)",
            (log, one, workshop, f"renard-{number}", number, number + 1),
        )
    made.execute("DELETE FROM figure_due")
    yield made
    made.close()


@pytest.mark.parametrize(("table", "key"), [("attendance", "attendance_id"), ("signup", "signup_id")])
def test_people_keep_their_rows_and_what_watches_them(base: sqlite3.Connection, table: str, key: str) -> None:
    def things() -> list[tuple[str, str]]:
        asked = "SELECT type, name FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type, name"
        return list(base.execute(asked, (table,)))

    rows, others = set(base.execute(f"SELECT * FROM {table}")), things()
    names = [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
    _load(BEFORE).up(None, _Plain(base))
    assert set(base.execute(f"SELECT * FROM {table}")) == rows and len(rows) == MANY
    assert [row[1] for row in base.execute(f"PRAGMA table_info({table})")] == names
    assert things() == [one for one in others if one != ("index", f"{table}_subject")]
    base.execute(f"DELETE FROM {table} WHERE {key} = ?", (bytes(16),))
    assert base.execute("SELECT count(*) FROM figure_due").fetchone()[0] >= 1, "its triggers still note what changed"
    plan = " ".join(row[3] for row in base.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {key} = x''"))
    assert "USING PRIMARY KEY" in plan and "SCAN" not in plan
    with pytest.raises(sqlite3.IntegrityError):
        base.execute(f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1")
