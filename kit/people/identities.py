"""Sealing a participant's identity to the organisation and to a door, and opening it again.

There is no version of this program that writes a name in clear to the disk: what a person types goes from the
request's memory into an envelope, and the envelope is what is kept (journal.md, "Personal data").
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.keys import envelope, primitives
from kit.people import queries
from kit.people.facts import ERASED, Erased
from kit.people.node import Node

ORGANISATION = "organisation.public"
VAULT = "vault.public"
SERVER = "organisation.server"  # whose word on a replaced key counts; without it: our own (a central, a kit on its own)


class Identity(msgspec.Struct):
    """What a participant told us. Never leaves memory except sealed. `year` of birth: 0 when not said."""

    name: str = ""
    phone: str = ""
    text: str = ""
    year: int = 0
    commune: str = ""
    texts: dict[str, str] = {}  # what was written under each question of a questionnaire

    def written(self, question: str = "") -> str:
        """What was written under one question (empty: under all, one after another)."""
        told = self.texts or {"parole": self.text}
        return told.get(question, "") if question else "\n".join(text for text in told.values() if text)


def organisation_public(node: Node) -> bytes:
    """The public key of the organisation this node works for, the newest its own server speaks of.

    Raises Problem `people.not_set_up`.
    """
    found = journal_queries.get_state(node.store, ORGANISATION)
    if found is None:
        raise Problem("people.not_set_up")
    server = journal_queries.get_state(node.store, SERVER) or node.identity.sign_public
    seen = {found}
    while (following := queries.find_next_key(node.store, found, server)) and following not in seen:
        seen.add(following)
        found = following
    return found


def is_ready(node: Node) -> bool:
    """True once a team was set up: only then can a door be made."""
    return journal_queries.get_state(node.store, VAULT) is not None


def make_door(node: Node, subject: bytes) -> bytes:
    """A new door for a workshop or stop: its public key. Needs no passphrase: the private half is sealed to the vault.

    Only inside `write()`. The same subject again gives the door it has.
    """
    found = queries.find_door(node.store, subject)
    if found is not None:
        return bytes(found["public"])
    vault = journal_queries.get_state(node.store, VAULT)
    if vault is None:
        raise Problem("people.not_set_up")
    private, public = primitives.new_box_pair()
    queries.add_door(node.store, subject, public, primitives.seal_to(vault, private))
    return public


def open_door(node: Node, vault_private: bytes, subject: bytes) -> bytes | None:
    """The private key of a door, or None when it was destroyed or was never here."""
    found = queries.find_door(node.store, subject)
    if found is None or found["sealed_private"] is None:
        return None
    return primitives.open_sealed(vault_private, found["sealed_private"])


def destroy_door(node: Node, subject: bytes) -> None:
    """Forget a door's private key for ever. Only inside `write()`."""
    queries.forget_door(node.store, subject)


def seal_identity(node: Node, subject: bytes, person: Identity, door_public: bytes | None, *others: bytes) -> bytes:
    """The envelope of what a person told us: for the organisation, the door when given, and `others` (public keys)."""
    publics = (organisation_public(node), *([door_public] if door_public else []), *others)
    plain = msgspec.msgpack.encode(person)
    return envelope.seal_envelope(subject, plain, publics, node.identity.sign_seed, node.identity.sign_public)


def without_door(node: Node, sealed: bytes) -> bytes:
    """An envelope of `seal_identity` without its seal for a door: only the organisation still opens it."""
    organisation = envelope.sealed_to(sealed)[:1]
    return envelope.keep_seals(sealed, organisation, node.identity.sign_seed, node.identity.sign_public)


def read_behind_doors(node: Node, vault_private: bytes, sealed: Sequence[bytes]) -> list[Identity | None]:
    """What several people told us, each opened by whichever of its doors is still here. One query in all."""
    names = {raw: envelope.sealed_to(raw) for raw in sealed}
    doors = queries.list_doors(node.store, sorted({public for publics in names.values() for public in publics}))
    privates = {row["public"]: primitives.open_sealed(vault_private, row["sealed_private"]) for row in doors}
    keys = [next((privates[public] for public in names[raw] if public in privates), None) for raw in sealed]
    return [read_identity(raw, key) for raw, key in zip(sealed, keys, strict=True)]


def keyring(node: Node, private: bytes | None) -> list[bytes]:
    """The private keys that one key gives here, itself first: with the organisation's, those it had before.

    None gives none. Each was sealed to the next when it was replaced, so the newest opens them all, one by one.
    """
    keys = [private] if private else []
    for key in keys:
        for sealed in queries.list_former_keys(node.store, primitives.box_public(key)):
            with suppress(Problem):
                former = primitives.open_sealed(key, sealed)
                keys += [former] if former not in keys else []
    return keys


def open_identity(node: Node, name: bytes | None, private: bytes | None) -> Identity | None:
    """What a person told us, or None when the envelope is not here or this key does not open it."""
    return read_identity(journal_queries.find_envelope(node.store, name), private) if name and private else None


def read_with_any(sealed: bytes | None, keys: Sequence[bytes]) -> Identity | None:
    """What a person told us, by whichever of these keys opens the envelope, or None."""
    return next((told for key in keys if (told := read_identity(sealed, key)) is not None), None)


def read_identity(sealed: bytes | None, private: bytes | None) -> Identity | None:
    """The same from an envelope's bytes: a list of people is read with one query, then opened one by one."""
    if sealed is None or private is None:
        return None
    try:
        return msgspec.msgpack.decode(envelope.open_envelope(sealed, private), type=Identity)
    except (Problem, msgspec.MsgspecError):
        return None


def erase(node: Node, subject: bytes, reason: str) -> None:
    """Erase what a person told us under `subject`; the facts stay, so counts stay true."""
    node.journal.append(ERASED, subject, Erased(reason))
    node.store.flush()


def tell_erasures_again(node: Node) -> int:
    """Note in our own log the erasures we only heard of, so that it tells them on; how many. Only inside `write()`."""
    heard = queries.list_erased_elsewhere(node.store, node.identity.sign_public)
    for subject in heard:
        node.journal.append(ERASED, subject, Erased("told"))
    return len(heard)


def count_erased(node: Node) -> int:
    """How many people were erased here, whoever asked: each has a tombstone that never expires."""
    return queries.count_tombstones(node.store)
