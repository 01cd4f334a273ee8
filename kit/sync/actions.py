"""Sending home, and how far it has come."""

from __future__ import annotations

import msgspec

from kit.errors import Problem
from kit.people.node import Node
from kit.sync import queries, relay_queries
from kit.sync.carriers import Carried, Carrier, Progress, Report
from kit.sync.enrolment import server_url
from kit.sync.line import Patience, call, open_line
from kit.sync.outbox import Outbox, Status, journey
from kit.sync.relay import pass_on

__all__ = ["Outcome", "Progress", "Status", "journey", "send"]


class Outcome(msgspec.Struct, frozen=True):
    """What one sending carried, and where things stand after it."""

    carried: Carried
    status: Status


def send(node: Node, report: Report = lambda progress: None, carrier: Carrier | None = None) -> Outcome:
    """Send home what the server lacks, by the network unless another carrier is given; safe to repeat for ever.

    Raises Problem `sync.*`, kept as the last error that `journey` tells; but what a key or a neighbour said is nothing
    about the way home, and whoever asked is told at once.
    """
    is_way_home = carrier is None or carrier.name == "network"
    try:
        outbox = Outbox(node)
        carried = (carrier or _network()).carry(outbox, report)
    except Problem as problem:
        if is_way_home:
            _note(node, problem)
        raise
    node.answer_home()
    if carrier is None:
        _pass_on(node, outbox)
    if is_way_home:
        _note(node, None)
    return Outcome(carried, journey(node))


def _network() -> Carrier:
    from kit.sync.carriers.network import NetworkCarrier

    return NetworkCarrier()


def _pass_on(node: Node, outbox: Outbox) -> None:
    """What this kit carries for neighbours goes along; their trouble is not ours."""
    if not relay_queries.owners(node.store):
        return
    with open_line(server_url(node, outbox.enrolment), node.clock) as client:
        pass_on(node, lambda method, path, body: Patience().keep_trying(lambda: call(client, method, path, body)))


def _note(node: Node, problem: Problem | None) -> None:
    """Keep when and how the last attempt ended. A full disk must not hide the Problem that is being told."""
    last = queries.LastTry(node.clock.wall_ms(), *((problem.code, str(problem)) if problem else ()))
    try:
        with node.journal.write():
            queries.save_last_try(node.store, last)
    except Problem:
        if problem is None:
            raise
