"""Bundles that somebody brings: from a key, or through the public page. Whoever brings them, signatures count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from kit.central import actions, queries, returned
from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.keys.envelope import envelope_hash
from kit.people.node import Node
from kit.sync import blob_inbox, bundle, feeds
from kit.sync.carriers.file import BACK, OUT, write_checked
from kit.sync.messages import Hello, read_message
from kit.sync.segment import read_segment
from kit.usb import reason_of

MOST_RELAYED = 8


class Taken(msgspec.Struct, frozen=True):
    """What one bundle brought. `hello` is its kit's greeting when it is answered; `trouble` the first thing wrong.

    `relayed`: greetings of other kits, for which this one carries.
    """

    name: str
    segments: int = 0
    known: int = 0
    envelopes: int = 0
    refused: int = 0
    trouble: str = ""
    hello: bytes = b""
    pieces: int = 0
    relayed: tuple[bytes, ...] = ()


def take_bundle(node: Node, name: str, file: IO[bytes]) -> Taken:
    """Take in every good part of a bundle; a bad one is counted and stops nothing. Never raises for its content."""
    taken = Taken(name)
    try:
        for part in bundle.read_parts(file):
            taken = _take_part(node, part, taken)
    except Problem as problem:
        if problem.code.startswith("store."):
            raise
        taken = msgspec.structs.replace(taken, trouble=taken.trouble or problem.code)
    return taken


def _take_part(node: Node, part: bundle.Part, taken: Taken) -> Taken:
    try:
        if part.kind == bundle.SEGMENT:
            is_new = actions.take_segment(node, read_segment(part.raw).segment_id, part.raw)
            return msgspec.structs.replace(taken, segments=taken.segments + is_new, known=taken.known + (not is_new))
        if part.kind == bundle.ENVELOPE:
            is_new = actions.take_envelope(node, envelope_hash(part.raw), part.raw)
            return msgspec.structs.replace(taken, envelopes=taken.envelopes + is_new)
        if part.kind == bundle.RETURNED:
            is_new = returned.take_returned(node, part.raw)
            return msgspec.structs.replace(taken, segments=taken.segments + is_new, known=taken.known + (not is_new))
        if part.kind == bundle.MANIFEST:
            actions.take_manifest(node, part.raw)
        if part.kind == bundle.PIECE:
            return msgspec.structs.replace(taken, pieces=taken.pieces + blob_inbox.take_part(node, part.raw))
        if part.kind == bundle.RELAYED and part.raw not in taken.relayed[:MOST_RELAYED]:
            actions.answer_hello(node, part.raw)
            return msgspec.structs.replace(taken, relayed=(*taken.relayed, part.raw)[:MOST_RELAYED])
        if part.kind == bundle.HELLO:
            actions.answer_hello(node, part.raw)  # a greeting that is not accepted is told at once
            return msgspec.structs.replace(taken, hello=part.raw)
    except Problem as problem:
        if problem.code.startswith("store."):
            raise
        return msgspec.structs.replace(taken, refused=taken.refused + 1, trouble=taken.trouble or problem.code)
    return taken


def pack_answer(node: Node, hello: bytes, relayed: Sequence[bytes] = ()) -> Iterator[bytes]:
    """A bundle for the kit that greeted: receipts for what is here, and what it lacks of the logs that go down.

    `relayed`: greetings of kits it carries for; receipts for them go along.
    """
    yield bundle.start()
    for greeting in (hello, *relayed):
        yield bundle.pack(bundle.ANSWER, actions.answer_hello(node, greeting))
    room = bundle.MOST_BYTES - bundle.MOST_BYTES // 8
    for frozen in feeds.lacking(node, _reader(node, hello)):
        names = read_segment(frozen.raw).header.cited()
        sealed = [raw for name in names if (raw := journal_queries.find_envelope(node.store, name)) is not None]
        parts = [*(bundle.pack(bundle.ENVELOPE, raw) for raw in sealed), bundle.pack(bundle.SEGMENT, frozen.raw)]
        room -= sum(map(len, parts))
        if room < 0:
            break
        yield from parts
    yield bundle.pack(bundle.END)


def _reader(node: Node, raw: bytes) -> feeds.Reader:
    signers: list[bytes] = []
    hello = read_message(Hello, raw, signers.append)
    kit = queries.find_kit_by_key(node.store, signers[0])
    if kit is None:
        raise Problem("sync.unknown_kit")
    return feeds.Reader(kit["kit_id"], kit["box_public"], hello.feeds)


def read_key(node: Node, place: Path) -> list[Taken]:
    """Take in every bundle in the folder `envoi` of a key, and write the answers into `retour`.

    Raises Problem `sync.bad_key` or `sync.bad_copy`.
    """
    found = []
    try:
        for path in sorted((place / OUT).glob(f"*{bundle.SUFFIX}")):
            with path.open("rb") as file:
                found.append(take_bundle(node, path.name, file))
    except OSError as refusal:
        raise Problem("sync.bad_key", reason=reason_of(refusal)) from refusal
    for taken in found:
        if taken.hello:
            write_checked(place / BACK / taken.name, pack_answer(node, taken.hello, taken.relayed))
    return found
