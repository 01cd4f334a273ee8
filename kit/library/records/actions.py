"""Taking a table back: what it would change, then changing it, work by work; what is refused stays as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec.structs import replace

from kit.errors import Problem
from kit.ids import new_id, read_text, to_text
from kit.library import facts, queries
from kit.library.bench import queries as bench
from kit.library.bench.acceptance import write_proposal
from kit.library.bench.queries import Entry
from kit.library.queries import ItemView
from kit.library.records.queries import entry_cells, item_cells
from kit.library.records.rules import Change, Refused, compare
from kit.library.records.table import Row, Table, read_table
from kit.library.shelves.actions import may_change
from kit.people.actions import Staff
from kit.people.node import Node

AT_ONCE = 50  # works a transaction: visitors' writes come between
KEPT_TABLES = 8


class Changed(msgspec.Struct, frozen=True):
    """One work that the table changes. `work` is where it is now: waiting, or on the shelves."""

    work: Entry | ItemView
    given: dict[str, object]
    changes: list[Change]


class Foreseen(msgspec.Struct, frozen=True):
    """What a table would do. `mark` changes with it: what was previewed is what is done."""

    changed: list[Changed]
    refused: list[Refused]
    unknown: list[tuple[str, str]]
    same_count: int

    @property
    def mark(self) -> str:
        """A digest of everything that would change."""
        state = hashlib.sha256()
        for one in self.changed:
            state.update(repr([(two.place, two.before, two.after) for two in one.changes]).encode())
        return state.hexdigest()[:32]


def foresee(node: Node, staff: Staff, table: Table) -> Foreseen:
    """What a table would change, and which of its cells are refused."""
    changed, refused, same, seen = list[Changed](), list[Refused](), 0, set[str]()
    for row in table.rows:
        try:
            work = _find(node, row, seen)
            given, changes, wrong = compare(row, _cells(work))
            _check_shelves(node, staff, work, given)
        except Problem as problem:
            refused.append(Refused(row.places["id"], row.cells.get("id", "")[:80], str(problem)))
            continue
        refused += wrong
        same += not changes and not wrong
        if changes:
            changed.append(Changed(work, given, changes))
    return Foreseen(changed, refused, table.unknown, same)


def _cells(work: Entry | ItemView) -> dict[str, str]:
    return entry_cells(work) if isinstance(work, Entry) else item_cells(work)


def _find(node: Node, row: Row, seen: set[str]) -> Entry | ItemView:
    text = row.cells.get("id", "").lower()
    if text in seen:
        raise Problem("records.twice")
    seen.add(text)
    wanted = read_text(text)
    item = queries.find_item(node.store, wanted) if wanted else None
    if item is not None and item.is_here:
        return item
    entry = bench.find_waiting(node.store, wanted) if wanted else None
    if entry is None:
        raise Problem("records.no_such_work")
    return entry


def _check_shelves(node: Node, staff: Staff, work: Entry | ItemView, given: dict[str, object]) -> None:
    """A work that waits may go anywhere until it is accepted; one on a shelf belongs to that shelf's library."""
    if isinstance(work, Entry):
        return
    for shelf in {work.shelf, str(given.get("shelf", "") or work.shelf)}:
        if given and not may_change(node, staff, shelf):
            raise Problem("records.not_your_shelf", shelf=shelf)


def apply(node: Node, foreseen: Foreseen) -> int:
    """Change what was foreseen; how many works. One that somebody changed meanwhile in the same place is passed."""
    count = 0
    for start in range(0, len(foreseen.changed), AT_ONCE):
        with node.journal.write():
            count += sum(_change(node, one) for one in foreseen.changed[start : start + AT_ONCE])
    return count


def _change(node: Node, one: Changed) -> bool:
    if isinstance(one.work, Entry):
        entry = bench.find_entry(node.store, one.work.entry_id)
        if entry is None or entry.proposal is None:
            return False
        given = {**one.given, **({"is_language_guessed": False} if "language" in one.given else {})}
        return write_proposal(node, entry, replace(entry.proposal, **given))
    item_id = one.work.item_id
    home = queries.get_home(node.store, item_id)
    node.journal.append(facts.CHANGED, item_id, facts.ItemChanged(**one.given), home=home)  # type: ignore[arg-type]
    return True


# -- between the preview and the change ----------------------------------------------------------------------------


def keep_table(node: Node, name: str, raw: bytes) -> str:
    """Put a table aside until it is accepted; its key. The oldest are forgotten."""
    read_table(name, raw)
    folder = node.data / "bench" / "tables"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = to_text(new_id())
    (folder / f"{key}{_suffix(name)}").write_bytes(raw)
    for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT_TABLES:]:
        with suppress(OSError):
            old.unlink()
    return key


def _suffix(name: str) -> str:
    found = Path(name).suffix.lower()
    return found if found in (".csv", ".xlsx", ".txt") else ".csv"


def get_table(node: Node, key: str) -> Table:
    """A table put aside. Raises Problem `records.gone`."""
    for path in _kept(node, key):
        return read_table(path.name, path.read_bytes())
    raise Problem("records.gone")


def forget_table(node: Node, key: str) -> None:
    """It was taken, or given up."""
    for path in _kept(node, key):
        path.unlink(missing_ok=True)


def _kept(node: Node, key: str) -> Iterator[Path]:
    if read_text(key) is not None:
        yield from (node.data / "bench" / "tables").glob(f"{key}.*")
