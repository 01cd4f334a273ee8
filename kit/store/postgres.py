"""One database on a PostgreSQL server, for a central that outgrew a file: the same statements, the same promises."""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import Buffer
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import BytesBinaryDumper, BytesDumper, StrDumperUnknown

from kit.errors import Problem
from kit.store.contract import Row, Store
from kit.store.dialect import to_postgres
from kit.store.gathering import Waiting, read_write
from kit.store.postgres_bulk import FEW, Bulk

CONNECT_SECONDS = 5
MANY = 200  # from so many rows on, folding goes on while the server takes them
MOST_HELPERS = 4
# One writer at a time, as with SQLite: folds of two logs may meet in one thing, and rules count before they write.
# Whoever writes takes this lock first and keeps it until the end; "VALISE" in ASCII.
WRITER = int.from_bytes(b"VALISE", "big")


class _Row(tuple[Any, ...]):
    """A row read by name as well as by place; each list of columns has a class of its own."""

    __slots__ = ()
    places: dict[str, int] = {}  # noqa: RUF012 - made once for each list of columns, never changed

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self.places[key] if isinstance(key, str) else key)

    def keys(self) -> list[str]:
        return list(self.places)


@lru_cache(maxsize=1024)
def _row_class(columns: tuple[str, ...]) -> type[_Row]:
    places = {name: place for place, name in reversed(list(enumerate(columns)))}
    return type("_Row", (_Row,), {"__slots__": (), "places": {name: places[name] for name in columns}})


def _make_rows(cursor: psycopg.Cursor[Any]) -> Any:
    return _row_class(tuple(column.name for column in cursor.description or ()))


class _Truth(Int8Dumper):
    """True and False are 1 and 0, as SQLite keeps them."""

    def dump(self, obj: Any) -> Buffer:
        return b"1" if obj else b"0"


class _Text(StrDumperUnknown):
    """PostgreSQL keeps no NUL in a text: U+2400, its picture, stands for it."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\u2400") if "\0" in obj else obj)


class _TruthLoader(psycopg.adapt.Loader):
    def load(self, data: Buffer) -> int:
        return int(bytes(data) == b"t")


class _NumberLoader(psycopg.adapt.Loader):
    """Sums and means: a whole number where it is one, as SQLite gives them."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


class _Held:
    """The connection of one thread: closed with the thread that held it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.underway: Future[None] | None = None  # rows that a helper is writing

    def settle(self) -> None:
        """Wait for the rows underway; raises what the server said of them."""
        if self.underway is not None:
            underway, self.underway = self.underway, None
            underway.result()

    def drop(self) -> None:
        """Wait for the rows underway, whatever becomes of them: all is about to be undone."""
        if self.underway is not None:
            wait((self.underway,))
            self.underway = None

    def __del__(self) -> None:
        self.connection.close()


def _is_ended(connection: psycopg.Connection[Any]) -> bool:
    """True when the server ended an idle connection: its farewell waits to be read, and nothing else ever does."""
    if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        return False
    ear = select.poll()
    ear.register(connection.fileno(), select.POLLIN)
    return bool(ear.poll(0))


class PostgresStore(Store):
    """A database named by a URL. A connection that broke is made again by the next statement."""

    def __init__(self, url: str, timeout_seconds: float = 10) -> None:
        super().__init__()
        self.url = url
        self._timeout_ms = int(timeout_seconds * 1000)
        self._bulk = Bulk()
        self._helpers = ThreadPoolExecutor(MOST_HELPERS, "valise-rows")

    # -- reading --------------------------------------------------------------------------------------------------

    def _ask(self, sql: str, params: tuple[object, ...]) -> list[Row]:
        with translated():
            found: list[Row] = self._execute(sql, params).fetchall()
        return found

    def rows_among(self, sql: str, values: Sequence[object], *params: object) -> list[Row]:
        """All values in one array: one statement of one text, however many they are."""
        if not values:
            return []
        if self._own.gathering is not None:
            return self._own.gathering.read(sql, (tuple(values), *params), self._ask_among)
        return self._ask_among(sql, (values, *params))

    def _ask_among(self, sql: str, params: tuple[Any, ...]) -> list[Row]:
        said = to_postgres(sql)
        text, told = said.text.replace("IN (*)", "= ANY(%b)"), (list(params[0]), *said.arrange(params[1:]))
        with translated():
            found: list[Row] = self._by_index(text, told).fetchall()
        return found

    def _by_index(self, text: str, told: tuple[object, ...]) -> psycopg.Cursor[Any]:
        """Ask about many keys by their index: a server that counted a table when it was small would read all of it."""
        connection = self.connection()
        if connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            return connection.execute(text.encode(), told)
        with connection.pipeline():
            connection.execute(b"SET LOCAL enable_seqscan = off")
            cursor = connection.execute(text.encode(), told)
            connection.execute(b"SET LOCAL enable_seqscan = on")
        return cursor

    def _ask_first(self, sql: str, params: tuple[object, ...]) -> Row | None:
        with translated():
            found: Row | None = self._execute(sql, params).fetchone()
        return found

    def columns(self, table: str) -> list[str]:
        return [
            row[0]
            for row in self.rows(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
                "AND table_name = ? AND data_type <> 'tsvector' AND column_name <> 'rowid' ORDER BY ordinal_position",
                table,
            )
        ]

    def tables(self) -> list[str]:
        from kit.store.postgres_schema import final_tables

        return final_tables()

    # -- writing --------------------------------------------------------------------------------------------------

    def _do(self, sql: str, params: tuple[object, ...]) -> int:
        with translated():
            return int(self._execute(sql, params).rowcount)

    def _do_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        with translated():
            write = read_write(sql)
            if write is not None and write.columns and len(rows) >= FEW:
                ending = " ON CONFLICT DO NOTHING" if write.is_lenient else ""
                self._insert(f"{write.table} ({', '.join(write.columns)})", rows, ending)
                return
            said = to_postgres(sql)
            with self.connection().cursor() as cursor:
                cursor.executemany(said.text.encode(), [said.arrange(tuple(row)) for row in rows])

    @contextmanager
    def write(self) -> Iterator[None]:
        with translated():
            connection = self.connection()
            is_first = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            with connection.transaction():
                if is_first:
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITER,))
                held: _Held = self._own.held
                try:
                    yield
                    held.settle()
                finally:
                    held.drop()

    def _write_waiting(self, table: str, waiting: Waiting) -> None:
        with translated():
            if waiting.deleted:
                asked = f"DELETE FROM {table} WHERE {waiting.key} = ANY(%b)"
                self._by_index(asked, (list(waiting.deleted),))
            if rows := waiting.list_rows():
                ending = " ON CONFLICT DO NOTHING" if waiting.is_lenient else ""
                self._insert(f"{table} ({', '.join(waiting.columns)})", rows, ending)

    def _insert(self, table: str, rows: Sequence[Sequence[object]], ending: str) -> None:
        """Many rows at once; of many the server takes care while we go on, until it is asked something else."""
        connection = self.connection()
        if len(rows) < MANY or connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            self._bulk.insert(connection, table, rows, ending)
        else:
            self._own.held.underway = self._helpers.submit(self._bulk.begin(connection, table, rows, ending))

    def _execute(self, sql: str, params: tuple[object, ...]) -> psycopg.Cursor[Any]:
        said = to_postgres(sql)
        # Without values psycopg leaves %% as it stands.
        values = said.arrange(params)
        return self.connection().execute(said.text.encode(), values)

    # -- connections ----------------------------------------------------------------------------------------------

    def connection(self) -> psycopg.Connection[Any]:
        """This thread's connection, made when there is none or the last one broke."""
        held: _Held | None = self._own.held
        if held is not None:
            held.settle()
        if held is None or held.connection.closed or _is_ended(held.connection):
            held = self._own.held = _Held(self._connect())
        return held.connection

    def _connect(self) -> psycopg.Connection[Any]:
        made = psycopg.connect(
            self.url,
            autocommit=True,
            row_factory=_make_rows,
            connect_timeout=CONNECT_SECONDS,
            application_name="valise",
            options=f"-c lock_timeout={self._timeout_ms} -c client_encoding=UTF8 -c standard_conforming_strings=on",
        )
        made.adapters.register_dumper(int, Int8Dumper)
        made.adapters.register_dumper(bool, _Truth)
        made.adapters.register_dumper(str, _Text)
        made.adapters.register_dumper(bytes, BytesBinaryDumper)  # so that COPY takes it, and not one made for DB-API 2
        made.adapters.register_dumper(bytes, BytesDumper)
        made.adapters.register_loader("bool", _TruthLoader)
        made.adapters.register_loader("numeric", _NumberLoader)
        return made

    def close(self) -> None:
        held: _Held | None = self._own.held
        if held is not None:
            held.connection.close()

    # -- care -----------------------------------------------------------------------------------------------------

    def copy_to(self, target: Path) -> None:
        from kit.store.moving import copy_to_file

        copy_to_file(self, target)

    def flush(self) -> None:
        """Names are ciphertext here; their rows, once removed, are let go of by a vacuum at once."""
        with translated():
            for table in ("envelope", "staff", "door"):
                self.connection().execute(f"VACUUM {table}".encode())

    def find_damage(self) -> str:
        """The server checks its pages when it reads them: what it does not find is said here."""
        try:
            self.value("SELECT count(*) FROM log")
        except Problem as problem:
            return str(problem)
        return ""

    def find_haste(self) -> str:
        found = {
            name: self.value("SELECT current_setting(?)", name)
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        }
        wrong = {name: value for name, value in found.items() if value in ("off", "local")}
        return ", ".join(f"{name}={value}" for name, value in wrong.items())


# What a server may refuse, the narrow before the wide.
_REFUSALS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (errors.DiskFull, "store.full"),
    (errors.ReadOnlySqlTransaction, "store.readonly"),
    ((errors.LockNotAvailable, errors.QueryCanceled, errors.TooManyConnections), "store.busy"),
    ((errors.SerializationFailure, errors.DeadlockDetected), "store.busy"),
    ((errors.DataCorrupted, errors.IndexCorrupted), "store.damaged"),
    ((errors.IntegrityError, errors.RaiseException), "store.conflict"),
    ((psycopg.OperationalError, psycopg.InterfaceError), "store.gone"),
)


class _Translated:
    """A context without a state: every statement enters it, so that it must cost next to nothing."""

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, refusal: BaseException | None, _where: object) -> None:
        if isinstance(refusal, psycopg.Error):
            for kinds, code in _REFUSALS:
                if isinstance(refusal, kinds):
                    raise Problem(code) from refusal


_TRANSLATED = _Translated()


def translated() -> _Translated:
    """Turn what PostgreSQL refuses into the Problem a person can read."""
    return _TRANSLATED
