"""A link that attaches the kit, kept until there is a line: on a card nobody waits for an answer."""

from __future__ import annotations

import logging

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.people.node import Node
from kit.sync.enrolment import enrol, find_enrolment, read_link

LINK = "enrolment.link"
LATER = frozenset({"sync.unreachable", "sync.tls"})  # nothing is wrong with the link: no line, or no right hour yet
_log = logging.getLogger(__name__)


def keep_link(node: Node, link: str) -> None:
    """Keep a link; an attached kit keeps none. Raises Problem `sync.bad_link`."""
    read_link(link)
    if find_enrolment(node) is None:
        with node.journal.write():
            journal_queries.set_state(node.store, LINK, link.strip().encode())


def try_link(node: Node) -> bool:
    """Attach the kit if a link is kept and the central answers; True when it is attached by it."""
    kept = journal_queries.get_state(node.store, LINK)
    if kept is None:
        return False
    try:
        if find_enrolment(node) is None:
            enrol(node, kept.decode())
    except Problem as problem:
        _log.warning("the kept link attached nothing: %s", problem.code)
        if problem.code in LATER:
            return False
        _forget(node)
        return False
    _forget(node)
    return True


def _forget(node: Node) -> None:
    with node.journal.write():
        journal_queries.forget_state(node.store, LINK)
