"""What every room may ask of its database, whichever engine keeps it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol


class Row(Protocol):
    """One row, read by column name or by place; it iterates over its values."""

    def __getitem__(self, key: int | str, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> list[str]: ...


class Store(ABC):
    """The database of one node. Statements are written as SQLite reads them; `?` stands for a value.

    Every thread has a connection of its own; writes are transactions one at a time, so what a rule reads inside
    `write()` is still true when it ends.
    """

    @abstractmethod
    def rows(self, sql: str, *params: object) -> list[Row]:
        """All rows of a SELECT, each read by column name. Raises Problem `store.*`."""

    @abstractmethod
    def row(self, sql: str, *params: object) -> Row | None:
        """The first row of a SELECT, or None."""

    def value(self, sql: str, *params: object) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, *params)
        return None if found is None else found[0]

    @abstractmethod
    def run(self, sql: str, *params: object) -> int:
        """Run one INSERT, UPDATE or DELETE; the number of rows it touched. Only inside `write()`."""

    @abstractmethod
    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows through one cursor. Only inside `write()`."""

    @abstractmethod
    def write(self) -> AbstractContextManager[None]:
        """One transaction alone at writing: all or nothing, durable when the block ends. May be nested."""

    def known(self, table: str, column: str, values: Sequence[object]) -> set[Any]:
        """Which of these values are in a column."""
        found: set[Any] = set()
        for first in range(0, len(values), 500):
            some = values[first : first + 500]
            marks = ",".join("?" * len(some))
            found |= {row[0] for row in self.rows(f"SELECT {column} FROM {table} WHERE {column} IN ({marks})", *some)}
        return found

    def gather(self, tables: Sequence[str], fresh: Container[object] = ()) -> AbstractContextManager[None]:
        """Inside, rows of these tables may be written later, together, before anybody reads them. In `write()` only.

        `fresh`: keys that none of these tables has rows of yet."""
        return nullcontext()

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
