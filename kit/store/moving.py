"""A whole database carried from one engine to the other, row by row: a central that grows, a backup that is a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from kit.errors import Problem
from kit.store.database import SqliteStore, open_store
from kit.store.postgres import PostgresStore, translated
from kit.store.postgres_schema import final_tables, final_words

BATCH = 2000
COUNTED = ("shelf_change", "agenda_change")  # moved on by triggers while rows are put in: set as they were, at the end
WORDLESS = "passage_search"  # in a file it holds its words without their text


def copy_to_file(source: PostgresStore, target: Path) -> None:
    """Write a new SQLite file with everything a database holds at one instant."""
    made = open_store(target)
    connection = source.connection()
    try:
        with translated(), connection.transaction(), made.write():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for table in final_tables():
                made.run(f"DELETE FROM {table}")
                _fill_file(source, made, table, source.columns(table))
            for table in final_words():
                _fill_file(source, made, table, ["rowid", *source.columns(table)])
            for table in COUNTED:
                made.run(f"UPDATE {table} SET number = ?", source.value(f"SELECT number FROM {table}"))
        made.flush()
    finally:
        made.close()


def _fill_file(source: PostgresStore, made: Any, table: str, columns: Sequence[str]) -> None:
    named, marks = ", ".join(columns), ",".join("?" for _ in columns)
    with source.connection().cursor(name=f"copy_{table}") as cursor:
        cursor.itersize = BATCH
        cursor.execute(f"SELECT {named} FROM {table}".encode())
        rows = iter(cursor)
        while some := [tuple(row) for row in islice(rows, BATCH)]:
            made.run_many(f"INSERT INTO {table} ({named}) VALUES ({marks})", some)


def copy_from_file(source: Path, target: PostgresStore) -> int:
    """Fill a database that is still empty with everything a file holds; how many rows.

    The file is brought up to date first. Raises Problem `store.not_empty`.
    """
    file = open_store(source)
    try:
        with translated(), target.write():
            if target.value("SELECT count(*) FROM log") or target.value("SELECT count(*) FROM node_state"):
                raise Problem("store.not_empty")
            connection, count = target.connection(), 0
            with file.write():  # nobody writes to the file meanwhile
                for table in file.tables():
                    connection.execute(f"DELETE FROM {table}".encode())
                    count += _fill(connection, table, file.columns(table), _read(file, table))
                for table in final_words():
                    columns = ["rowid", *target.columns(table)]
                    _fill(connection, table, columns, _read_words(file, table, columns))
            for counter in COUNTED:
                connection.execute(f"DELETE FROM {counter}".encode())
                number = file.value(f"SELECT number FROM {counter}")
                connection.execute(f"INSERT INTO {counter} VALUES (1, %s)".encode(), (number,))
            _number_on(connection)
    finally:
        file.close()
    target.connection().execute("ANALYZE")
    return count


def _read(file: Any, table: str) -> Iterator[tuple[Any, ...]]:
    assert isinstance(file, SqliteStore)
    for row in file.db.execute_sql(f"SELECT * FROM {table}"):
        yield tuple(row)


def _read_words(file: Any, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    if table != WORDLESS:
        yield from (tuple(row) for row in file.db.execute_sql(f"SELECT {', '.join(columns)} FROM {table}"))
        return
    file.db.execute_sql(f"CREATE VIRTUAL TABLE temp.kept_words USING fts5vocab (main, {table}, instance)")
    yield from (
        tuple(row)
        for row in file.db.execute_sql("SELECT doc, group_concat(term, ' ') FROM temp.kept_words GROUP BY doc")
    )
    file.db.execute_sql("DROP TABLE temp.kept_words")


def _fill(connection: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: Iterator[Any]) -> int:
    count = 0
    with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(tuple(row))
            count += 1
    return count


def _number_on(connection: psycopg.Connection[Any]) -> None:
    """Numbers given by the server go on after the largest that came."""
    found = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND identity_generation = 'BY DEFAULT'"
    ).fetchall()
    for table, column in found:
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "
            f"greatest(1, (SELECT max({column}) FROM {table})))".encode()
        )
