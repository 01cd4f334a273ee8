"""Lists of works that are asked for all day, kept until a work changes: a page costs the same among a hundred works and
among a hundred thousand, whichever page it is.

What is kept of a choice is how many works it has, and the ids of those that were looked at, in their order and in
blocks (16 bytes each); a page is a slice of one. So the first look after a change reads a block, and counts the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from kit.library import queries
from kit.library.kept_shelves import read_change
from kit.library.queries import Choice, ItemView
from kit.store import Store
from kit.web.keeping import keep
from kit.web.pages import Page, to_page

WHAT = "works"
GUIDES = "Guides de la Valise"  # the shelf of content/guides
BLOCK = 4800  # works: whole pages of 24 and of 50
MOST_SHELVES = 100_000
_ID_BYTES = 16


def page_of(store: Store, choice: Choice, number: int, per_page: int) -> Page:
    """One page of the works of a choice that the public may see, by title; those of a series in its order."""
    change = read_change(store)

    def block(place: int) -> bytes:
        return keep(WHAT, change, ("ids", choice, place), lambda: b"".join(list_ids(store, choice, place * BLOCK)))

    total = len(block(0)) // _ID_BYTES
    if total == BLOCK:
        total = keep(WHAT, change, ("count", choice), lambda: queries.count_items(store, choice))

    def read(limit: int, offset: int) -> list[ItemView]:
        first, last = offset // BLOCK, (offset + limit - 1) // BLOCK
        ids = b"".join(block(place) for place in range(first, last + 1))
        begin = (offset - first * BLOCK) * _ID_BYTES
        asked = ids[begin : begin + limit * _ID_BYTES]
        wanted = [asked[at : at + _ID_BYTES] for at in range(0, len(asked), _ID_BYTES)]
        found = queries.list_by_ids(store, wanted) if wanted else {}
        return [found[one] for one in wanted if one in found]

    return to_page(total, number, per_page, read)


def list_ids(store: Store, choice: Choice, offset: int) -> list[bytes]:
    """The ids of a block of the works of a choice, by title; those of a series in its order."""
    where, values = choice.where()
    # The index holds all that a choice looks at, in order; a series is short, and found by its own.
    order, index = ("i.series_place, ", "") if choice.series else ("", "INDEXED BY item_listed")
    rest = f"WHERE {where} ORDER BY {order}i.sort_title, i.item_id LIMIT {BLOCK} OFFSET ?"
    rows = store.rows(f"SELECT i.item_id FROM item i {index} {rest}", *values, offset)
    return [row[0] for row in rows]


def page_of_shelves(store: Store, number: int) -> Page:
    """One page of the shelves that hold something, by name, with their first works."""
    counts = keep(WHAT, read_change(store), "all shelves", lambda: queries.count_by_shelf(store, MOST_SHELVES))
    return to_page(
        len(counts), number, queries.SHELVES_A_PAGE,
        lambda limit, offset: queries.list_shelves(store, counts[offset : offset + limit]),
    )  # fmt: skip


def count_by_shelf(store: Store) -> list[tuple[str, int]]:
    """Every shelf with how many works the public sees on it, by name."""
    return keep(WHAT, read_change(store), "shelves", lambda: queries.count_by_shelf(store))


def newest_ms(store: Store) -> int:
    """When the newest work that the public sees was added (Unix milliseconds); 0 when there is none."""
    return keep(WHAT, read_change(store), "newest", lambda: queries.newest_ms(store))


def list_choices(store: Store) -> Mapping[str, list[str]]:
    """What there is to filter by: kinds, languages, levels, licences and helps that the shelves hold."""
    return keep(WHAT, read_change(store), "choices", lambda: queries.list_choices(store))


def find_guides(store: Store) -> str:
    """The address of the guides' shelf; empty where it holds none."""
    return f"/bibliotheque?etagere={quote(GUIDES)}" if queries.count_items(store, Choice(shelf=GUIDES)) else ""
