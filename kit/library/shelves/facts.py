"""What is noted about a shelf: whose it is."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import last_word_of_each
from kit.keys.primitives import digest
from kit.library.shelves import queries
from kit.store import Store


class ShelfGiven(Body, frozen=True):
    """A shelf is in the care of an organisation; an empty name: of nobody in particular."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    organisation: Annotated[str, Meta(max_length=200)]


GIVEN = Kind("shelf.given", ShelfGiven)


def shelf_id(name: str) -> bytes:
    """The id of a shelf, drawn from its name."""
    return digest(b"shelf", name.encode(), size=16)


def fold_shelf(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Rewrite whose a shelf is, node by node: the last word of each stands."""
    queries.remove_shelf(store, subject)
    last = last_word_of_each((fact.home, fact.body) for fact in facts)
    for home, body in last.items():
        if body.organisation:
            queries.insert_shelf(store, log_number(store, home, None, None), subject, body.name, body.organisation)


SHELF = Thing("shelf", (GIVEN,), ("shelf",), fold_shelf, has_one_home=False)
