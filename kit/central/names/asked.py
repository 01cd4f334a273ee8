"""A kit asks for its name at the end of a sending: what it is told, and what is noted for the background work."""

from __future__ import annotations

import msgspec

from kit.central import actions
from kit.central import queries as central_queries
from kit.central.names import queries, terms
from kit.central.names.queries import REVOKED, TO_REVOKE, WAITING, Named
from kit.central.names.rules import make_name
from kit.people.node import Node
from kit.store import Row
from kit.sync import names as told
from kit.sync.messages import read_message, sign_message
from kit.sync.names import NameAsked, NameTold


def answer(node: Node, raw: bytes) -> bytes:
    """The central's word, signed. Raises Problem `sync.bad_message`, `sync.unknown_kit`, `sync.revoked`."""
    accepted: list[Row] = []
    asked = read_message(NameAsked, raw, lambda signer: accepted.append(actions.get_accepted(node, signer)))
    return sign_message(node.identity, _answer(node, accepted[0]["kit_id"], asked))


def _answer(node: Node, kit_id: bytes, asked: NameAsked) -> NameTold:
    set_to = terms.find(node)
    if set_to is None:
        return NameTold(asked.nonce, told.OFF, "")
    name = make_name(central_queries.get_kit(node.store, kit_id).nickname, kit_id, set_to.domain)
    with node.store.write():
        known = queries.find(node.store, kit_id)
        if known is not None and known.state in (TO_REVOKE, REVOKED):
            if asked.request:  # that key was in hands we do not know
                return NameTold(asked.nonce, told.WITHDRAWN, name)
            if known.state == TO_REVOKE:
                return NameTold(asked.nonce, told.WAITING, name)
            queries.remove(node.store, kit_id)
            known = None
        is_refused = known is not None and known.problem == "names.bad_request" and known.request == asked.request
        if not asked.request or asked.name != name or is_refused:
            return NameTold(asked.nonce, told.WANTED, name)
        known = _note(node, kit_id, known, asked)
    state = told.READY if known.chain else told.WAITING
    return NameTold(asked.nonce, state, name, known.chain, known.problem)


def _note(node: Node, kit_id: bytes, known: Named | None, asked: NameAsked) -> Named:
    """The kit was here with this request; one that is new begins to wait for its certificate."""
    if known is None or (known.name, known.request) != (asked.name, asked.request):
        known = Named(kit_id, asked.name, asked.request, b"", WAITING)
    known = msgspec.structs.replace(known, asked_ms=node.clock.wall_ms())
    queries.save(node.store, known)
    return known
