"""Recovery by presence: a file put on the card by hand, plus the code of a sealed envelope, give a new phrase.

One more slot of the vault (journal.md, "Personal data"): the code opens it, and the program asks for the code only
while the file lies on the card. So whoever finds the envelope needs the card, and the other way round.
A code serves once; a new key of the team voids it.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.keys import primitives
from kit.keys.passphrase import make_passphrase, read_passphrase
from kit.people import actions, audit, queries, rules, second_factor_queries
from kit.people.actions import Staff
from kit.people.node import Node

WORDS_IN_CODE = 8
FILE = "valise-secours.txt"
SLOT = "vault.presence"
_PURPOSE = b"valise-presence-1"


def has_code(node: Node) -> bool:
    """True when a printed code would open something here."""
    return journal_queries.get_state(node.store, SLOT) is not None


def forget_code(node: Node) -> None:
    """No code opens anything here any more. Only inside `write()`."""
    journal_queries.forget_state(node.store, SLOT)


def find_file(node: Node) -> Path | None:
    """The file that somebody put on the card, or None."""
    path = Path(node.settings.card) / FILE
    return path if node.settings.card and path.is_file() else None


def make_code(node: Node, by: Staff) -> str:
    """A new code for the sealed envelope; the one before opens nothing. Told once.

    Raises Problem `people.forbidden` when `by` does not hold the vault.
    """
    vault_private = by.vault()
    if vault_private is None:
        raise Problem("people.forbidden")
    code, salt = make_passphrase(WORDS_IN_CODE), secrets.token_bytes(primitives.SALT_BYTES)
    wrapped = primitives.wrap(primitives.stretch(code, salt), vault_private, _PURPOSE)
    with node.journal.write():
        journal_queries.set_state(node.store, SLOT, salt + wrapped)
        audit.note(node, by, "presence.made")
    return code


def list_names(node: Node) -> list[str]:
    """Who of the team may be given a new phrase: those whose role opens names."""
    return [row["name"] for row in queries.list_staff(node.store) if row["role"] not in rules.HOLDS_NO_VAULT]


def recover(node: Node, name: str, code: str) -> str:
    """A new phrase for `name`, without her second factor; the code opens nothing any more. Told once.

    Raises Problem `people.no_presence` without the file on the card, `people.wrong_presence` for a wrong code or name.
    """
    if find_file(node) is None:
        raise Problem("people.no_presence")
    slot = journal_queries.get_state(node.store, SLOT) or b""
    salt, wrapped = slot[: primitives.SALT_BYTES], slot[primitives.SALT_BYTES :]
    person = queries.find_staff(node.store, name) if name in list_names(node) else None
    try:
        key = primitives.stretch(read_passphrase(code), salt.ljust(primitives.SALT_BYTES, b"\0"))
        vault_private = primitives.unwrap(key, wrapped, _PURPOSE)
    except Problem as refusal:
        raise Problem("people.wrong_presence") from refusal
    if person is None:
        raise Problem("people.wrong_presence")
    words = make_passphrase()
    with node.journal.write():
        actions.change_slot(node, name, words, vault_private)
        second_factor_queries.remove(node.store, person["staff_id"])
        forget_code(node)
        audit.note_named(node, name, "presence.used", person["staff_id"])
    return words
