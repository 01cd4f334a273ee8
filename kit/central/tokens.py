"""Tokens of programs: made by people of the team, shown once, kept as a digest, each with what it may read."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import msgspec

from kit.central import token_queries
from kit.errors import Problem
from kit.errors.kind import fr
from kit.keys import primitives
from kit.people import audit, queries, rules
from kit.people.actions import Staff
from kit.people.node import Node
from kit.web.fields import Fields

SCOPES: Mapping[str, str] = {
    "chiffres": fr("Les chiffres par territoire, sans noms"),
    "comptes-rendus": fr("Les comptes rendus d’activités, sans noms"),
}
DAY_MS = 86_400_000
MOST_TAG = 120


class NewToken(msgspec.Struct, frozen=True):
    """What somebody wants a token for."""

    name: str
    scopes: tuple[str, ...]
    territories: tuple[str, ...]


def read_token(
    values: Mapping[str, str], scopes: Sequence[str], territories: Sequence[str], known: Collection[str]
) -> NewToken:
    """The form of a new token. Raises FieldProblems."""
    fields = Fields(values)
    name = fields.text("nom", 80, required=True)
    if not scopes or not set(scopes) <= set(SCOPES):
        fields.refuse("portee", "field.choice")
    if not set(territories) <= set(known):
        fields.refuse("territoire", "field.choice")
    fields.check()
    return NewToken(name, tuple(scopes), tuple(territories))


def make(node: Node, by: Staff, new: NewToken) -> str:
    """A new token, told once."""
    token = "valise_" + secrets.token_urlsafe(32)
    mark = _mark(token)
    with node.store.write():
        token_queries.add(
            node.store, mark, new.name, "\n".join(new.scopes), "\n".join(new.territories), by.name,
            node.clock.wall_ms(),
        )  # fmt: skip
        audit.note(node, by, "token.made", mark)
    node.store.flush()
    return token


def revoke(node: Node, by: Staff, mark: bytes) -> None:
    """The token opens nothing any more."""
    with node.store.write():
        token_queries.remove(node.store, mark)
        audit.note(node, by, "token.revoked", mark)
    node.store.flush()


def check(node: Node, header: str, scope: str) -> Staff:
    """Who a program reads as: somebody without key or power, bounded to the token's territories.

    `header` is the request's Authorization. Raises Problem `api.no_token` or `api.no_scope`.
    """
    kind, _, token = header.partition(" ")
    row = token_queries.find(node.store, _mark(token.strip())) if kind.lower() == "bearer" else None
    if row is None:
        raise Problem("api.no_token")
    if scope not in row["scopes"].split("\n"):
        raise Problem("api.no_scope", scope=scope)
    today = node.clock.wall_ms() // DAY_MS
    if row["used_day"] != today:
        with node.store.write():
            token_queries.note_used(node.store, row["mark"], today)
    bounds = rules.read_territories(row["territories"])
    return Staff(b"", row["name"], "program", b"", b"", lambda: None, bounds)


def check_asked(values: Mapping[str, str], levels: Collection[str] = ()) -> None:
    """A program is told what it asks wrongly, instead of getting something else. Raises Problem `api.bad_parameter`."""
    known = {"du", "au", *(("niveau", "etiquette") if levels else ())}
    for name in [name for name in values if name not in known]:
        raise Problem("api.bad_parameter", name=name[:40])
    for name in ("du", "au"):
        try:
            is_right = name not in values or date.fromisoformat(values[name]).isoformat() == values[name]
        except ValueError:
            is_right = False
        if not is_right:
            raise Problem("api.bad_parameter", name=name)
    if levels and values.get("niveau", "commune") not in levels:
        raise Problem("api.bad_parameter", name="niveau")
    if len(values.get("etiquette", "")) > MOST_TAG:
        raise Problem("api.bad_parameter", name="etiquette")


def list_territories(node: Node) -> list[str]:
    """What a token may be bounded to."""
    return queries.list_kit_territories(node.store)


def _mark(token: str) -> bytes:
    return primitives.digest(b"api-token", token[:200].encode(), size=16)
