"""Inviting somebody to the team by a link: it works once, ends after three days, and nobody else sees her phrase.

The link carries 32 random bytes and they are kept nowhere: their digest finds the invitation, a key made of them opens
the vault's private half, wrapped for a role that holds it. Only at a central, whose clock is that of the network.
"""

from __future__ import annotations

import base64
import binascii
import secrets

import msgspec

from kit.errors import Problem
from kit.keys import primitives
from kit.keys.passphrase import make_passphrase, read_passphrase
from kit.people import actions, audit, invitation_queries, queries, rules
from kit.people.actions import Staff
from kit.people.forms import NewMember
from kit.people.node import Node
from kit.store import Row

LAST_HOURS = 72
_HOUR_MS = 3_600_000
KEPT_MS = 30 * 24 * _HOUR_MS  # a used link is still told apart from an unknown one
_CODE_BYTES = 32
_PURPOSE = b"valise-invitation-1"


class Invitation(msgspec.Struct, frozen=True):
    """What the person invited reads: who asks her, as what, for which territories (none: all), until when."""

    by_name: str
    name: str
    role: str
    territories: tuple[str, ...]
    expires_ms: int


def invite(node: Node, by: Staff, new: NewMember) -> str:
    """A link's code for somebody new, told once.

    Raises Problem `people.forbidden` for who holds no key, or `people.name_taken`.
    """
    private = by.vault()
    if private is None or not node.settings.is_central:
        raise Problem("people.forbidden")
    code, now = secrets.token_bytes(_CODE_BYTES), node.clock.wall_ms()
    held = b"" if new.role in rules.HOLDS_NO_VAULT else private
    mark = _mark(code)
    with node.journal.write():
        taken = [row["name"] for row in invitation_queries.list_open(node.store, now)]
        if queries.find_staff(node.store, new.name) is not None or new.name in taken:
            raise Problem("people.name_taken")
        invitation_queries.forget_over(node.store, now - KEPT_MS)
        invitation_queries.add(
            node.store, mark, by.staff_id, new.name, new.role, "\n".join(new.territories),
            primitives.wrap(_key(code), held, _PURPOSE + mark), now + LAST_HOURS * _HOUR_MS,
        )  # fmt: skip
        audit.note(node, by, "staff.invited", mark)
    return base64.urlsafe_b64encode(code).decode().rstrip("=")


def look(node: Node, text: str) -> Invitation:
    """What a link offers; looking uses nothing up, so that a mail program may look too.

    Raises Problem `people.no_invitation`, `people.invitation_used` or `people.invitation_over`.
    """
    row = _get(node, _read(text))
    bounds = rules.read_territories(row["territories"])
    return Invitation(row["by_name"], row["name"], row["role"], bounds, row["expires_ms"])


def accept(node: Node, text: str, wanted: str = "") -> str:
    """Join the team; the new person's phrase (`wanted`, or one made here), told once. The link is used up.

    Raises Problem as `look`, or `people.weak_passphrase` or `people.name_taken`: then the link still works.
    """
    code = _read(text)
    words = read_passphrase(wanted) or make_passphrase()
    with node.journal.write():
        row = _get(node, code)
        if queries.find_staff(node.store, row["name"]) is not None:
            raise Problem("people.name_taken")
        held = primitives.unwrap(_key(code), row["wrapped"], _PURPOSE + row["mark"])
        staff_id = actions.insert_staff(node, row["name"], row["role"], words, held, row["territories"])
        invitation_queries.use(node.store, row["mark"])
        audit.note_named(node, row["name"], "staff.joined", staff_id)
    node.store.flush()
    return words


def withdraw(node: Node, by: Staff, mark: bytes) -> None:
    """The link opens nothing any more."""
    with node.journal.write():
        invitation_queries.remove(node.store, mark)
        audit.note(node, by, "staff.uninvited", mark)
    node.store.flush()


def _get(node: Node, code: bytes) -> Row:
    row = invitation_queries.find(node.store, _mark(code))
    if row is None:
        raise Problem("people.no_invitation")
    if row["is_used"]:
        raise Problem("people.invitation_used")
    if row["expires_ms"] <= node.clock.wall_ms():
        raise Problem("people.invitation_over")
    return row


def _read(text: str) -> bytes:
    try:
        code = base64.urlsafe_b64decode(text[:80] + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        code = b""
    if len(code) != _CODE_BYTES:
        raise Problem("people.no_invitation")
    return code


def _mark(code: bytes) -> bytes:
    return primitives.digest(b"invitation-mark", code, size=16)


def _key(code: bytes) -> bytes:
    return primitives.digest(b"invitation-key", code)
