"""What goes down: logs the central writes for its kits, cut into the same segments, taken in by the same `apply`.

What every kit is told is no secret from anybody (journal.md, "Personal data": directory, calendar, questionnaires and
packs are clear, signed): it is closed for a reader whose key follows from the server's public key, so that one cutting
serves every kit and every carrier. What one kit is told is closed for that kit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.journal.ranges import subtract
from kit.keys import primitives
from kit.people.node import Node
from kit.sync import awaited_queries, fork_queries, inbox, queries, relay_queries
from kit.sync.cutting import Cutter, Frozen
from kit.sync.messages import LogState, Missing, Offer, Returned, sign_message
from kit.sync.segment import read_segment, recipient_id, segment_key

MOST_OFFERED = 500
MOST_WANTED = 1000
MOST_LOST = 200
_LOST = "sync.lost"


class Reader(msgspec.Struct, frozen=True):
    """A kit that is told things: its id, its public keys (to close, to sign), and what it has of our logs."""

    kit_id: bytes
    box_public: bytes
    held: Sequence[LogState]
    sign_public: bytes = b""


# -- the central's side -------------------------------------------------------------------------------------------


def offers(node: Node, reader: Reader) -> list[Offer]:
    """What a kit lacks of the logs that go down to it, by name, oldest first; at most 500 segments at a time."""
    found: list[Offer] = []
    room = MOST_OFFERED
    for log in queries.channels(node.store, node.identity.sign_public, reader.kit_id):
        names = [frozen.segment_id for frozen, _ in zip(_lacking(node, reader, log), range(room), strict=False)]
        room -= len(names)
        if names:
            found.append(Offer(log.name.log_id, log.head, names))
    return found


def lacking(node: Node, reader: Reader) -> Iterator[Frozen]:
    """The segments themselves, one at a time: what a bundle takes along."""
    for log in queries.channels(node.store, node.identity.sign_public, reader.kit_id):
        yield from _lacking(node, reader, log)


def _lacking(node: Node, reader: Reader, log: queries.Channel) -> Iterator[Frozen]:
    held = [span for state in reader.held if state.log_id == log.name.log_id for span in state.have]
    public = reader.box_public if log.kit_id else inbox.feed_pair(node.identity.sign_public)[1]
    own = queries.OwnLog(log.log_no, log.name, log.head)
    return Cutter(node, public).segments(own, subtract([(1, log.head)] if log.head else [], held))


def get_segment(node: Node, segment_id: bytes) -> bytes:
    """A segment that goes down. Raises Problem `web.not_found`."""
    found = queries.find_frozen(node.store, segment_id)
    if found is None:
        raise Problem("web.not_found")
    return found


def get_envelope(node: Node, name: bytes) -> bytes:
    """An envelope cited by a fact that goes down. Raises Problem `web.not_found`: it was erased, or never went down."""
    found = queries.find_published_envelope(node.store, name)
    if found is None:
        raise Problem("web.not_found")
    return found


# -- the kit's side -----------------------------------------------------------------------------------------------


def held(node: Node, server_public: bytes) -> list[LogState]:
    """What this kit has of the central's logs."""
    return [
        LogState(log.name.log_id, log.name.epoch, log.head, queries.arrived_ranges(node.store, log.log_no))
        for log in queries.own_logs(node.store, server_public)[-64:]
    ]


def take(node: Node, raw: bytes, server_public: bytes) -> bool:
    """Keep a segment of the central's, then make facts of it; False when it was here.

    Raises Problem `sync.bad_segment` or `sync.wrong_recipient`, with nothing kept.
    """
    segment = read_segment(raw)
    if segment.header.public_key != server_public:
        raise Problem("sync.bad_segment")
    is_new = inbox.store_segment(node, segment)
    inbox.project(node, segment.segment_id)
    return is_new


def shared(node: Node, server_public: bytes, theirs: Sequence[LogState]) -> Iterator[Frozen]:
    """What the central tells all its kits, is here, and another kit lacks: what one kit may give another."""
    everybody = recipient_id(inbox.feed_pair(server_public)[1])
    for log in queries.own_logs(node.store, server_public)[-64:]:
        have = [span for state in theirs if state.log_id == log.name.log_id for span in state.have]
        for name, first, last in relay_queries.spans_of(node.store, log.log_no):
            row = queries.find_arrival(node.store, name) if subtract([(first, last)], have) else None
            if row is not None and read_segment(row["bytes"]).header.recipient == everybody:
                yield Frozen(first, last, name, row["bytes"])


def wanted_envelopes(node: Node, server_public: bytes) -> list[bytes]:
    """Envelopes that what came down cites, and that are not here."""
    logs = [log.log_no for log in queries.own_logs(node.store, server_public)]
    return awaited_queries.awaited_envelopes(node.store, logs, MOST_WANTED)


def note_gone(node: Node, names: Sequence[bytes]) -> None:
    """The central has these no longer: they were erased."""
    with node.journal.write():
        awaited_queries.note_gone(node.store, list(names))


def note_lost(node: Node, lost: Sequence[Missing], *, is_whole: bool) -> None:
    """Keep what the central says it has lost, for a carrier that waits for no answer. `is_whole`: said to this kit, so
    that what is no longer in the list is found again."""
    known = [] if is_whole else list_lost(node)
    with node.journal.write():
        journal_queries.set_state(node.store, _LOST, msgspec.msgpack.encode([*known, *lost][-MOST_LOST:]))


def list_lost(node: Node) -> list[Missing]:
    """What the central said it has lost and this kit may hold."""
    kept = journal_queries.get_state(node.store, _LOST)
    return msgspec.msgpack.decode(kept, type=list[Missing]) if kept else []


def give_back(node: Node, lost: Sequence[Missing], server_box_public: bytes) -> Iterator[bytes]:
    """What the central told this kit and has lost, each segment with its key closed for the central, signed by us."""
    for raw, _names in returned(node, lost, server_box_public):
        yield raw


def returned(node: Node, lost: Sequence[Missing], server_box_public: bytes) -> Iterator[tuple[bytes, Sequence[bytes]]]:
    """The same, each with the names of the envelopes it cites."""
    for missing in lost:
        log_no = fork_queries.find_log(node.store, missing.log_id)
        names = [name for span in missing.ranges for name in fork_queries.arrivals_in(node.store, log_no or 0, *span)]
        for name in dict.fromkeys(names):
            row = queries.find_arrival(node.store, name)
            if row is not None:
                cited = read_segment(row["bytes"]).header.cited()
                yield _with_its_key(node, row["bytes"], server_box_public), cited


def _with_its_key(node: Node, raw: bytes, server_box_public: bytes) -> bytes:
    segment = read_segment(raw)
    key = segment_key(segment, inbox.reading_key(node, segment.header))
    return sign_message(node.identity, Returned(raw, primitives.seal_to(server_box_public, key)))
