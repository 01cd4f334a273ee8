"""Rows of projections written together instead of one by one: what a fold says of one thing waits for the others.

A server is asked over a socket, so a statement for each fact costs far more there than the fact itself; in a file too
many rows of one statement cost less, and keys nobody spoke of need not be looked for. Inside `Store.gather` the two
statements that folds are made of wait, as long as nobody reads what they would change:

    DELETE FROM table WHERE key = ?                          the former rows of a thing
    INSERT INTO table (key, ...) VALUES (?,...) [ON CONFLICT DO NOTHING]      its rows, folded anew

Deletes of one key undo inserts of the same key that still wait; deletes of other keys do not touch them. So "all
deletes, then all inserts in their order" leaves what one by one would leave (`tests/store` compares). Whatever is not
of these two forms is run in its turn, after what waits. What was read is remembered until a table it names changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

_DELETE = re.compile(r"DELETE FROM (\w+) WHERE (\w+) = \?")
_INSERT = re.compile(r"INSERT INTO (\w+) \(([\w, ]+)\) VALUES \([?, ]+\)( ON CONFLICT DO NOTHING)?")
_WORD = re.compile(r"\w+")
MOST_KNOWN = 20_000


class Write(NamedTuple):
    """A statement of one of the two forms; `columns` is empty for a DELETE, `key` for an INSERT."""

    table: str
    key: str
    columns: tuple[str, ...]
    is_lenient: bool


@lru_cache(maxsize=1024)
def read_write(sql: str) -> Write | None:
    """What a statement writes, or None when it is of another form."""
    if found := _DELETE.fullmatch(sql):
        return Write(found.group(1), found.group(2), (), False)
    if found := _INSERT.fullmatch(sql):
        columns = tuple(name.strip() for name in found.group(2).split(","))
        return Write(found.group(1), "", columns, bool(found.group(3)))
    return None


@lru_cache(maxsize=1024)
def words_of(sql: str) -> frozenset[str]:
    """The words of a statement: a table it names is among them."""
    return frozenset(_WORD.findall(sql))


class Waiting:
    """What waits for one table: keys to delete, then rows of one list of columns to insert."""

    def __init__(self, key: str, fresh: Container[object]) -> None:
        self.key = key
        self._fresh = fresh
        self.deleted: dict[object, None] = {}
        self.columns: tuple[str, ...] = ()
        self.is_lenient = False
        self.rows: dict[object, list[tuple[object, ...]]] = {}
        self._place = 0

    def take(self, write: Write, params: tuple[object, ...]) -> bool:
        """Let a statement wait; False when it cannot be told apart from what waits already."""
        if not write.columns:
            if write.key != self.key:
                return False
            if params[0] not in self._fresh:
                self.deleted[params[0]] = None
            self.rows.pop(params[0], None)
            return True
        if self.rows:
            if write.columns != self.columns or write.is_lenient != self.is_lenient:
                return False
        elif self.key not in write.columns:
            return False
        else:
            self.columns, self.is_lenient, self._place = write.columns, write.is_lenient, write.columns.index(self.key)
        self.rows.setdefault(params[self._place], []).append(params)
        return True

    def list_rows(self) -> list[tuple[object, ...]]:
        """The rows to insert, in their order."""
        return [row for some in self.rows.values() for row in some]

    def insertion(self, table: str) -> str:
        """The statement that inserts one of them."""
        ending = " ON CONFLICT DO NOTHING" if self.is_lenient else ""
        return f"INSERT INTO {table} ({', '.join(self.columns)}) VALUES ({','.join('?' * len(self.columns))}){ending}"


Known = Mapping[tuple[str, tuple[object, ...]], list[Any]]


class Gathering:
    """What waits in one transaction, by table, and what was read in it. `write` brings one table's share home."""

    def __init__(
        self,
        tables: Iterable[str],
        write: Callable[[str, Waiting], None],
        fresh: Container[object] = (),
        known: Known = MappingProxyType({}),
    ) -> None:
        self._tables = frozenset(tables)
        self._write = write
        self._fresh = fresh
        self._written: set[str] = set()
        self._waiting: dict[str, Waiting] = {}
        self._known = dict(known)
        self._read_of: dict[str, set[tuple[str, tuple[object, ...]]]] = {}  # what was read of each of our tables

    def takes(self, sql: str, params: tuple[object, ...]) -> bool:
        """True when the statement waits now; False when it must be run, after what it could touch was written."""
        write = read_write(sql)
        if write is not None and write.table in self._tables:
            if write.table in self._read_of:
                self._forget(write.table)
            waiting = self._waiting.get(write.table)
            if waiting is None and not write.columns:
                fresh = () if write.table in self._written else self._fresh
                waiting = self._waiting[write.table] = Waiting(write.key, fresh)
            if waiting is not None:
                if waiting.take(write, params):
                    return True
                self.flush({write.table})
                return self.takes(sql, params) if not write.columns else False
        self.settle(sql)
        return False

    def read(
        self, sql: str, params: tuple[object, ...], ask: Callable[[str, tuple[object, ...]], list[Any]]
    ) -> list[Any]:
        """What a SELECT gives, remembered; what waits for a table it names is written first."""
        found = self._known.get((sql, params))  # kept only while nothing waits for a table it names
        if found is None:
            if self._waiting:
                self.flush(words_of(sql))
            found = ask(sql, params)
            if len(self._known) >= MOST_KNOWN:
                self._forget_all()
            self._known[sql, params] = found
            for table in words_of(sql) & self._tables:
                self._read_of.setdefault(table, set()).add((sql, params))
        return found

    def settle(self, sql: str) -> None:
        """A statement is about to be run by itself: what waits for its tables is written, what was read forgotten."""
        self._forget_all()
        self.flush(words_of(sql))

    def flush(self, names: frozenset[str] | set[str] | None = None) -> None:
        """Write what waits for these tables (None: for all), in the order in which they were first spoken of."""
        for table in [one for one in self._waiting if names is None or one in names]:
            self._written.add(table)
            self._write(table, self._waiting.pop(table))

    def _forget(self, table: str) -> None:
        for asked in self._read_of.pop(table):
            self._known.pop(asked, None)

    def _forget_all(self) -> None:
        self._known.clear()
        self._read_of.clear()
