"""What leaves in bundles and what comes back in them: the kit's side of the key and of the phone.

A bundle that left is "copied", never "arrived": only a receipt of the central says so, by whatever way it comes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import IO

import msgspec

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.journal.ranges import subtract
from kit.keys.envelope import envelope_hash
from kit.people.node import Node
from kit.sync import bundle, feeds, inbox, queries
from kit.sync.cutting import Frozen
from kit.sync.messages import STORED, Answer, read_message, signed_by
from kit.sync.outbox import Outbox, covered
from kit.sync.segment import read_segment

COUNTER = "sync.bundle_counter"


class Brought(msgspec.Struct, frozen=True):
    """What a bundle from home brought. `trouble`: the code of what was wrong with the rest of it, or empty."""

    receipts: int = 0
    segments: int = 0
    envelopes: int = 0
    trouble: str = ""


def not_receipted(outbox: Outbox) -> Iterator[Frozen]:
    """The segments the central has not signed for, oldest first."""
    safe = covered(outbox.node, STORED)
    for log_id, log in outbox.logs.items():
        whole = [(1, log.head)] if log.head else []
        yield from outbox.segments(log_id, subtract(whole, safe.get(log.log_no, [])))


def next_name(node: Node, nickname: str) -> str:
    """The name of the next bundle: the kit's nickname and a counter that only grows."""
    with node.journal.write():
        number = int(journal_queries.get_state(node.store, COUNTER) or b"0") + 1
        journal_queries.set_state(node.store, COUNTER, str(number).encode())
    return f"{own_prefix(node, nickname)}{number:04}{bundle.SUFFIX}"


def own_prefix(node: Node, nickname: str) -> str:
    """How the names of this kit's bundles begin; two kits of one nickname differ by their log."""
    plain = unicodedata.normalize("NFKD", nickname).encode("ascii", "ignore").decode().lower()
    return f"{re.sub('[^a-z0-9]+', '-', plain).strip('-')[:30] or 'valise'}-{node.journal.log_id.hex()[:8]}-"


def pack_once(outbox: Outbox, waiting: Iterator[Frozen], first: Frozen | None) -> Iterator[bytes]:
    """The bytes of one bundle of at most 32 MiB; the greeting is in each, so that each brings an answer."""
    hello, _ = outbox.hello(_erased(outbox))
    yield bundle.start() + bundle.pack(bundle.HELLO, hello)
    room, is_empty = bundle.MOST_BYTES - len(hello) - 64, True
    while first is not None:
        parts = _with_envelopes(outbox, first)
        size = sum(map(len, parts))
        if size > room and not is_empty:
            break
        yield from parts
        room, is_empty = room - size, False
        first = next(waiting, None)
    yield bundle.pack(bundle.END)


def _erased(outbox: Outbox) -> list[bytes]:
    """Envelopes the central will look for in vain: those of people erased since."""
    safe, found = covered(outbox.node, STORED), list[bytes]()
    for log in outbox.logs.values():
        ranges = subtract([(1, log.head)] if log.head else [], safe.get(log.log_no, []))
        found += queries.erased_envelopes(outbox.node.store, log.log_no, ranges, 1000 - len(found))
    return found


def _with_envelopes(outbox: Outbox, frozen: Frozen) -> list[bytes]:
    names = read_segment(frozen.raw).header.cited()
    sealed = [raw for name in names if (raw := outbox.envelope(name)) is not None]
    parts = [bundle.pack(bundle.ENVELOPE, raw) for raw in sealed]
    return [*parts, bundle.pack(bundle.SEGMENT, frozen.raw)]


def pack_all(outbox: Outbox) -> bytes:
    """One bundle with the oldest that is not receipted, at most 32 MiB: what a phone takes."""
    waiting = not_receipted(outbox)
    return b"".join(pack_once(outbox, waiting, next(waiting, None)))


def take_back(node: Node, file: IO[bytes]) -> Brought:
    """Take in what a bundle from the central brings: receipts, and what goes down. Any part may be missing.

    Raises Problem `sync.not_a_bundle`, `sync.newer_bundle` or `sync.not_enrolled`.
    """
    outbox, brought = Outbox(node), Brought()
    try:
        for part in bundle.read_parts(file):
            brought = _take_part(outbox, part, brought)
    except Problem as problem:
        if problem.code != "sync.cut_bundle":
            raise
        brought = msgspec.structs.replace(brought, trouble=problem.code)
    return brought


def _take_part(outbox: Outbox, part: bundle.Part, brought: Brought) -> Brought:
    node, server = outbox.node, outbox.enrolment.server_public
    try:
        if part.kind == bundle.ANSWER:
            answer = read_message(Answer, part.raw, signed_by(server))
            return msgspec.structs.replace(brought, receipts=brought.receipts + outbox.take_receipts(answer.receipts))
        if part.kind == bundle.SEGMENT:
            return msgspec.structs.replace(brought, segments=brought.segments + feeds.take(node, part.raw, server))
        if part.kind == bundle.ENVELOPE:
            is_new = inbox.store_envelope(node, envelope_hash(part.raw), part.raw, [server])
            return msgspec.structs.replace(brought, envelopes=brought.envelopes + is_new)
    except Problem as problem:
        if problem.code.startswith("store."):
            raise
        return msgspec.structs.replace(brought, trouble=problem.code)
    return brought
