"""Who is on the team and what her phrase opens: changing a phrase, removing somebody, renewing the key itself."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.keys import primitives
from kit.keys.passphrase import make_passphrase, read_passphrase
from kit.people import actions, audit, identities, invitation_queries, presence, queries, rules
from kit.people.actions import Staff
from kit.people.facts import REPLACED, OrganisationReplaced, key_subject
from kit.people.node import Node


class Renewal(msgspec.Struct, frozen=True):
    """What a renewal gives, told once: a new phrase for everybody who holds the key, and (central) a recovery code."""

    phrases: dict[str, str]
    recovery_code: str


def change_own(node: Node, staff: Staff, current: str, wanted: str = "") -> str:
    """A new phrase for whoever asks (`wanted`, or one made by the box); her phones are signed out. The phrase.

    Raises Problem `people.wrong_passphrase` unless `current` is hers, or `people.weak_passphrase`.
    """
    if not actions.is_passphrase_of(node, staff.name, current):
        raise Problem("people.wrong_passphrase")
    words = read_passphrase(wanted) or make_passphrase()
    with node.journal.write():
        actions.change_slot(node, staff.name, words, staff.vault() or b"")
        audit.note(node, staff, "staff.own_phrase", staff.staff_id)
    return words


def reset_phrase(node: Node, by: Staff, staff_id: bytes) -> str:
    """A new phrase for somebody else who lost hers, or whose phrase is known to others. Told once.

    Raises Problem `people.forbidden` when `by` holds no key, `people.no_such_person`.
    """
    private, person = by.vault(), _get(node, staff_id)
    if private is None:
        raise Problem("people.forbidden")
    words = make_passphrase()
    held = b"" if person["role"] in rules.HOLDS_NO_VAULT else private
    with node.journal.write():
        actions.change_slot(node, person["name"], words, held)
        audit.note(node, by, "staff.phrase", staff_id)
    return words


def remove_member(node: Node, by: Staff, staff_id: bytes) -> None:
    """Take somebody off the team: her phrase, her phones and her recovery code open nothing any more.

    Raises Problem `people.last_holder` for oneself or the last who holds the key, `people.no_such_person`.
    """
    with node.journal.write():
        person = _get(node, staff_id)
        others = [row for row in _holders(node) if row["staff_id"] != staff_id]
        if person["staff_id"] == by.staff_id or not others:
            raise Problem("people.last_holder")
        queries.remove_staff(node.store, staff_id)
        audit.note(node, by, "staff.removed", staff_id)


def change_territories(node: Node, by: Staff, staff_id: bytes, territories: Sequence[str]) -> None:
    """Show somebody what comes from these territories only; none: everything. Her phones notice at once.

    Raises Problem `people.no_such_person`, `people.last_holder` for oneself, `field.choice` for an unknown one.
    """
    with node.journal.write():
        if _get(node, staff_id)["staff_id"] == by.staff_id:
            raise Problem("people.last_holder")
        if not set(territories) <= set(queries.list_kit_territories(node.store)):
            raise Problem("field.choice")
        queries.change_territories(node.store, staff_id, "\n".join(territories))
        audit.note(node, by, "staff.territories", staff_id)


def renew_vault(node: Node, by: Staff) -> Renewal:
    """A new key for the team: doors are sealed to it again, every holder gets a new phrase, printed codes are void.

    At a central this is the organisation's key: kits hear of the new one by a fact, and the old private half, sealed
    to the new, still opens what was sealed before. Raises Problem `people.forbidden` when `by` holds no key.
    """
    old = by.vault()
    if old is None:
        raise Problem("people.forbidden")
    private, public = primitives.new_box_pair()
    phrases = {row["name"]: make_passphrase() for row in _holders(node)}
    with node.journal.write():
        for door in queries.list_open_doors(node.store):
            opened = primitives.open_sealed(old, door["sealed_private"])
            queries.reseal_door(node.store, door["subject"], primitives.seal_to(public, opened))
        queries.forget_recovery(node.store)
        presence.forget_code(node)
        invitation_queries.forget_all(node.store)
        for name, words in phrases.items():
            actions.change_slot(node, name, words, private)
        journal_queries.set_state(node.store, identities.VAULT, public)
        audit.note(node, by, "key.renewed")
        code = _replace_organisation(node, old, private) if node.settings.is_central else ""
    node.store.flush()
    return Renewal(phrases, code)


def _replace_organisation(node: Node, old: bytes, private: bytes) -> str:
    _append_replaced(node, old, primitives.box_public(private))
    journal_queries.set_state(node.store, identities.ORGANISATION, primitives.box_public(private))
    return actions.renew_recovery(node, private)


def _append_replaced(node: Node, old: bytes, public: bytes) -> None:
    old_public = primitives.box_public(old)
    body = OrganisationReplaced(old_public, public, primitives.seal_to(public, old))
    node.journal.append(REPLACED, key_subject(old_public), body)


def can_hand_over(node: Node) -> bool:
    """True on a kit enrolled later, while the key it used before lies here under its printed code."""
    is_enrolled = journal_queries.get_state(node.store, identities.SERVER) is not None
    return is_enrolled and bool(actions.recovery_slot(node)) and not node.settings.is_central


def hand_over_key(node: Node, code: str) -> None:
    """Give the organisation the key this kit used before its enrolment: names sealed before can then be read at home.

    The envelopes stay as they are (facts cite their hash). Raises Problem `people.wrong_recovery`.
    """
    slot = actions.recovery_slot(node)
    if not slot:
        raise Problem("people.wrong_recovery")
    try:
        private = actions.open_recovery_slot(slot, code)
    except Problem as refusal:
        raise Problem("people.wrong_recovery") from refusal
    with node.journal.write():
        _append_replaced(node, private, identities.organisation_public(node))
        actions.forget_recovery_slot(node)
    node.store.flush()


def _get(node: Node, staff_id: bytes) -> actions.StaffRow:
    found = next((row for row in queries.list_staff(node.store) if row["staff_id"] == staff_id), None)
    if found is None:
        raise Problem("people.no_such_person")
    return found


def _holders(node: Node) -> list[actions.StaffRow]:
    return [row for row in queries.list_staff(node.store) if row["role"] not in rules.HOLDS_NO_VAULT]
