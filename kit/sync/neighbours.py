"""Which kits on the network carry for this one, and asking them in turn. Source: journal.md, "Carriers", 4."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from kit.announce import Heard
from kit.errors import Problem
from kit.people.node import Node
from kit.sync.carriers import Carried, Report
from kit.sync.carriers.neighbour import NeighbourCarrier
from kit.sync.enrolment import fingerprint, get_enrolment
from kit.sync.outbox import Outbox

_log = logging.getLogger(__name__)


def list_ours(node: Node, heard: Sequence[Heard]) -> list[Heard]:
    """Those that say they are of our coordination; each still has to prove it."""
    ours = fingerprint(get_enrolment(node).server_public)
    return [one for one in heard if one.coordination == ours]


class AnyNeighbour:
    """The carrier that takes the first kit of our coordination that says yes; `taken_by` is its name afterwards."""

    name = "neighbour"

    def __init__(self, hear: Callable[[], Sequence[Heard]]) -> None:
        self._hear = hear
        self.taken_by = ""

    def carry(self, outbox: Outbox, report: Report) -> Carried:
        """See `Carrier`. Raises Problem `sync.no_neighbour`, or what the last of them said."""
        refusal = Problem("sync.no_neighbour")
        for heard in list_ours(outbox.node, self._hear()):
            try:
                carried = NeighbourCarrier(heard.url).carry(outbox, report)
            except Problem as problem:
                _log.warning("neighbour: %s", problem.code)
                refusal = problem
            else:
                self.taken_by = heard.name
                return carried
        raise refusal
