"""Opens the database, hands out reads and immediate write transactions, turns its refusals into Problems."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.errors import Problem
from kit.store.contract import Row, Store
from kit.store.lean import peewee
from kit.store.schema import HISTORY, check_not_newer, migrate

if TYPE_CHECKING:
    from kit.store.gathering import Waiting

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: "noted" is said only after the disk has it (journal.md, Fact)
    "foreign_keys": 1,
    "secure_delete": 1,  # what is erased is overwritten
    "temp_store": 2,  # temporary tables never touch the disk
    "cache_size": -4000,
}
# Of a central's file, KiB for each thread: the upper pages of big indexes are else read again for each row.
CENTRAL_CACHE_KIB = 32_000


class _Database(peewee.SqliteDatabase):
    """peewee's SQLite with rows that are read by name as well as by place."""

    def _connect(self) -> Any:
        connection = super()._connect()  # type: ignore[misc]
        connection.row_factory = sqlite3.Row
        return connection


class SqliteStore(Store):
    """One SQLite file. Every thread has a connection of its own; writes are immediate transactions, one at a time."""

    def __init__(self, path: Path, timeout_seconds: float = 10, cache_kib: int = 0) -> None:
        super().__init__()
        self.path = path
        pragmas = PRAGMAS | ({"cache_size": -cache_kib} if cache_kib else {})
        self.db = _Database(str(path), pragmas=pragmas, timeout=timeout_seconds, check_same_thread=False)

    def _ask(self, sql: str, params: tuple[object, ...]) -> list[Row]:
        with translated():
            return list(self._cursor(sql, params).fetchall())

    def _ask_first(self, sql: str, params: tuple[object, ...]) -> Row | None:
        with translated():
            found: Row | None = self._cursor(sql, params).fetchone()
        return found

    def _do(self, sql: str, params: tuple[object, ...]) -> int:
        with translated():
            return int(self._cursor(sql, params).rowcount)

    def _do_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        with translated():
            self.db.connection().executemany(sql, rows)

    def _write_waiting(self, table: str, waiting: Waiting) -> None:
        if waiting.deleted:
            self._do_many(f"DELETE FROM {table} WHERE {waiting.key} = ?", [(key,) for key in waiting.deleted])
        if rows := waiting.list_rows():
            self._do_many(waiting.insertion(table), rows)

    @contextmanager
    def write(self) -> Iterator[None]:
        """One immediate transaction: all or nothing, durable when the block ends. May be nested."""
        with translated(), self.db.atomic(*self._lock()):
            yield

    def _lock(self) -> tuple[str, ...]:
        return () if self.db.in_transaction() else ("IMMEDIATE",)

    def _cursor(self, sql: str, params: Sequence[object]) -> Any:
        return self.db.execute_sql(sql, params)

    def columns(self, table: str) -> list[str]:
        return [row["name"] for row in self.rows(f"PRAGMA table_info({table})")]

    def tables(self) -> list[str]:
        words = [row[0] for row in self.rows("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")]
        named = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        return [
            row["name"]
            for row in named
            if row["name"] not in (HISTORY, *words)
            and not row["name"].startswith(("sqlite_", *(f"{name}_" for name in words)))
        ]

    def copy_to(self, target: Path) -> None:
        """By SQLite's own backup."""
        with translated():
            copy = sqlite3.connect(target)
            try:
                self.db.connection().backup(copy, pages=256)
            finally:
                copy.close()

    def flush(self) -> None:
        """Move the write-ahead log into the file and empty it, so that what was erased is in neither."""
        with translated():
            self.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def find_damage(self) -> str:
        answer = str(self.value("PRAGMA quick_check(1)"))
        return "" if answer == "ok" else answer

    def find_haste(self) -> str:
        modes = (self.value("PRAGMA journal_mode"), self.value("PRAGMA synchronous"))
        return "" if modes == ("wal", 2) else str(modes)

    def close(self) -> None:
        if not self.db.is_closed():
            self.db.close()


def open_store(path: Path, timeout_seconds: float = 10, url: str = "", cache_kib: int = 0) -> Store:
    """Open and migrate the database at `path`, or the one that `url` names on a PostgreSQL server.

    `cache_kib`: memory for the file's pages, for each thread; 0: a suitcase's.
    Raises Problem `store.newer` when it comes from a later version, `store.damaged` when it is not readable,
    `store.gone` when the server does not answer, `store.no_postgres` when the extra is not installed.
    """
    if url:
        return _open_postgres(url, timeout_seconds)
    store = SqliteStore(path, timeout_seconds, cache_kib)
    with translated():
        check_not_newer(store.db)
        migrate(store.db)
    return store


def _open_postgres(url: str, timeout_seconds: float) -> Store:
    try:
        from kit.store.postgres import PostgresStore  # an extra: a box does without psycopg
        from kit.store.postgres_schema import prepare
    except ImportError as refusal:
        raise Problem("store.no_postgres") from refusal
    store = PostgresStore(url, timeout_seconds)
    prepare(store)
    return store


_REFUSALS = (
    ("database or disk is full", "store.full"),
    ("database is locked", "store.busy"),
    ("database table is locked", "store.busy"),
    ("readonly database", "store.readonly"),
    ("unable to open", "store.readonly"),
    ("disk I/O error", "store.readonly"),
    ("malformed", "store.damaged"),
    ("not a database", "store.damaged"),
)


def _problem_of(refusal: BaseException | None) -> Problem | None:
    """The Problem that a refusal stands for, or None.

    A full disk makes SQLite roll back by itself, and our own rollback then finds nothing to undo: what counts is what
    had happened before.
    """
    while refusal is not None:
        if isinstance(refusal, Problem):
            return refusal
        for sign, code in _REFUSALS:
            if sign in str(refusal):
                return Problem(code)
        refusal = refusal.__context__ if "no transaction is active" in str(refusal) else None
    return None


@contextmanager
def translated() -> Iterator[None]:
    """Turn what SQLite refuses into the Problem a person can read."""
    try:
        yield
    except (peewee.IntegrityError, sqlite3.IntegrityError) as refusal:
        raise Problem("store.conflict") from refusal
    except (peewee.OperationalError, peewee.DatabaseError, sqlite3.Error) as refusal:
        problem = _problem_of(refusal)
        if problem is None:
            raise
        raise problem from refusal
