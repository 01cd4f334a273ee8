"""At the end of a sending by the network: ask the central about our name, and take what it has.

The key is made here and stays here. What goes wrong with a name is noted for the team's page and holds up nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from kit.device import tls
from kit.errors import Problem
from kit.https import kept, serving
from kit.https.kept import CHAIN, KEY, REQUEST, Told
from kit.ids import new_id
from kit.keys import primitives
from kit.people.node import Node
from kit.sync.enrolment import get_enrolment
from kit.sync.messages import read_message, sign_message, signed_by
from kit.sync.names import OFF, PATH, READY, WANTED, WITHDRAWN, NameAsked, NameTold

Call = Callable[[str, str, bytes], bytes]
MOST_TURNS = 4  # begin anew, be told a name, hand in a request, and one to spare
_log = logging.getLogger(__name__)


def ask(node: Node, call: Call) -> None:
    """The whole conversation, when this machine could serve a name at all; then serve what came."""
    if not serving.is_able(node):
        return
    try:
        _converse(node, call)
        serving.keep(node)
    except Problem as problem:
        _log.warning("the https name waits: %s", problem.code)
        told = kept.read_told(node)
        kept.write_told(node, msgspec.structs.replace(told, problem=problem.code, told_ms=node.clock.wall_ms()))


def _converse(node: Node, call: Call) -> None:
    for _ in range(MOST_TURNS):
        told = _say(node, call)
        if told.state == WITHDRAWN:
            kept.begin_anew(node)
        elif told.state == WANTED:
            _make_request(node, told.name)
        else:
            _take(node, told)
            return


def _say(node: Node, call: Call) -> NameTold:
    request, nonce = kept.read(node, REQUEST), new_id()
    name = kept.read_told(node).name if request else ""
    try:
        raw = call("POST", PATH, sign_message(node.identity, NameAsked(nonce, name, request)))
    except Problem as problem:
        if problem.code != "web.not_found":
            raise
        return NameTold(nonce, OFF, "")  # a central of an earlier version
    told = read_message(NameTold, raw, signed_by(get_enrolment(node).server_public))
    if not primitives.is_same(told.nonce, nonce):
        raise Problem("sync.bad_message")
    return told


def _make_request(node: Node, name: str) -> None:
    key = kept.place(node, KEY)
    if not key.is_file():
        key.parent.mkdir(mode=0o700, exist_ok=True)
        tls.make_key(key)
    kept.write(node, REQUEST, tls.make_request(key, name))  # first: cut here, it is made once more
    kept.write_told(node, msgspec.structs.replace(kept.read_told(node), name=name))


def _take(node: Node, told: NameTold) -> None:
    before, now = kept.read_told(node), node.clock.wall_ms()
    came_ms = before.came_ms
    if told.state == READY and told.chain != kept.read(node, CHAIN):
        draft = kept.place(node, "came.pem")
        kept.write(node, draft.name, told.chain)
        tls.check_pair(draft, kept.place(node, KEY))
        tls.read_dates(draft, told.name)
        draft.replace(kept.place(node, CHAIN))
        came_ms = now
    kept.write_told(node, Told(told.state, told.name or before.name, told.problem, now, came_ms))
