"""What can be done with people who help; each change is one immediate transaction."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kit.directory.advisers import facts, queries
from kit.directory.advisers.facts import Link, Profile
from kit.directory.advisers.forms import Wanted
from kit.errors import Problem
from kit.journal.queries import find_envelope
from kit.people import audit, identities
from kit.people.actions import Staff
from kit.people.node import Node

MOST_LINKS = 50


def add_adviser(node: Node, adviser_id: bytes, wanted: Wanted) -> bytes:
    """Note somebody; her id. The same form twice notes her once."""
    with node.journal.write():
        if not node.journal.facts_of(facts.ADVISER, adviser_id):
            _note(node, adviser_id, None, wanted, wanted.profile)
    return adviser_id


def change_adviser(node: Node, adviser_id: bytes | None, wanted: Wanted, version: int) -> None:
    """Note her anew, her links as they were; what was sealed stays when nothing is typed in its place.

    Raises Problem `directory.no_adviser`, `.adviser_elsewhere`, or `.adviser_changed`: not the version that was read.
    """
    with node.journal.write():
        known = _held_here(node, adviser_id)
        if known.version != version:
            raise Problem("directory.adviser_changed")
        links = _links(known)
        _note(node, known.adviser_id, known, wanted, msgspec.structs.replace(wanted.profile, links=links))


def _note(node: Node, adviser_id: bytes, known: queries.Adviser | None, wanted: Wanted, profile: Profile) -> None:
    sealed = None
    if wanted.is_told:
        told = identities.Identity(wanted.name, wanted.phone, texts={"email": wanted.email} if wanted.email else {})
        sealed = identities.seal_identity(node, adviser_id, told, None)
    home, base = (known.home, known.version) if known else (None, 0)
    body = facts.AdviserNoted(base, profile, wanted.said_on)
    node.journal.append(facts.NOTED, adviser_id, body, home=home, sealed=sealed)
    if wanted.said_on:
        card = facts.CardShown(_card_version(node, adviser_id), profile, wanted.name, wanted.phone, wanted.email)
        node.journal.append(facts.SHOWN, adviser_id, card, home=_card_home(node, adviser_id))
    else:
        _hide(node, adviser_id)


def _hide(node: Node, adviser_id: bytes) -> None:
    known = node.journal.facts_of(facts.CARD, adviser_id)
    if known and max(known, key=lambda fact: int(fact.body.base)).kind == facts.SHOWN.name:
        body = facts.CardHidden(_card_version(node, adviser_id))
        node.journal.append(facts.HIDDEN, adviser_id, body, home=_card_home(node, adviser_id))


def _card_version(node: Node, adviser_id: bytes) -> int:
    return len(node.journal.facts_of(facts.CARD, adviser_id))


def _card_home(node: Node, adviser_id: bytes) -> bytes | None:
    known = node.journal.facts_of(facts.CARD, adviser_id)
    return known[0].home if known else None


def add_link(node: Node, adviser_id: bytes | None, link: Link) -> None:
    """She helps there too; the same place again takes the newer days. Raises Problem `directory.too_many_links`, or
    `directory.no_place` for what nobody knows."""
    if not queries.find_labels(node.store, [link.target_id]):
        raise Problem("directory.no_place")
    _relink(node, adviser_id, lambda links: [*(one for one in links if one.target_id != link.target_id), link])


def end_link(node: Node, adviser_id: bytes | None, target_id: bytes | None, today: str) -> None:
    """She helps there until yesterday: the days stay written."""

    def end(links: list[Link]) -> list[Link]:
        ended = [msgspec.structs.replace(one, until=today) for one in links if one.target_id == target_id]
        return [*(one for one in links if one.target_id != target_id), *ended]

    _relink(node, adviser_id, end)


def _relink(node: Node, adviser_id: bytes | None, change: Callable[[list[Link]], list[Link]]) -> None:
    with node.journal.write():
        known = _held_here(node, adviser_id)
        links = change(_links(known))
        if len(links) > MOST_LINKS:
            raise Problem("directory.too_many_links", most=MOST_LINKS)
        kept = {name: known.profile[name] for name in Profile.__struct_fields__ if name != "links"}
        told = Wanted(Profile(**kept, links=links), "", "", "", known.said_on)
        if known.said_on:
            told = msgspec.structs.replace(told, name=known.name, phone=known.phone, email=known.email)
        _note(node, known.adviser_id, known, told, told.profile)


def remove_adviser(node: Node, by: Staff, adviser_id: bytes | None) -> None:
    """She is here no longer: her card goes, and what was sealed is erased everywhere, for ever.

    Raises Problem `directory.no_adviser`. Held elsewhere, she is erased all the same: that wins over everything.
    """
    known = queries.get_adviser(node.store, adviser_id)
    if known.is_ours:
        with node.journal.write():
            _hide(node, known.adviser_id)
            node.journal.append(facts.REMOVED, known.adviser_id, facts.AdviserRemoved(), home=known.home)
    audit.erase(node, by, [known.adviser_id])


def open_contact(node: Node, by: Staff, adviser_id: bytes | None) -> identities.Identity | None:
    """Who she is and how to reach her, for who holds the coordination's key; None where this key does not open it.

    A line says so in the audit trail. Raises Problem `directory.no_adviser`, or `people.forbidden` for who holds none.
    """
    known = queries.get_adviser(node.store, adviser_id)
    sealed = find_envelope(node.store, known.envelope) if known.envelope else None
    told = audit.open_sealed(node, by, "adviser.opened", known.adviser_id, [sealed])
    if told is None:
        raise Problem("people.forbidden")
    return told[0]


def _held_here(node: Node, adviser_id: bytes | None) -> queries.Adviser:
    known = queries.get_adviser(node.store, adviser_id)
    if not known.is_ours:
        raise Problem("directory.adviser_elsewhere")
    return known


def _links(known: queries.Adviser) -> list[Link]:
    return [Link("place" if one.kind == "place" else "stop", one.target_id, one.since, one.until, one.hours)
            for one in known.links]  # fmt: skip
