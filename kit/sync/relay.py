"""Carrying home for a neighbour: closed segments and envelopes this kit cannot read, under a quota.

Two kits prove to each other that the same coordination certified them. The one that wants its facts carried hands over
its signed greeting to the central, its segments and their envelopes; the other passes them on when it next reaches the
central, and keeps the receipts it hears for their owner. It can neither read nor forge, only delay or drop.
Source: journal.md, "Carriers", 4.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Annotated

import msgspec

from kit.errors import Problem
from kit.ids import new_id
from kit.journal.ranges import Range, subtract
from kit.keys import primitives
from kit.keys.envelope import envelope_hash
from kit.people.node import Node
from kit.store import Store
from kit.sync import feeds, inbox, relay_files
from kit.sync import queries as sync_queries
from kit.sync import relay_queries as queries
from kit.sync.enrolment import get_enrolment
from kit.sync.messages import (
    PROTOCOL,
    STORED,
    Answer,
    Certificate,
    Hashes,
    Hello,
    Id16,
    LogState,
    Message,
    Receipt,
    Returned,
    read_message,
    sign_message,
    signed_by,
)
from kit.sync.segment import read_segment, recipient_id

SHARE = 4  # one neighbour may fill a quarter of the quota
MOST_TOKENS = 64
MOST_ANSWER_BYTES, MOST_RECEIPTS = 96 * 1024, 250  # a welcome is one message of 256 KiB at most
_HELLO = b"hello"
_log = logging.getLogger(__name__)
Send = Callable[[str, str, bytes], bytes]


class Greeting(Message, frozen=True):
    """A kit asks another one to carry for it. `hello` is its signed greeting for the central."""

    protocol: int
    nonce: Id16
    certificate: Annotated[bytes, msgspec.Meta(max_length=4096)]
    hello: Annotated[bytes, msgspec.Meta(max_length=65536)]


class Welcome(Message, frozen=True):
    """The other one agrees: what opens its door for a while, how much room there is, receipts it heard.

    `feeds`: segments of the central's that it has and the greeter lacks; `held`: what it has of the central's logs.
    `answers`: the central's last signed word for the greeter; `files`: which pieces of its files are being carried.
    """

    protocol: int
    nonce: Id16
    certificate: Annotated[bytes, msgspec.Meta(max_length=4096)]
    token: Id16
    room_bytes: int
    receipts: Annotated[list[bytes], msgspec.Meta(max_length=1000)]
    feeds: Hashes = msgspec.field(default_factory=list)
    held: Annotated[list[LogState], msgspec.Meta(max_length=64)] = msgspec.field(default_factory=list)
    answers: Annotated[list[bytes], msgspec.Meta(max_length=1)] = msgspec.field(default_factory=list)
    files: Annotated[list[relay_files.Carrying], msgspec.Meta(max_length=500)] = msgspec.field(default_factory=list)


class Doors:
    """Who greeted lately: token to owner, in memory only."""

    def __init__(self) -> None:
        self._owners: dict[bytes, bytes] = {}

    def open(self, owner: bytes) -> bytes:
        """A token for a neighbour that proved who it is."""
        token = new_id()
        self._owners[token] = owner
        while len(self._owners) > MOST_TOKENS:
            del self._owners[next(iter(self._owners))]
        return token

    def owner(self, token: bytes) -> bytes:
        """Whose token this is. Raises Problem `sync.not_a_neighbour`."""
        if token not in self._owners:
            raise Problem("sync.not_a_neighbour")
        return self._owners[token]


# -- the one that carries -----------------------------------------------------------------------------------------


def answer_greeting(node: Node, doors: Doors, raw: bytes) -> bytes:
    """A neighbour's greeting answered. Raises Problem `sync.not_a_neighbour` or `sync.not_enrolled`."""
    signers: list[bytes] = []
    greeting = read_message(Greeting, raw, signers.append)
    check_neighbour(node, greeting.certificate, signers[0])
    owner = signers[0]
    with node.journal.write():
        queries.keep(node.store, owner, "hello", primitives.digest(_HELLO, owner), greeting.hello)
    receipts, server = queries.raws(node.store, owner, "receipt"), get_enrolment(node).server_public
    theirs = read_message(Hello, greeting.hello, signed_by(owner)).feeds
    _drop_what_came(node, owner, theirs)
    ours = [frozen.segment_id for frozen in islice(feeds.shared(node, server, theirs), feeds.MOST_OFFERED)]
    welcome = Welcome(
        PROTOCOL,
        greeting.nonce,
        get_enrolment(node).certificate,
        doors.open(owner),
        room(node, owner),
        receipts[-MOST_RECEIPTS:],
        [*queries.names(node.store, owner, "feed"), *ours][: feeds.MOST_OFFERED],
        feeds.held(node, server),
        [raw for raw in queries.raws(node.store, owner, "answer") if len(raw) <= MOST_ANSWER_BYTES],
        relay_files.carrying(node, owner)[:500],
    )
    return sign_message(node.identity, welcome)


def _drop_what_came(node: Node, owner: bytes, theirs: Iterable[LogState]) -> None:
    """What went down through us and is there by now leaves this kit."""
    have = {state.log_id: state.have for state in theirs}
    with node.journal.write():
        for name in queries.names(node.store, owner, "feed"):
            header = read_segment(queries.raw(node.store, owner, "feed", name)).header
            if not subtract([(header.first, header.last)], have.get(header.log_id, [])):
                queries.remove(node.store, owner, "feed", name)
        if not queries.names(node.store, owner, "feed"):
            queries.remove_all(node.store, owner, "feed_envelope")


def give(node: Node, owner: bytes, kind: str, name: bytes) -> bytes:
    """A segment of the central's for a neighbour, or an envelope that goes with it. Raises Problem `web.not_found`."""
    found = queries.find_raw(node.store, owner, {"segment": "feed", "envelope": "feed_envelope"}[kind], name)
    if found is None and kind == "segment":
        row = sync_queries.find_arrival(node.store, name)
        everybody = recipient_id(inbox.feed_pair(get_enrolment(node).server_public)[1])
        if row is not None and read_segment(row["bytes"]).header.recipient == everybody:
            found = bytes(row["bytes"])
    if found is None:
        raise Problem("web.not_found")
    return found


def check_neighbour(node: Node, certificate: bytes, signer: bytes) -> Certificate:
    """The certificate of another kit of our coordination. Raises Problem `sync.not_a_neighbour`."""
    try:
        found = read_message(Certificate, certificate, signed_by(get_enrolment(node).server_public))
    except Problem as refusal:
        if refusal.code == "sync.not_enrolled":
            raise
        raise Problem("sync.not_a_neighbour") from refusal
    if found.sign_public != signer or signer == node.identity.sign_public:
        raise Problem("sync.not_a_neighbour")
    if sync_queries.is_revoked(node.store, signer):
        raise Problem("sync.revoked")
    return found


def room(node: Node, owner: bytes) -> int:
    """How many bytes may still be taken for an owner."""
    quota = node.settings.relay_quota
    used = queries.used_bytes(node.store)
    return max(0, min(quota - used, quota // SHARE - queries.used_bytes(node.store, owner)))


def take(node: Node, owner: bytes, kind: str, name: bytes, raw: bytes) -> None:
    """Keep one closed thing for its owner.

    `feed` is what the central tells everybody: it is taken in here. Raises Problem `sync.bad_segment`,
    `sync.wrong_recipient`, `sync.bad_envelope`, `sync.no_blob`, `sync.bad_piece` or `sync.relay_full`.
    """
    if kind in relay_files.KINDS:
        relay_files.take(node, owner, kind, name, raw, room(node, owner))
        return
    if kind == "feed":
        feeds.take(node, raw, get_enrolment(node).server_public)  # ours as much as theirs: it takes none of their room
        return
    if kind == "returned":
        if primitives.digest(raw) != name:
            raise Problem("sync.bad_segment")
        read_message(Returned, raw, signed_by(owner))
    elif kind == "segment":
        segment = read_segment(raw)
        if segment.segment_id != name or segment.header.public_key != owner:
            raise Problem("sync.bad_segment")
    elif envelope_hash(raw) != name:
        raise Problem("sync.bad_envelope")
    with node.journal.write():
        if len(raw) > room(node, owner):
            raise Problem("sync.relay_full")
        queries.keep(node.store, owner, kind, name, raw)


class Passed(msgspec.Struct, frozen=True):
    """What one visit to the central passed on for neighbours."""

    segments: int = 0
    envelopes: int = 0
    pieces: int = 0


def pass_on(node: Node, send: Send) -> Passed:
    """Hand over to the central what is carried for neighbours; `send(method, path, body)` speaks to it.

    What the central took leaves this kit; its receipts stay for their owner. One owner's trouble stops no other.
    """
    passed = Passed()
    for owner in queries.owners(node.store):
        try:
            passed = _pass_one(node, owner, send, passed)
        except Problem as problem:
            _log.warning("not passed on for a neighbour: %s", problem.code)
    return passed


def _pass_one(node: Node, owner: bytes, send: Send, passed: Passed) -> Passed:
    hello = queries.raws(node.store, owner, "hello")[0]
    counts = {"segment": passed.segments, "envelope": passed.envelopes, "returned": 0}
    for kind in counts:
        for name in queries.names(node.store, owner, kind):
            path = "/sync/returned" if kind == "returned" else f"/sync/{kind}/{name.hex()}"
            send("PUT", path, queries.raw(node.store, owner, kind, name))
            counts[kind] += 1
            with node.journal.write():
                queries.remove(node.store, owner, kind, name)
    pieces = relay_files.pass_on(node, owner, send)  # after facts: what was noted matters most
    raw = send("POST", "/sync/hello", hello)
    answer = read_message(Answer, raw, signed_by(get_enrolment(node).server_public))
    with node.journal.write():
        _keep_receipts(node.store, owner, answer.receipts)
        relay_files.keep_answer(node, owner, raw, answer)
    for name in [name for offer in answer.feeds for name in offer.segments]:
        _fetch_down(node, owner, name, send)
    return Passed(counts["segment"], counts["envelope"], passed.pieces + pieces)


def _fetch_down(node: Node, owner: bytes, name: bytes, send: Send) -> None:
    """Take along what the central has for this neighbour alone; what everybody is told comes down by itself."""
    known = sync_queries.has_arrival(node.store, name) or queries.find_raw(node.store, owner, "feed", name)
    raw = b"" if known else send("GET", f"/sync/segment/{name.hex()}", b"")
    if not raw or primitives.digest(raw) != name:
        return
    items = [("feed", name, raw)]
    for cited in read_segment(raw).header.cited():
        try:
            items.append(("feed_envelope", cited, send("GET", f"/sync/envelope/{cited.hex()}", b"")))
        except Problem as problem:
            if problem.code != "web.not_found":
                raise
    with node.journal.write():
        if sum(len(item[2]) for item in items) <= room(node, owner):
            for item in items:
                queries.keep(node.store, owner, *item)


def keep_answer(node: Node, raw: bytes, answer: Answer) -> None:
    """The central's word for a neighbour came in a bundle: its receipts wait for it, what is covered leaves this kit.

    Whose it is follows from the logs of the greetings this kit carries.
    """
    server = get_enrolment(node).server_public
    words = [(read_message(Receipt, raw, signed_by(server)), raw) for raw in answer.receipts]
    for owner in queries.owners(node.store):
        hello = read_message(Hello, queries.raws(node.store, owner, "hello")[0], signed_by(owner))
        logs = {log.log_id for log in hello.logs}
        mine = [(receipt, word) for receipt, word in words if receipt.log_id in logs]
        if hello.nonce == answer.nonce:
            with node.journal.write():
                relay_files.keep_answer(node, owner, raw, answer)
        if mine:
            with node.journal.write():
                _keep_receipts(node.store, owner, [word for _, word in mine])
                stored = {r.log_id: r.ranges for r, _ in mine if r.level == STORED}
                _drop_what_is_home(node, owner, stored, frozenset(hello.doubtful))


def _drop_what_is_home(node: Node, owner: bytes, stored: dict[bytes, list[Range]], doubtful: frozenset[bytes]) -> None:
    """`doubtful`: segments whose numbers somebody else may have sent (a copied card): carried on."""
    for name in [one for one in queries.names(node.store, owner, "segment") if one not in doubtful]:
        header = read_segment(queries.raw(node.store, owner, "segment", name)).header
        if not subtract([(header.first, header.last)], stored.get(header.log_id, [])):
            queries.remove(node.store, owner, "segment", name)
            for cited in header.cited():
                queries.remove(node.store, owner, "envelope", cited)


def _keep_receipts(store: Store, owner: bytes, receipts: Iterable[bytes]) -> None:
    queries.remove_all(store, owner, "receipt")
    for raw in receipts:
        queries.keep(store, owner, "receipt", primitives.digest(raw), raw)
