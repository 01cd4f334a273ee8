"""Many rows to PostgreSQL at once: by COPY, in the server's own form of each value."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.abc import Buffer
from psycopg.copy import LibpqWriter, Writer

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


class _Collected(Writer):
    """Keeps what a COPY would send."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: Buffer) -> None:
        self.parts.append(bytes(data))


@contextmanager
def _ended(inside: AbstractContextManager[object]) -> Iterator[None]:
    """The end of a context that was entered before."""
    try:
        yield
    except BaseException as trouble:
        if not inside.__exit__(type(trouble), trouble, trouble.__traceback__):
            raise
    else:
        inside.__exit__(None, None, None)


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
        self.begin(connection, table, rows, ending)()

    def begin(
        self, connection: psycopg.Connection[Any], table: str, rows: Sequence[Sequence[object]], ending: str
    ) -> Callable[[], None]:
        """The same for many rows, put into the server's form at once; what is given back sends them and waits.

        Another thread may do that: it holds Python for next to no time. Until it is done the connection is its own.
        """
        inside = connection.transaction()
        inside.__enter__()
        try:
            send = self._begin_copy(connection, table, rows)
        except BaseException as trouble:
            inside.__exit__(type(trouble), trouble, trouble.__traceback__)
            raise

        def end() -> None:
            try:
                with _ended(inside):
                    send()
            except errors.UniqueViolation:
                if not ending:
                    raise
                self._insert_staged(connection, table, rows, ending)

        return end

    def _begin_copy(
        self, connection: psycopg.Connection[Any], table: str, rows: Sequence[Sequence[object]]
    ) -> Callable[[], None]:
        kinds, cursor, collected = self._kinds_of(connection, table), connection.cursor(), _Collected()
        is_binary = kinds.fit(rows)
        form = " (FORMAT BINARY)" if is_binary else ""
        with cursor.copy(f"COPY {table} FROM STDIN{form}".encode(), writer=collected) as copy:
            if is_binary:
                copy.set_types(kinds.names)
            for row in rows:
                copy.write_row(row)

        def send() -> None:
            with cursor:
                line = LibpqWriter(cursor)
                line.write(b"".join(collected.parts))
                line.finish()

        return send

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
        self._begin_copy(connection, f"{stage} ({columns})", rows)()
        connection.execute(f"INSERT INTO {table} SELECT * FROM {stage}{ending}".encode())
        connection.execute(f"TRUNCATE {stage}".encode())
