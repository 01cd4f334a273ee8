"""Phones signed in: listed for their owner and for those who answer for the team, and ended by them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.errors import Problem
from kit.people import actions, audit, queries
from kit.people.actions import Staff
from kit.people.node import Node


class SignIn(msgspec.Struct, frozen=True):
    """A phone that is signed in: whose, since when (ms since 1970; 0: not known), whether it is the one that asks."""

    session: bytes
    staff_id: bytes
    name: str
    began_ms: int
    is_this: bool


def list_sign_ins(node: Node, by: Staff) -> Sequence[SignIn]:
    """One's own phones, or everybody's for who may change the team; the newest first. What is over is left out."""
    rows = queries.list_sessions(node.store)
    return [
        SignIn(row["session"], row["staff_id"], row["name"], row["began_ms"], row["session"] == by.session)
        for row in rows
        if _may(by, row["staff_id"]) and not actions.is_over(node, row["boot"], row["mono_ms"])
    ]


def _may(by: Staff, staff_id: bytes) -> bool:
    return by.staff_id == staff_id or by.may("team")


def end(node: Node, by: Staff, session: bytes) -> None:
    """Sign a phone out. Raises Problem `people.no_such_person` for one that is not there, or is not hers to end."""
    with node.store.write():
        found = queries.find_session(node.store, session)
        if found is None or not _may(by, found["staff_id"]):
            raise Problem("people.no_such_person")
        queries.remove_session(node.store, session)
        audit.note(node, by, "session.ended", found["staff_id"])
