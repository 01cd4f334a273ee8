"""Files of a neighbour on their way home: its signed manifests and their pieces, under the same quota, after facts.

Pieces of works that wait for the team are closed: whoever carries them reads nothing. The central's last signed word
for the neighbour is kept as it is, so that it hears which pieces arrived, and brings only what is lacking.
"""

from __future__ import annotations

from collections.abc import Callable

from kit.errors import Problem
from kit.journal.ranges import merge
from kit.keys import primitives
from kit.people.node import Node
from kit.sync import blobs
from kit.sync import relay_queries as queries
from kit.sync.messages import Answer, Message, Ranges, read_message, signed_by
from kit.sync.segment import Hash

KINDS = ("manifest", "piece")
NAME_BYTES = {"manifest": 32, "piece": blobs.HEAD_BYTES}
MOST_BYTES = {"manifest": 256 * 1024, "piece": blobs.PIECE_BYTES}
FACTS_KEEP = 4  # files leave a quarter of what is left for facts, which matter more
_GIVE_UP = frozenset({"sync.bad_piece", "sync.bad_message"})
Send = Callable[[str, str, bytes], bytes]


class Carrying(Message, frozen=True):
    """Which pieces of a file a kit carries (numbers from 0)."""

    blob_id: Hash
    pieces: Ranges


def piece_name(blob_id: bytes, number: int) -> bytes:
    """The name of one piece: its file, then its number."""
    return blob_id + number.to_bytes(4, "big")


def carrying(node: Node, owner: bytes) -> list[Carrying]:
    """What is carried of a neighbour's files."""
    found: dict[bytes, list[int]] = {name: [] for name in queries.names(node.store, owner, "manifest")}
    for name in queries.names(node.store, owner, "piece"):
        found.setdefault(name[:32], []).append(int.from_bytes(name[32:], "big"))
    return [Carrying(blob_id, merge((one, one) for one in sorted(numbers))) for blob_id, numbers in found.items()]


def take(node: Node, owner: bytes, kind: str, name: bytes, raw: bytes, room: int) -> None:
    """Keep one thing of a neighbour's file. Raises Problem `sync.bad_message`, `sync.no_blob`, `sync.bad_piece` or
    `sync.relay_full`."""
    if kind == "manifest":
        if read_message(blobs.Manifest, raw, signed_by(owner)).blob_id != name:
            raise Problem("sync.bad_piece")
    else:
        _check_piece(node, owner, name, raw)
    with node.journal.write():
        if queries.find_raw(node.store, owner, kind, name) is not None:
            return
        if len(raw) > room - room // FACTS_KEEP:
            raise Problem("sync.relay_full")
        queries.keep(node.store, owner, kind, name, raw)


def _check_piece(node: Node, owner: bytes, name: bytes, raw: bytes) -> None:
    kept = queries.find_raw(node.store, owner, "manifest", name[:32])
    if kept is None:
        raise Problem("sync.no_blob")
    pieces = read_message(blobs.Manifest, kept, signed_by(owner)).pieces
    number = int.from_bytes(name[32:], "big")
    if number >= len(pieces) or primitives.digest(raw) != pieces[number]:
        raise Problem("sync.bad_piece")


def pass_on(node: Node, owner: bytes, send: Send) -> int:
    """Hand over to the central what is carried of a neighbour's files; how many pieces went. Each leaves once taken."""
    went = 0
    for blob_id in queries.names(node.store, owner, "manifest"):
        names = [name for name in queries.names(node.store, owner, "piece") if name[:32] == blob_id]
        try:
            if names:
                send("PUT", "/sync/manifest", queries.raw(node.store, owner, "manifest", blob_id))
            for name in names:
                raw = queries.raw(node.store, owner, "piece", name)
                blobs.send_piece(lambda path, part: send("PUT", path, part), blob_id, int.from_bytes(name[32:]), raw)
                went += 1
                with node.journal.write():
                    queries.remove(node.store, owner, "piece", name)
        except Problem as problem:
            if problem.code not in _GIVE_UP:
                raise
            _drop(node, owner, blob_id)  # the central will never take it as it is: its owner brings it another way
    return went


def _drop(node: Node, owner: bytes, blob_id: bytes) -> None:
    with node.journal.write():
        for name in queries.names(node.store, owner, "piece"):
            if name[:32] == blob_id:
                queries.remove(node.store, owner, "piece", name)
        queries.remove(node.store, owner, "manifest", blob_id)


def keep_answer(node: Node, owner: bytes, raw: bytes, answer: Answer) -> None:
    """Keep the central's word for its owner, and let go of what it has. Only inside `write()`."""
    queries.remove_all(node.store, owner, "answer")
    queries.keep(node.store, owner, "answer", primitives.digest(raw), raw)
    if not answer.lost:  # what the central had lost is there again
        queries.remove_all(node.store, owner, "returned")
    for state in answer.blobs:
        wanted = {number for first, last in state.missing for number in range(first, last + 1)}
        is_home = bool(state.receipt)
        for name in queries.names(node.store, owner, "piece"):
            is_there = is_home or (state.is_known and int.from_bytes(name[32:]) not in wanted)
            if name[:32] == state.blob_id and is_there:
                queries.remove(node.store, owner, "piece", name)
        if is_home:
            queries.remove(node.store, owner, "manifest", state.blob_id)
