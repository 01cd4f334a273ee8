"""What leaves in bundles and what comes back in them: the kit's side of the key and of the phone.

A bundle that left is "copied", never "arrived": only a receipt of the central says so, by whatever way it comes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import IO

import msgspec

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.journal.ranges import Range, count, subtract
from kit.keys.envelope import envelope_hash
from kit.people.node import Node
from kit.sync import blobs, bundle, feeds, inbox, queries, relay, relay_queries
from kit.sync.cutting import Frozen
from kit.sync.messages import STORED, Answer, read_message, signed_by
from kit.sync.outbox import Outbox, covered
from kit.sync.segment import read_segment

COUNTER = "sync.bundle_counter"
RELAYED_PARTS = (("envelope", bundle.ENVELOPE), ("segment", bundle.SEGMENT), ("returned", bundle.RETURNED))


class Brought(msgspec.Struct, frozen=True):
    """What a bundle from home brought. `trouble`: the code of what was wrong with the rest of it, or empty."""

    receipts: int = 0
    segments: int = 0
    envelopes: int = 0
    trouble: str = ""
    answers: int = 0


def waiting_ranges(outbox: Outbox) -> dict[bytes, list[Range]]:
    """What the central has not signed for, by log."""
    safe = covered(outbox.node, STORED)
    return {
        log_id: subtract([(1, log.head)] if log.head else [], safe.get(log.log_no, []))
        for log_id, log in outbox.logs.items()
    }


def count_waiting(outbox: Outbox) -> int:
    """How many facts the central has not signed for."""
    return sum(count(ranges) for ranges in waiting_ranges(outbox).values())


def count_pieces(outbox: Outbox) -> int:
    """How many pieces of files the central may lack."""
    return sum(len(one.wanted) for one in blobs.waiting(outbox.node))


def not_receipted(outbox: Outbox) -> Iterator[Frozen]:
    """The segments the central has not signed for, oldest first."""
    for log_id, ranges in waiting_ranges(outbox).items():
        yield from outbox.segments(log_id, ranges)


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


class Piece(msgspec.Struct, frozen=True):
    """One packed part of a bundle; `facts` is what is whole once this part is there too.

    `head` is what must stand before it in the same bundle, once: bundles are read in any order.
    """

    raw: bytes
    is_segment: bool = False
    facts: int = 0
    is_file: bool = False
    head: bytes = b""


def pieces(outbox: Outbox) -> Iterator[Piece]:
    """All facts the central has not signed for, part after part: envelopes, then the segment that cites them."""
    for frozen in not_receipted(outbox):
        for name in read_segment(frozen.raw).header.cited():
            sealed = outbox.envelope(name)
            if sealed is not None:
                yield Piece(bundle.pack(bundle.ENVELOPE, sealed))
        yield Piece(bundle.pack(bundle.SEGMENT, frozen.raw), True, frozen.last - frozen.first + 1)


def other_pieces(outbox: Outbox) -> Iterator[Piece]:
    """What the central lost and hears again from us, then what this kit carries for its neighbours."""
    for raw, names in feeds.returned(outbox.node, feeds.list_lost(outbox.node), outbox.certificate.server_box_public):
        for name in names:
            if (sealed := outbox.envelope(name)) is not None:
                yield Piece(bundle.pack(bundle.ENVELOPE, sealed))
        yield Piece(bundle.pack(bundle.RETURNED, raw))
    yield from relayed_pieces(outbox)


def relayed_pieces(outbox: Outbox) -> Iterator[Piece]:
    """What this kit carries for its neighbours, under their own greetings: it cannot read it."""
    store = outbox.node.store
    for owner in relay_queries.owners(store):
        head = bundle.pack(bundle.RELAYED, relay_queries.raws(store, owner, "hello")[0])
        for kind, part in RELAYED_PARTS:
            for name in relay_queries.names(store, owner, kind):
                raw = relay_queries.find_raw(store, owner, kind, name)
                if raw is not None:
                    yield Piece(bundle.pack(part, raw), head=head)


def file_pieces(outbox: Outbox) -> Iterator[Piece]:
    """The pieces of files that go home, each under its file's manifest."""
    for one, number, raw in blobs.pieces(outbox.node):
        part = bundle.pack(bundle.PIECE, blobs.pack_piece(one.blob_id, number, raw))
        yield Piece(part, is_file=True, head=bundle.pack(bundle.MANIFEST, one.manifest))


def relayed_file_pieces(outbox: Outbox) -> Iterator[Piece]:
    """The pieces of neighbours' files that this kit carries, each under its owner's greeting and its manifest."""
    store = outbox.node.store
    for owner in relay_queries.owners(store):
        hello = bundle.pack(bundle.RELAYED, relay_queries.raws(store, owner, "hello")[0])
        for name in relay_queries.names(store, owner, "piece"):
            raw = relay_queries.find_raw(store, owner, "piece", name)
            manifest = relay_queries.find_raw(store, owner, "manifest", name[:32])
            if raw is not None and manifest is not None:
                part = bundle.pack(bundle.PIECE, blobs.pack_piece(name[:32], int.from_bytes(name[32:]), raw))
                yield Piece(part, head=hello + bundle.pack(bundle.MANIFEST, manifest))


# Our own facts first, then those of others, then files: a key with little room takes what matters most.
STREAMS = (pieces, other_pieces, file_pieces, relayed_file_pieces)


class Packer:
    """Cuts one stream of parts into bundles of at most 32 MiB, one part in memory at a time.

    A segment and its envelopes may lie in different bundles: each part proves itself, and the central counts a range
    as received once all of it came. `segments`, `facts` and `files` say what the bundles made so far hold.
    """

    def __init__(self, outbox: Outbox, stream: Callable[[Outbox], Iterator[Piece]] = pieces) -> None:
        self._outbox = outbox
        self._waiting = stream(outbox)
        self._next = next(self._waiting, None)
        self.segments = self.facts = self.files = 0

    @property
    def has_more(self) -> bool:
        """True while something is left for another bundle."""
        return self._next is not None

    def bundle(self) -> Iterator[bytes]:
        """The bytes of the next bundle; the greeting is in each, so that each brings an answer."""
        hello, _ = self._outbox.hello(_erased(self._outbox))
        start = bundle.start() + bundle.pack(bundle.HELLO, hello)
        room = bundle.MOST_BYTES - len(start) - bundle.FRAME_BYTES
        yield start
        head, is_empty = b"", True
        while self._next is not None and (is_empty or len(self._next.head) + len(self._next.raw) <= room):
            piece, is_empty = self._next, False
            raw = piece.raw if piece.head == head else piece.head + piece.raw
            head, room = piece.head, room - len(raw)
            yield raw
            self.segments += piece.is_segment
            self.facts += piece.facts
            self.files += piece.is_file
            self._next = next(self._waiting, None)
        yield bundle.pack(bundle.END)


def _erased(outbox: Outbox) -> list[bytes]:
    """Envelopes the central will look for in vain: those of people erased since."""
    found = list[bytes]()
    for log_id, ranges in waiting_ranges(outbox).items():
        log_no = outbox.logs[log_id].log_no
        found += queries.erased_envelopes(outbox.node.store, log_no, ranges, 1000 - len(found))
    return found


def pack_number(outbox: Outbox, number: int) -> Iterator[bytes]:
    """The bytes of one of the files that together hold all that waits, counted from 1: what a phone takes.

    A number beyond the last gives a file with the greeting only: it still brings an answer.
    """
    bundles = (
        packer for stream in (_facts, file_pieces, relayed_file_pieces) for packer in _each(Packer(outbox, stream))
    )
    for _ in range(number - 1):
        packer = next(bundles, None)
        if packer is None:
            break
        for _bytes in packer.bundle():
            pass
    packer = next(bundles, None)
    return packer.bundle() if packer else greeting(outbox)


def greeting(outbox: Outbox) -> Iterator[bytes]:
    """The bytes of a bundle that holds nothing but the greeting."""
    return Packer(outbox, lambda outbox: iter(())).bundle()


def _facts(outbox: Outbox) -> Iterator[Piece]:
    """All that is small, one after another: a phone takes as few files as there can be."""
    yield from pieces(outbox)
    yield from other_pieces(outbox)


def _each(packer: Packer) -> Iterator[Packer]:
    """The same packer, once for each bundle it still has."""
    while packer.has_more:
        yield packer


def count_files(outbox: Outbox) -> int:
    """About how many files a phone needs for all that waits: by the room that sealed things take, at least 1."""
    size = sum(
        queries.waiting_bytes(outbox.node.store, outbox.logs[log_id].log_no, ranges)
        for log_id, ranges in waiting_ranges(outbox).items()
    )
    size += relay_queries.used_bytes(outbox.node.store)
    files = count_pieces(outbox) * blobs.PIECE_BYTES
    most = bundle.MOST_BYTES - bundle.MOST_BYTES // 16
    facts = 1 + size // most if size or not files else 0
    return facts + -(-files // most)


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
            kept = outbox.take_receipts(answer.receipts)
            is_ours = kept > 0 or any(one.log_id in outbox.logs for one in answer.missing)
            kept += outbox.take_blob_words(answer)
            outbox.take_holding(answer.holding)
            if is_ours or answer.lost:
                feeds.note_lost(node, answer.lost, is_whole=is_ours)
            relay.keep_answer(node, part.raw, answer)
            return msgspec.structs.replace(brought, receipts=brought.receipts + kept, answers=brought.answers + 1)
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
