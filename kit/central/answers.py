"""What goes back to a kit that sent bundles: receipts, and what it lacks of the logs that go down, in as many files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kit.central import actions, queries
from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.people.node import Node
from kit.sync import bundle, feeds
from kit.sync.messages import Hello, read_message
from kit.sync.segment import read_segment

MOST_ANSWERS = 8


class AnswerPacker:
    """Bundles for the kit that greeted, each at most 32 MiB. `relayed`: greetings of kits it carries for.

    There is always a first one; every one begins with the answer, so that each is of use alone.
    """

    def __init__(self, node: Node, hello: bytes, relayed: Sequence[bytes] = ()) -> None:
        self._answer = bundle.pack(bundle.ANSWER, actions.answer_hello(node, hello))
        self._others = [bundle.pack(bundle.ANSWER, actions.answer_hello(node, one)) for one in relayed]
        self._waiting = _parts(node, hello)
        self._next = next(self._waiting, None)
        self._made = 0

    @property
    def has_more(self) -> bool:
        """True while another bundle is worth making."""
        return self._made == 0 or (self._next is not None and self._made < MOST_ANSWERS)

    def bundle(self) -> Iterator[bytes]:
        """The bytes of the next bundle."""
        start = [bundle.start(), self._answer, *(self._others if self._made == 0 else [])]
        room = bundle.MOST_BYTES - sum(map(len, start)) - bundle.FRAME_BYTES
        self._made += 1
        yield from start
        is_empty = True
        while self._next is not None and (is_empty or len(self._next) <= room):
            room, is_empty = room - len(self._next), False
            yield self._next
            self._next = next(self._waiting, None)
        yield bundle.pack(bundle.END)


def _parts(node: Node, hello: bytes) -> Iterator[bytes]:
    """What the kit lacks, oldest first: each segment with the envelopes it cites."""
    for frozen in feeds.lacking(node, _reader(node, hello)):
        names = read_segment(frozen.raw).header.cited()
        sealed = [raw for name in names if (raw := journal_queries.find_envelope(node.store, name)) is not None]
        parts = [*(bundle.pack(bundle.ENVELOPE, raw) for raw in sealed), bundle.pack(bundle.SEGMENT, frozen.raw)]
        yield b"".join(parts)


def _reader(node: Node, raw: bytes) -> feeds.Reader:
    signers: list[bytes] = []
    hello = read_message(Hello, raw, signers.append)
    kit = queries.find_kit_by_key(node.store, signers[0])
    if kit is None:
        raise Problem("sync.unknown_kit")
    return feeds.Reader(kit["kit_id"], kit["box_public"], hello.feeds)


def kit_of(node: Node, hello: bytes) -> tuple[bytes, str]:
    """The key and the nickname of who greeted; empty for nobody of ours."""
    signers: list[bytes] = []
    try:
        read_message(Hello, hello, signers.append)
    except Problem:
        return b"", ""
    kit = queries.find_kit_by_key(node.store, signers[0])
    return (signers[0], queries.get_kit(node.store, kit["kit_id"]).nickname) if kit is not None else (b"", "")
