"""Lists of works that are asked for all day, kept until a work changes: a page costs the same among a hundred works and
among a hundred thousand, whichever page it is.

What is kept of a choice is the ids of its works in their order (16 bytes each); a page is a slice of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kit.library import queries
from kit.library.kept_shelves import read_change
from kit.library.queries import Choice, ItemView
from kit.store import Store
from kit.web.keeping import keep
from kit.web.pages import Page, to_page

WHAT = "works"
_ID_BYTES = 16


def page_of(store: Store, choice: Choice, number: int, per_page: int) -> Page:
    """One page of the works of a choice that the public may see, by title; those of a series in its order."""
    ids = keep(WHAT, read_change(store), ("ids", choice), lambda: b"".join(list_ids(store, choice)))

    def read(limit: int, offset: int) -> list[ItemView]:
        asked = ids[offset * _ID_BYTES : (offset + limit) * _ID_BYTES]
        wanted = [asked[at : at + _ID_BYTES] for at in range(0, len(asked), _ID_BYTES)]
        found = queries.list_by_ids(store, wanted) if wanted else {}
        return [found[one] for one in wanted if one in found]

    return to_page(len(ids) // _ID_BYTES, number, per_page, read)


def list_ids(store: Store, choice: Choice) -> list[bytes]:
    """The ids of all the works of a choice, by title; those of a series in its order."""
    where, values = choice.where()
    # The index holds all that a choice looks at, in order; a series is short, and found by its own.
    order, index = ("i.series_place, ", "") if choice.series else ("", "INDEXED BY item_listed")
    sql = f"SELECT i.item_id FROM item i {index} WHERE {where} ORDER BY {order}i.sort_title, i.item_id"
    return [row[0] for row in store.rows(sql, *values)]


def count_by_shelf(store: Store) -> list[tuple[str, int]]:
    """Every shelf with how many works the public sees on it, by name."""
    return keep(WHAT, read_change(store), "shelves", lambda: queries.count_by_shelf(store))


def newest_ms(store: Store) -> int:
    """When the newest work that the public sees was added (Unix milliseconds); 0 when there is none."""
    return keep(WHAT, read_change(store), "newest", lambda: queries.newest_ms(store))


def list_choices(store: Store) -> Mapping[str, list[str]]:
    """What there is to filter by: kinds, languages, levels, licences and helps that the shelves hold."""
    return keep(WHAT, read_change(store), "choices", lambda: queries.list_choices(store))
