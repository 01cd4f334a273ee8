"""Corrections of places: by their home at once, by others as proposals that merge or wait for people to settle them.

Source: journal.md, "Who may write a record". The rule is `rules.find_clashes`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from kit.directory import facts, queries
from kit.errors import Problem
from kit.people.node import Node
from kit.store import Row, Store

OPEN = ("fits", "flagged")
_SELECT = (
    "SELECT p.*, l.public_key IS (SELECT public_key FROM log WHERE is_own = 1) AS is_ours, "
    "w.public_key IS (SELECT public_key FROM log WHERE is_own = 1) AS is_by_us FROM place_proposal p "
    "JOIN log l ON l.log_id = p.home JOIN log w ON w.log_no = p.log_no"
)


class Proposal(msgspec.Struct, frozen=True):
    """One proposal, ready to show. `is_ours`: this node is the place's home; `is_by_us`: this node proposed it."""

    proposal_id: bytes
    place_id: bytes
    home: bytes
    version: int
    state: str
    clashes: tuple[str, ...]
    fields: Mapping[str, str]
    is_ours: bool
    is_by_us: bool
    is_outside: bool = False
    word: str = ""

    @property
    def is_to_settle(self) -> bool:
        """True when people of this node must say yes or no."""
        return self.is_ours and self.state in OPEN


def correct(node: Node, place_id: bytes, wanted: Mapping[str, str], proposal_id: bytes) -> str:
    """Change what differs from what is shown: `changed` (ours), `proposed` (another's), or `same`: nothing differs.

    The same form posted twice changes nothing the second time. Raises Problem `directory.no_place`.
    """
    with node.journal.write():
        place = queries.get_place(node.store, place_id)
        fields = {name: value for name, value in wanted.items() if value != place.fields[name]}
        if not fields or find_proposal(node.store, proposal_id) is not None:
            return "same"
        if place.is_ours:
            node.journal.append(facts.CHANGED, place_id, facts.PlaceChanged(place.version, fields), home=place.home)
            return "changed"
        body = facts.PlaceProposed(place.version, proposal_id, fields)
        node.journal.append(facts.PROPOSED, place_id, body, home=place.home)
        return "proposed"


def settle(node: Node, proposal_id: bytes | None, is_accepted: bool) -> None:
    """People of the place's home say yes or no; the same answer again changes nothing.

    Raises Problem `directory.no_proposal`, `.proposal_elsewhere` or `.proposal_settled`.
    """
    with node.journal.write():
        found = find_proposal(node.store, proposal_id)
        if found is None:
            raise Problem("directory.no_proposal")
        if not found.is_ours:
            raise Problem("directory.proposal_elsewhere")
        if found.state == ("accepted" if is_accepted else "refused"):
            return
        if found.state not in OPEN:
            raise Problem("directory.proposal_settled")
        _note(node, found, is_accepted)


def merge_waiting(node: Node) -> int:
    """Take in every proposal about a place of ours that clashes with nothing, so that others hear of it; how many."""
    if not _list_fitting(node.store):
        return 0
    with node.journal.write():
        count = 0
        for proposal_id in [one.proposal_id for one in _list_fitting(node.store)]:
            found = find_proposal(node.store, proposal_id)  # again: the one before changed the version
            if found is not None and found.state == "fits":
                _note(node, found, True)
                count += 1
    return count


def _note(node: Node, found: Proposal, is_accepted: bool) -> None:
    fields = dict(found.fields) if is_accepted else {}
    body = facts.PlaceSettled(found.version, found.proposal_id, is_accepted, fields)
    node.journal.append(facts.SETTLED, found.place_id, body, home=found.home)
    if is_accepted and found.word == "closed":
        node.journal.append(facts.REMOVED, found.place_id, facts.PlaceRemoved("closed"), home=found.home)


# -- reading ------------------------------------------------------------------------------------------------------


def find_proposal(store: Store, proposal_id: bytes | None) -> Proposal | None:
    """One proposal, or None."""
    row = store.row(f"{_SELECT} WHERE p.proposal_id = ? ORDER BY p.log_no LIMIT 1", proposal_id)
    return _read(row) if row is not None else None


def count_proposals(store: Store) -> int:
    """How many proposals are known, those that a later one of the same log replaced left out."""
    return int(store.value("SELECT count(*) FROM place_proposal WHERE state <> 'replaced'"))


def count_to_settle(store: Store) -> int:
    """How many wait for the people of this node."""
    return len([one for one in _list_open(store) if one.is_to_settle and one.state == "flagged"])


def list_proposals(store: Store, limit: int, offset: int) -> list[Proposal]:
    """Proposals, those that people must settle first, newest of each log first."""
    rows = store.rows(
        f"{_SELECT} WHERE p.state <> 'replaced' ORDER BY p.state <> 'flagged', p.state <> 'fits', p.log_no, p.seq DESC "
        "LIMIT ? OFFSET ?",
        limit, offset,
    )  # fmt: skip
    return [_read(row) for row in rows]


def _list_open(store: Store) -> list[Proposal]:
    rows = store.rows(f"{_SELECT} WHERE p.state IN ('fits', 'flagged') ORDER BY p.proposal_id")
    return [_read(row) for row in rows]


def _list_fitting(store: Store) -> list[Proposal]:
    return [one for one in _list_open(store) if one.is_ours and one.state == "fits"]


def _read(row: Row) -> Proposal:
    named = {name: row[name] for name in Proposal.__struct_fields__}
    named["clashes"] = tuple(one for one in row["clashes"].split("|") if one)
    named["fields"] = json.loads(row["fields"])
    return Proposal(**named | {name: bool(named[name]) for name in ("is_ours", "is_by_us", "is_outside")})
