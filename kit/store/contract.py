"""What every room may ask of its database, whichever engine keeps it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Container, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from kit.store.gathering import Gathering, Known, Waiting

_TOGETHER = (8, 64, 500)  # statements for so many values: few texts, so that an engine keeps its plan of them


class Row(Protocol):
    """One row, read by column name or by place; it iterates over its values."""

    def __getitem__(self, key: int | str, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> list[str]: ...


class Own(threading.local):
    """What belongs to one thread."""

    gathering: Gathering | None = None
    held: Any = None  # its connection, where the engine's library keeps none for each thread


class Store(ABC):
    """The database of one node. Statements are written as SQLite reads them; `?` stands for a value.

    Every thread has a connection of its own; writes are transactions one at a time, so what a rule reads inside
    `write()` is still true when it ends.
    """

    def __init__(self) -> None:
        self._own = Own()

    # -- what an engine does ------------------------------------------------------------------------------------------

    @abstractmethod
    def _ask(self, sql: str, params: tuple[object, ...]) -> list[Row]:
        """All rows of a SELECT."""

    @abstractmethod
    def _ask_first(self, sql: str, params: tuple[object, ...]) -> Row | None:
        """The first row of a SELECT, or None."""

    @abstractmethod
    def _do(self, sql: str, params: tuple[object, ...]) -> int:
        """Run a statement that writes; the number of rows it touched."""

    @abstractmethod
    def _do_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement that writes, for many rows."""

    @abstractmethod
    def _write_waiting(self, table: str, waiting: Waiting) -> None:
        """Write what waited for one table."""

    # -- what rooms ask -----------------------------------------------------------------------------------------------

    def rows(self, sql: str, *params: object) -> list[Row]:
        """All rows of a SELECT, each read by column name. Raises Problem `store.*`."""
        gathering = self._own.gathering
        return self._ask(sql, params) if gathering is None else gathering.read(sql, params, self._ask)

    def row(self, sql: str, *params: object) -> Row | None:
        """The first row of a SELECT, or None."""
        gathering = self._own.gathering
        if gathering is None:
            return self._ask_first(sql, params)
        rows = gathering.read(sql, params, self._ask)
        return rows[0] if rows else None

    def value(self, sql: str, *params: object) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, *params)
        return None if found is None else found[0]

    def run(self, sql: str, *params: object) -> int:
        """Run one INSERT, UPDATE or DELETE; the number of rows it touched. Only inside `write()`."""
        gathering = self._own.gathering
        if gathering is not None and gathering.takes(sql, params):
            return 1
        return self._do(sql, params)

    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows through one cursor. Only inside `write()`."""
        if not rows:
            return
        if self._own.gathering is not None:
            self._own.gathering.settle(sql)
        self._do_many(sql, rows)

    @abstractmethod
    def write(self) -> AbstractContextManager[None]:
        """One transaction alone at writing: all or nothing, durable when the block ends. May be nested."""

    def rows_among(self, sql: str, values: Sequence[object], *params: object) -> list[Row]:
        """All rows of a SELECT in which `IN (*)` stands for these values; its other values come after them."""
        found: list[Row] = []
        for first in range(0, len(values), _TOGETHER[-1]):
            some = list(values[first : first + _TOGETHER[-1]])
            many = next(size for size in _TOGETHER if size >= len(some))
            marks = ",".join("?" * many)
            found += self.rows(sql.replace("IN (*)", f"IN ({marks})"), *some, *some[-1:] * (many - len(some)), *params)
        return found

    @contextmanager
    def gather(
        self, tables: Sequence[str], fresh: Container[object] = (), known: Known = MappingProxyType({})
    ) -> Iterator[None]:
        """Inside, rows of these tables may be written later, together, before anybody reads them. In `write()` only.

        `fresh`: keys that none of these tables has rows of yet. `known`: what was read just before, by statement and
        values, so that nobody waits for it while a server still takes the rows of before."""
        from kit.store.gathering import Gathering  # a start gathers nothing

        if self._own.gathering is not None:
            yield
            return
        # A trigger speaks of what is written to these at once.
        together = set(tables) - {"item", "audit_line"}
        gathering = self._own.gathering = Gathering(together, self._write_waiting, fresh, known)
        try:
            yield
            gathering.flush()
        finally:
            self._own.gathering = None

    @abstractmethod
    def columns(self, table: str) -> list[str]:
        """The columns of a table, in order; of an index of words, those that hold words."""

    @abstractmethod
    def tables(self) -> list[str]:
        """The names of all tables of ours, in the order they may be filled; no index of words, no view."""

    @abstractmethod
    def copy_to(self, target: Path) -> None:
        """A consistent copy while running, as an SQLite file."""

    @abstractmethod
    def flush(self) -> None:
        """Let go of what the engine still keeps of rows that were removed, as far as it can."""

    @abstractmethod
    def find_damage(self) -> str:
        """What the engine finds wrong with what it keeps, in its own words; "" when all is well."""

    @abstractmethod
    def find_haste(self) -> str:
        """What makes this engine say "written" too early, in its own words; "" when it does not."""

    @abstractmethod
    def close(self) -> None:
        """Close this thread's connection."""
