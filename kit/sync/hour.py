"""A server refused only because of a date: the hour is asked of the central, and everything is verified again.

A box without a clock may be years behind, and then every certificate is "not valid yet". It sends a nonce to
`/sync/time` over a connection that is not verified and is used for nothing else; the answer counts only under the
signature of the central's own key (learnt at enrolment, or named by the fingerprint in the link). It becomes a clock
anchor, and the call is made once more, with host, chain and dates all verified, the dates against the anchored clock.
Source: journal.md, "Segment, envelope, blob, bundle, handshake".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kit.errors import Problem
from kit.ids import new_id
from kit.journal import anchors
from kit.keys import primitives
from kit.people.node import Node
from kit.sync.line import call, is_about_dates, open_unverified
from kit.sync.messages import TimeTold, read_message

PATH = "/sync/time"
NONCE_BYTES = 16
T = TypeVar("T")


def with_the_hour(node: Node, url: str, accept: Callable[[bytes], object], attempt: Callable[[], T]) -> T:
    """Attempt; when TLS fails for a date only, set the clock by the central that `accept` knows, and attempt again.

    Raises what the attempt raises; Problem `sync.tls` when nobody trusted tells the hour.
    """
    try:
        return attempt()
    except Problem as problem:
        if not is_about_dates(problem):
            raise
        ask(node, url, accept)
    return attempt()


def ask(node: Node, url: str, accept: Callable[[bytes], object]) -> None:
    """Ask the central for the hour and anchor the clock. Raises Problem `sync.tls`, with the clock as it was."""
    nonce, start = new_id(), node.clock.mono_ms()
    try:
        with open_unverified(url) as client:
            told = read_message(TimeTold, call(client, "POST", PATH, nonce), accept)
    except Problem as problem:
        raise Problem("sync.tls") from problem
    if not primitives.is_same(told.nonce, nonce):
        raise Problem("sync.tls")
    on_the_way_ms = (node.clock.mono_ms() - start) // 2
    anchors.confirm(node.journal, told.time_ms + on_the_way_ms, "central")
