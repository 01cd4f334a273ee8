"""Many rows to PostgreSQL at once: by COPY, in the server's own form of each value."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import errors

FEW = 30  # below, a stage table costs more than it saves


class Kinds:
    """The types of some columns, and whether the values of rows may go to them as they are, in binary."""

    _FIT: Mapping[str, frozenset[type]] = {
        "int8": frozenset({int, bool, type(None)}), "bytea": frozenset({bytes, type(None)}),
        "text": frozenset({str, type(None)}), "float8": frozenset({float, type(None)}),
    }  # fmt: skip

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._sorts = [self._FIT.get(name, frozenset()) for name in names]

    def fit(self, rows: Sequence[Sequence[Any]]) -> bool:
        """True when every value is of its column's own type; a text with NUL never fits (U+2400 stands for it)."""
        for values, sorts in zip(zip(*rows, strict=True), self._sorts, strict=True):
            if not sorts.issuperset(map(type, values)):
                return False
            if str in sorts and "\0" in "".join(filter(None, values)):
                return False
        return True


class Bulk:
    """Writes rows of tables named as `name (column, ...)`; knows the types of columns it was asked about."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kinds] = {}

    def insert(
        self, connection: psycopg.Connection[Any], table: str, rows: Sequence[Sequence[object]], ending: str
    ) -> None:
        """Rows where they belong; when one is there already, by way of a stage table and `ending`."""
        if len(rows) < FEW:
            marks = ",".join(["%s"] * len(rows[0]))
            with connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks}){ending}".encode(), rows)
            return
        try:
            with connection.transaction():
                self._copy(connection, table, rows)
        except errors.UniqueViolation:
            if not ending:
                raise
            self._insert_staged(connection, table, rows, ending)

    def _copy(self, connection: psycopg.Connection[Any], table: str, rows: Sequence[Sequence[object]]) -> None:
        kinds = self._kinds_of(connection, table)
        with connection.cursor() as cursor:
            if kinds.fit(rows):
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
                    copy.set_types(kinds.names)
                    for row in rows:
                        copy.write_row(row)
                return
            with cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)

    def _kinds_of(self, connection: psycopg.Connection[Any], table: str) -> Kinds:
        found = self._kinds.get(table)
        if found is None:
            name, _, columns = table[:-1].partition(" (")
            asked = (
                b"SELECT attname, typname FROM pg_attribute JOIN pg_type t ON t.oid = atttypid "
                b"WHERE attrelid = to_regclass(%s) AND attnum > 0"
            )
            told = dict(map(tuple, connection.execute(asked, (name,)).fetchall()))
            found = self._kinds[table] = Kinds([told[column.strip()] for column in columns.split(",")])
        return found

    def _insert_staged(
        self, connection: psycopg.Connection[Any], table: str, rows: Sequence[Sequence[object]], ending: str
    ) -> None:
        name, _, columns = table[:-1].partition(" (")
        stage = f"stage_{name}_{zlib.crc32(columns.encode()):08x}"
        connection.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS AS "
            f"SELECT {columns} FROM {name} WITH NO DATA".encode()
        )
        self._copy(connection, f"{stage} ({columns})", rows)
        connection.execute(f"INSERT INTO {table} SELECT * FROM {stage}{ending}".encode())
        connection.execute(f"TRUNCATE {stage}".encode())
