"""Answers being given, kept on the box at each step, so that a phone that sleeps or a page that closes loses nothing.

A draft is encrypted under a token that is in its address and nowhere else (journal.md, "Personal data"): the box at
rest reads none, and the row carries no time. It goes when the answer is noted, and when the stop closes.
"""

from __future__ import annotations

import msgspec

from kit.errors import Problem
from kit.errors.kind import keep_plain
from kit.feedback import queries, rules
from kit.feedback.forms import Given
from kit.ids import new_id
from kit.keys import primitives
from kit.people.node import Node

_PURPOSE = b"valise-draft-1"


class Draft(msgspec.Struct, frozen=True):
    """What was answered so far to one version: field names to their values, as typed."""

    code: str
    version: int
    given: dict[str, list[str]] = {}


def new_token() -> bytes:
    """A token for a draft that begins; nothing is kept before the first answer."""
    return new_id()


def find_draft(node: Node, token: bytes) -> Draft | None:
    """The draft under a token, or None when nothing is kept (yet, or any more)."""
    sealed = queries.find_draft(node.store, rules.draft_id(token))
    if sealed is None:
        return None
    try:
        return msgspec.msgpack.decode(primitives.unwrap(_key(token), sealed, _PURPOSE), type=Draft)
    except (Problem, msgspec.MsgspecError):
        return None


def keep_draft(node: Node, token: bytes, draft: Draft) -> None:
    """Keep what was answered so far."""
    sealed = primitives.wrap(_key(token), msgspec.msgpack.encode(draft, enc_hook=keep_plain), _PURPOSE)
    with node.journal.write():
        queries.write_draft(node.store, rules.draft_id(token), sealed)


def forget_draft(node: Node, token: bytes) -> None:
    """Whoever began it has finished with this device: nothing of it is kept."""
    with node.journal.write():
        queries.delete_draft(node.store, rules.draft_id(token))


def with_step(draft: Draft, given: Given, names: tuple[str, ...]) -> Draft:
    """The same with what one step answers: the fields of `names`, whatever they said before."""
    kept = {name: list(values) for name, values in draft.given.items() if name not in names}
    kept.update({name: list(given[name]) for name in names if any(given.get(name, ()))})
    return Draft(draft.code, draft.version, kept)


def is_sent(node: Node, token: bytes) -> bool:
    """True when the answer of this draft was noted."""
    return queries.is_form_known(node.store, rules.form_digest(token))


def _key(token: bytes) -> bytes:
    return primitives.digest(_PURPOSE, token)
