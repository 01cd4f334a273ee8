"""Recovery of the organisation's key by two people together: each holds a printed code, and neither opens it alone.

The ceremony (journal.md, "Personal data"): every coordinator prints a code once and keeps it in a sealed envelope,
away from the others'. When all passphrases are lost, two of them type their codes on one screen; a new passphrase is
made at once. A code gives an X25519 private key; the organisation's key lies sealed to one inside a seal to the other.
"""

from __future__ import annotations

import secrets

from kit.errors import Problem
from kit.keys import primitives
from kit.keys.passphrase import make_passphrase, read_passphrase
from kit.people import actions, audit, queries, second_factor_queries
from kit.people.actions import Staff
from kit.people.node import Node

WORDS_IN_CODE = 8


def make_code(node: Node, by: Staff) -> str:
    """A new printed code for the person signed in, which replaces her old one. Told once.

    Raises Problem `people.forbidden` when she does not hold the organisation's key.
    """
    vault_private = by.vault()
    if vault_private is None:
        raise Problem("people.forbidden")
    code, salt = make_passphrase(WORDS_IN_CODE), secrets.token_bytes(primitives.SALT_BYTES)
    public = primitives.box_public(primitives.stretch(code, salt))
    with node.journal.write():
        queries.keep_holder(node.store, by.staff_id, salt, public)
        audit.note(node, by, "recovery.made")
        for other in queries.list_holders(node.store):
            if other["staff_id"] != by.staff_id:
                _keep_pair(node, (by.staff_id, public), (other["staff_id"], other["public"]), vault_private)
    return code


def _keep_pair(node: Node, one: tuple[bytes, bytes], other: tuple[bytes, bytes], private: bytes) -> None:
    (first_id, first), (second_id, second) = sorted((one, other))
    sealed = primitives.seal_to(first, primitives.seal_to(second, private))
    queries.keep_pair(node.store, first_id, second_id, sealed)


def recover(node: Node, names: tuple[str, str], codes: tuple[str, str]) -> str:
    """Two people with their codes: a new passphrase for the first of them, without her second factor. Told once.

    Raises Problem `people.wrong_recovery` when either code is not right or they hold no pair.
    """
    private = _open(node, names, codes)
    words = make_passphrase()
    with node.journal.write():
        actions.change_slot(node, names[0], words, private)
        second_factor_queries.remove(node.store, _id_of(node, names[0]))
        audit.note_named(node, names[0], "recovery.used")
    return words


def _id_of(node: Node, name: str) -> bytes:
    row = queries.find_staff(node.store, name)
    return bytes(row["staff_id"]) if row is not None else b""


def _open(node: Node, names: tuple[str, str], codes: tuple[str, str]) -> bytes:
    holders = {row["name"]: row for row in queries.list_holders(node.store)}
    try:
        pair = sorted((holders[name]["staff_id"], name, code) for name, code in zip(names, codes, strict=True))
        sealed = queries.find_pair(node.store, pair[0][0], pair[1][0])
        for staff_id, name, code in pair:
            del staff_id
            key = primitives.stretch(read_passphrase(code), holders[name]["salt"])
            sealed = primitives.open_sealed(key, sealed or b"")
    except (KeyError, Problem) as refusal:
        raise Problem("people.wrong_recovery") from refusal
    return sealed or b""
