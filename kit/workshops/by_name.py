"""Somebody who lost her code, found by her name: names of the rolls that are open, read in memory for one request."""

from __future__ import annotations

import msgspec

from kit.people import identities
from kit.people.actions import Staff
from kit.people.node import Node
from kit.workshops import door_queries, rules

MOST = 40


class Found(msgspec.Struct, frozen=True):
    """A place of somebody of that name. `mark` names her row on the roll of the workshop."""

    name: str
    workshop_id: bytes
    title: str
    starts_at_ms: int
    code: str
    state: str
    mark: str


def find_by_name(node: Node, staff: Staff, typed: str) -> list[Found] | None:
    """Who signed up under a name like this one for a workshop that goes on, by date; None when names are closed."""
    vault = staff.vault()
    if not vault:
        return None
    rows = door_queries.list_open_signups(node.store)
    known = identities.read_behind_doors(node, vault, [row["sealed"] for row in rows])
    found = [
        Found(person.name, row["workshop_id"], row["title"], row["starts_at_ms"], row["code"], row["state"],
              rules.to_mark(row["signup_id"]))
        for row, person in zip(rows, known, strict=True) if person is not None and is_named(person.name, typed)
    ]  # fmt: skip
    return found[:MOST]


def is_named(name: str, typed: str) -> bool:
    """True when a name is alike, or when each word that was typed begins one of its words.

    | name          | typed   | named |
    |---------------|---------|-------|
    | Odette Canari | canari  | yes   |
    | Odette Canari | can od  | yes   |
    | Zénobie       | zenobi  | yes   |
    | Odette Canari | Colette | no    |
    """
    words, wanted = rules.plain_text(name).split(), rules.plain_text(typed).split()
    begins = bool(wanted) and all(any(word.startswith(one) for word in words) for one in wanted)
    return begins or rules.is_alike(name, typed)
