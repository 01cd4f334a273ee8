"""Checking places, asking them, and hearing what they answer; each is one immediate transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kit.directory import facts, proposals, queries
from kit.errors import Problem
from kit.errors.kind import fr
from kit.people.node import Node

HOW: Mapping[str, str] = {
    "visit": fr("sur place"),
    "phone": fr("par téléphone"),
    "link": fr("par le lieu lui-même"),
    "letter": fr("par lettre"),
}
BY_TEAM = ("visit", "phone", "letter")
ASKED_BY: Mapping[str, str] = {"letter": fr("par lettre"), "mail": fr("par e-mail")}
MOST_ASKED = 200


def note_check(node: Node, place_id: bytes | None, how: str) -> None:
    """What is written of a place is right today. Raises Problem `directory.no_place`."""
    with node.journal.write():
        place = queries.get_place(node.store, place_id)
        body = facts.PlaceChecked(node.today(), how if how in HOW else "visit", _who(node, place, how))
        node.journal.append(facts.CHECKED, place.place_id, body, home=place.home)


def _who(node: Node, place: queries.Place, how: str) -> str:
    """Never a person: the place itself, or the name of the node whose team looked."""
    return (place.name if how == "link" else node.settings.node_name)[:200]


def ask(node: Node, place_ids: Sequence[bytes], how: str) -> int:
    """Note that these places are asked today; how many are. Those asked today in the same way are not asked twice."""
    day = node.today()
    with node.journal.write():
        known = queries.find_places(node.store, list(place_ids)[:MOST_ASKED])
        for place in known.values():
            said = node.journal.facts_of(facts.PLACE, place.place_id)
            body = facts.PlaceAsked(day, how if how in ASKED_BY else "letter")
            if not any(one.kind == facts.ASKED.name and one.body == body for one in said):
                node.journal.append(facts.ASKED, place.place_id, body, home=place.home)
    return len(known)


def propose_from_outside(
    node: Node, place_id: bytes | None, wanted: Mapping[str, str], word: str, proposal_id: bytes
) -> bool:
    """What somebody outside the team says of a place: kept for people to settle; False when it says nothing new.

    The same form twice counts once. Raises Problem `directory.no_place`.
    """
    with node.journal.write():
        place = queries.get_place(node.store, place_id)
        fields = {name: value for name, value in wanted.items() if value != place.fields[name]}
        if not fields and not word:
            return False
        if proposals.find_proposal(node.store, proposal_id) is None:
            body = facts.PlaceProposed(place.version, proposal_id, fields, True, word)
            node.journal.append(facts.PROPOSED, place.place_id, body, home=place.home)
    return True


def require_place(place_id: bytes | None) -> bytes:
    """A place's id. Raises Problem `directory.no_code`: no such code, or it is too old."""
    if place_id is None:
        raise Problem("directory.no_code")
    return place_id
