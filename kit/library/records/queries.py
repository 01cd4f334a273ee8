"""The works of the table, read page by page: those that wait and those on the shelves."""

from __future__ import annotations

from collections.abc import Iterator

from kit.errors.kind import fr
from kit.ids import ID_BYTES, to_text
from kit.library.bench import queries as bench
from kit.library.bench.queries import Entry
from kit.library.queries import Choice, ItemView, list_files_of, list_for_staff
from kit.library.records.rules import to_cell
from kit.library.records.table import MOST_ROWS
from kit.library.rules import LEVEL_WORDS
from kit.store import Store

A_PAGE = 500
SCOPES = {"tout": fr("Tout"), "attente": fr("Ce qui attend"), "etageres": fr("Ce qui est sur les étagères ou caché")}


def work_id(entry: Entry) -> bytes:
    """The id that a work that waits will have on the shelves: it is the same in the table before and after."""
    return (entry.sha256 or b"")[:ID_BYTES]


def list_rows(store: Store, scope: str, shelf: str = "") -> Iterator[dict[str, str]]:
    """The rows of the table, at most `MOST_ROWS`; of one shelf when it is named."""
    count = 0
    for rows in (_waiting(store) if scope != "etageres" else (), _shelved(store, shelf) if scope != "attente" else ()):
        for row in rows:
            if shelf and row["shelf"] != shelf:
                continue
            count += 1
            if count > MOST_ROWS:
                return
            yield row


def _waiting(store: Store) -> Iterator[dict[str, str]]:
    offset = 0
    while entries := bench.list_entries(store, "proposed", A_PAGE, offset):
        yield from map(entry_cells, entries)
        offset += A_PAGE


def _shelved(store: Store, shelf: str) -> Iterator[dict[str, str]]:
    after = b""
    while items := list_for_staff(store, Choice(shelf=shelf), after, A_PAGE):
        files = list_files_of(store, [one.item_id for one in items])
        for one in items:
            beside = files.get(one.item_id, [])
            yield {**item_cells(one), "file": beside[0].name if beside else ""}
        after = items[-1].item_id


def entry_cells(entry: Entry) -> dict[str, str]:
    """A work that waits, as cells."""
    found = entry.proposal
    if found is None:
        return {}
    names = ("title", "creators", "language", "licence", "source", "attribution", "summary", "subjects")
    cells = {name: to_cell(getattr(found, name)) for name in names}
    return {
        **cells, "id": to_text(work_id(entry)), "shelf": entry.shelf, "level": LEVEL_WORDS.get(found.level, ""),
        "state": fr("en attente"), "file": entry.name,
    }  # fmt: skip


def item_cells(item: ItemView) -> dict[str, str]:
    """A work on the shelves, or held back, as cells."""
    names = ("title", "language", "source", "attribution", "summary", "shelf")
    cells = {name: str(getattr(item, name)) for name in names}
    return {
        **cells, "id": item.text_id, "creators": item.creators.replace(", ", "; "), "licence": item.licence_id,
        "subjects": item.subjects.replace(", ", "; "), "level": item.level_words,
        "state": fr("sur les étagères") if item.is_public else fr("caché"),
    }  # fmt: skip
