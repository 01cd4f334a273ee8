"""The schema of a central on PostgreSQL: made from SQLite's, so that one history of migrations serves both.

An empty database is given what all migrations together make of an SQLite file, translated; nothing is written twice.
Later migrations then run on it one by one, their statements translated (`tests/store` holds both ways equal).
"""

from __future__ import annotations

import importlib.util
import sqlite3
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import psycopg

from kit.errors import Problem
from kit.store.dialect import schema_to_postgres, to_postgres
from kit.store.postgres import PostgresStore, translated
from kit.store.schema import DIRECTORY, HISTORY

FUNCTIONS = Path(__file__).with_name("postgres.sql")
MIGRATOR = int.from_bytes(b"SCHEMA", "big")


class Made(NamedTuple):
    """What some migrations make: (type, name, statement) of each thing, and the rows they put into tables."""

    things: list[tuple[str, str, str]]
    rows: dict[str, list[tuple[Any, ...]]]


@cache
def known() -> tuple[str, ...]:
    """The names of all migrations of this program, in order."""
    return tuple(sorted(path.stem for path in DIRECTORY.glob("[0-9]*.py")))


def make_in_memory(names: Sequence[str]) -> Made:
    """Run migrations in an SQLite database of its own and read what they made."""
    base = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for name in names:
            _load(name).up(None, _Plain(base))
        words = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")]
        things = [
            thing
            for thing in base.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
            if not thing[1].startswith("sqlite_") and not any(thing[1].startswith(f"{name}_") for name in words)
        ]
        plain = [name for kind, name, sql in things if kind == "table" and "VIRTUAL" not in sql]
        rows = {name: found for name in plain if (found := base.execute(f"SELECT * FROM {name}").fetchall())}
    finally:
        base.close()
    return Made(things, rows)


@cache
def final_tables() -> list[str]:
    """The tables that all migrations together make, in an order in which they may be filled."""
    things = make_in_memory(known()).things
    return [name for kind, name, sql in things if kind == "table" and "VIRTUAL" not in sql]


@cache
def final_words() -> list[str]:
    """The indexes of words that all migrations together make."""
    things = make_in_memory(known()).things
    return [name for kind, name, sql in things if kind == "table" and "VIRTUAL" in sql]


class _Plain:
    """What a migration runs its statements on, over SQLite."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def execute_sql(self, sql: str, params: Sequence[object] = ()) -> Any:
        return self._base.execute(sql, tuple(params))


class _Translating:
    """What a migration runs its statements on, over PostgreSQL."""

    is_server = True

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute_sql(self, sql: str, params: Sequence[object] = ()) -> Any:
        if sql.lstrip().upper().startswith(("CREATE", "ALTER", "DROP")):
            for statement in schema_to_postgres(sql):
                self._connection.execute(statement.encode())
            return None
        said = to_postgres(sql)
        return self._connection.execute(said.text.encode(), said.arrange(tuple(params)))


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"valise_migration_{name}", DIRECTORY / f"{name}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepare(store: PostgresStore, names: Sequence[str] | None = None) -> list[str]:
    """Bring a database up to date; the migrations applied. Several processes may start at once: one does it.

    Raises Problem `store.newer` when it has migrations this program does not know.
    """
    wanted = tuple(names or known())
    with translated():
        connection = store.connection()
        if not set(wanted) - _applied(connection):
            _check_not_newer(connection)
            return []
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATOR,))
            applied = _applied(connection)
            pending = [name for name in wanted if name not in applied]
            if applied:
                _check_not_newer(connection)
                for name in pending:
                    _load(name).up(None, _Translating(connection))
            else:
                _begin(connection, make_in_memory(wanted))
            for name in pending:
                connection.execute(f"INSERT INTO {HISTORY} (name) VALUES (%s)".encode(), (name,))
    return pending


def _applied(connection: psycopg.Connection[Any]) -> set[str]:
    if connection.execute("SELECT to_regclass(%s) IS NULL", (HISTORY,)).fetchone()[0]:  # type: ignore[index]
        return set()
    return {row[0] for row in connection.execute(f"SELECT name FROM {HISTORY}".encode()).fetchall()}


def _check_not_newer(connection: psycopg.Connection[Any]) -> None:
    unknown = sorted(_applied(connection) - set(known()))
    if unknown:
        raise Problem("store.newer", names=", ".join(unknown))


def _begin(connection: psycopg.Connection[Any], made: Made) -> None:
    connection.execute(FUNCTIONS.read_bytes())
    connection.execute(
        f"CREATE TABLE {HISTORY} (name TEXT NOT NULL PRIMARY KEY, applied TIMESTAMPTZ NOT NULL DEFAULT now())".encode()
    )
    for _, _, sql in made.things:
        for statement in schema_to_postgres(sql):
            connection.execute(statement.encode())
    for table, rows in made.rows.items():
        marks = ",".join(["%s"] * len(rows[0]))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})".encode(), rows)
