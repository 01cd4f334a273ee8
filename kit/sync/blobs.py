"""Files on their way home, the kit's side: cut into pieces of 1 MiB known by their hashes, in a queue after facts.

A manifest, signed once, names the pieces; the server says which it lacks, and answers a signed receipt once the file
lies whole on its disk. Source: journal.md, "Segment, envelope, blob, bundle, handshake".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.journal.ranges import Range
from kit.keys import primitives
from kit.people.node import Node
from kit.sync import blob_queries as queries
from kit.sync.messages import BlobReceipt, BlobState, Id16, Message, Number, read_message, sign_message, signed_by
from kit.sync.queries import SERVER_EPOCH
from kit.sync.segment import Hash

PIECE_BYTES = 1024 * 1024
SLICE_BYTES = 64 * 1024  # what one request carries: a line that is dead most of the time still gets these through
MOST_PIECES = 4096
HEAD_BYTES = 36


class Manifest(Message, frozen=True):
    """What a file is made of. `pieces`: BLAKE2b-256 of each MiB, the last one shorter."""

    version: int
    sort: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    subject: Id16
    size: Number
    pieces: Annotated[list[Hash], msgspec.Meta(min_length=1, max_length=MOST_PIECES)]

    @property
    def blob_id(self) -> bytes:
        """The name of a file: it follows from what it is and what is in it."""
        return primitives.digest(
            b"valise-blob-1", self.sort.encode(), b"\0", self.subject, self.size.to_bytes(8, "big"), *self.pieces
        )

    def size_of(self, number: int) -> int:
        """How long one piece is."""
        return min(PIECE_BYTES, self.size - number * PIECE_BYTES)


class Waiting(msgspec.Struct, frozen=True):
    """One file that the server has not signed for. `wanted`: the numbers of the pieces it may lack, from 0."""

    blob_id: bytes
    manifest: bytes
    path: Path
    wanted: Sequence[int]

    def read(self, number: int) -> bytes | None:
        """One piece, or None when the file left meanwhile (somebody of the team answered)."""
        try:
            with self.path.open("rb") as file:
                file.seek(number * PIECE_BYTES)
                return file.read(PIECE_BYTES)
        except FileNotFoundError:
            return None


def prepare(node: Node) -> None:
    """Note files that became ready, and let go of those that left before the server had them."""
    known = {(one.sort, one.subject): one for one in queries.list_out(node.store)}
    for sort in node.going:
        for subject in sort.ready():
            if (sort.name, subject) not in known and sort.place(subject).is_file():
                _add(node, sort.name, subject, sort.place(subject))
    places = {sort.name: sort.place for sort in node.going}
    gone = [one for one in known.values() if one.receipt is None and not places[one.sort](one.subject).is_file()]
    if gone:
        with node.journal.write():
            for one in gone:
                queries.remove_out(node.store, one.blob_id)


def _add(node: Node, sort: str, subject: bytes, path: Path) -> None:
    pieces, size = [], 0
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            pieces.append(primitives.digest(piece))
            size += len(piece)
    if not pieces or len(pieces) > MOST_PIECES:
        return
    manifest = Manifest(1, sort, subject, size, pieces)
    with node.journal.write():
        signed = sign_message(node.identity, manifest)
        queries.add_out(node.store, manifest.blob_id, sort, subject, len(pieces), signed)


def waiting(node: Node) -> list[Waiting]:
    """The files the server has not signed for in its present life, small ones first."""
    places = {sort.name: sort.place for sort in node.going}
    epoch = (journal_queries.get_state(node.store, SERVER_EPOCH) or b"")[8:]
    found = []
    for one in queries.list_out(node.store):
        said = one.server_epoch == epoch
        if one.sort not in places or (one.receipt is not None and said):
            continue
        ranges = msgspec.msgpack.decode(one.missing, type=list[Range]) if said and one.missing else None
        wanted = _numbers(ranges, one.pieces) if ranges is not None else range(one.pieces)
        found.append(Waiting(one.blob_id, one.manifest, places[one.sort](one.subject), wanted))
    return [one for one in found if one.path.is_file()]


def where(node: Node) -> tuple[int, int, int, int]:
    """How many files that go home wait here, of these how many the server signed for, how many are only here, and how
    long the latter are together. Looks at names and sizes only."""
    epoch = (journal_queries.get_state(node.store, SERVER_EPOCH) or b"")[8:]
    signed = {
        (one.sort, one.subject) for one in queries.list_out(node.store) if one.receipt and one.server_epoch == epoch
    }
    sizes = {
        (sort.name, subject): place.stat().st_size
        for sort in node.going
        for subject in sort.ready()
        if (place := sort.place(subject)).is_file()
    }
    only_here = [size for name, size in sizes.items() if name not in signed]
    return len(sizes), len(sizes) - len(only_here), len(only_here), sum(only_here)


def _numbers(ranges: Sequence[Range], pieces: int) -> list[int]:
    return [number for first, last in ranges for number in range(first, min(last, pieces - 1) + 1)]


def take_words(node: Node, states: Sequence[BlobState], server_public: bytes, epoch: bytes) -> int:
    """Keep what the server said of our files; how many it now has whole. A forged receipt is left aside."""
    kept = 0
    known = {one.blob_id for one in queries.list_out(node.store)}
    with node.journal.write():
        for state in states:
            if state.blob_id not in known:
                continue
            if not state.receipt:
                missing = msgspec.msgpack.encode(state.missing) if state.is_known else b""
                queries.note_word(node.store, state.blob_id, epoch, missing, None)
            elif _is_signed(state, server_public):
                queries.note_word(node.store, state.blob_id, epoch, b"", state.receipt)
                kept += 1
    return kept


def _is_signed(state: BlobState, server_public: bytes) -> bool:
    try:
        return read_message(BlobReceipt, state.receipt, signed_by(server_public)).blob_id == state.blob_id
    except Problem:
        return False


def pieces(node: Node) -> Iterator[tuple[Waiting, int, bytes]]:
    """Every piece that may be lacking, one at a time in memory: whose, its number, its bytes."""
    for one in waiting(node):
        for number in one.wanted:
            raw = one.read(number)
            if raw is None:
                break
            yield one, number, raw


def send_piece(put: Callable[[str, bytes], bytes], blob_id: bytes, number: int, raw: bytes) -> None:
    """Send one piece to the server in slices that go on where it says it stopped. Raises Problem `sync.bad_piece`."""
    at = 0
    while at < len(raw):
        have = int.from_bytes(put(f"/sync/piece/{blob_id.hex()}/{number}/{at}", raw[at : at + SLICE_BYTES]), "big")
        if have == at or have > len(raw):
            raise Problem("sync.bad_piece")  # it takes nothing more: another greeting tells why
        at = have


def pack_piece(blob_id: bytes, number: int, raw: bytes) -> bytes:
    """One piece as a part of a bundle."""
    return blob_id + number.to_bytes(4, "big") + raw
