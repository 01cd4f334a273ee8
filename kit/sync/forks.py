"""Two chains of facts under one name: a card that was copied, or put back, without anybody noticing.

At the central, the chain that diverges gets a log of its own: both are kept, folded and shown, nothing is dropped.
On the kit, a receipt whose running hash is not ours tells that somebody else writes under its name: what is here under
those numbers counts as "only here" until the server has our very segments, and a new log is begun.
Source: journal.md, "Identity".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import msgspec

from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.journal.ranges import Range, intersect, merge, subtract
from kit.keys import primitives
from kit.people.node import Node
from kit.sync import fork_queries, queries
from kit.sync.columns import MOST_FACTS
from kit.sync.messages import BACKED_UP, STORED, Holding, Ranges
from kit.sync.segment import chain_links, chain_start

FORK = "fork"
NOT_THIS_CHAIN = bytes(32)  # no running hash is this one: each copy of the card sends what it has under these numbers
_DOUBTFUL, _SETTLED, _PROVEN, _HELD = "sync.doubtful.", "sync.settled.", "sync.proven.", "sync.held."
_HOLDING = "sync.holding"


# -- the central's side -------------------------------------------------------------------------------------------


def contradicts(node: Node, log_no: int, segment_id: bytes, before: bytes, records: Sequence[Record]) -> bool:
    """True when a number is known with another content, or the running hash disagrees where two segments meet."""
    if not queries.has_same_facts(node.store, log_no, records):
        return True
    links = {records[0].seq - 1: before}
    links.update(zip((r.seq for r in records), chain_links(before, records), strict=True))
    known = queries.other_chains(node.store, log_no, segment_id, min(links), max(links))
    return any(links[seq] != link for seq, link in known)


def starts_elsewhere(node: Node, log_no: int, before: bytes, records: Sequence[Record]) -> bool:
    """True for the first facts of a log whose running hash does not begin with that log's name."""
    return records[0].seq == 1 and before != chain_start(queries.log_id(node.store, log_no))


def put_apart(node: Node, log_no: int, segment_id: bytes, before: bytes, records: Sequence[Record]) -> int:
    """Move a segment that diverges from `log_no` to the chain it belongs to; that chain's number. Only in `write()`.

    What a backup held of these numbers is no longer all there is of them: kits hear so.
    """
    found = next(
        (fork for fork in fork_queries.forks_of(node.store, log_no)
         if not contradicts(node, fork, segment_id, before, records)), None,
    )  # fmt: skip
    if found is None:
        name = primitives.digest(b"valise-fork-1", queries.log_id(node.store, log_no), segment_id, size=16)
        found = fork_queries.add_fork(node.store, log_no, name)
    fork_queries.move_arrival(node.store, segment_id, found)
    cited = [record.envelope for record in records if record.envelope]
    fork_queries.move_awaited(node.store, (records[0].seq, records[-1].seq), cited, log_no, found)
    held = queries.backed_up_ranges(node.store, log_no)
    fork_queries.set_backed_up(node.store, log_no, subtract(held, [(records[0].seq, records[-1].seq)]))
    return found


def only_in_fork(node: Node, log_no: int, records: Sequence[Record]) -> list[Record]:
    """The facts of a diverging segment that the log itself does not have: what was common is kept once."""
    held = {r.seq: r for r in journal_queries.records(node.store, log_no, records[0].seq, records[-1].seq)}
    return [record for record in records if held.get(record.seq) != record]


def only_elsewhere(node: Node, log_no: int, ranges: Sequence[Range]) -> list[Range]:
    """Numbers of a log that came only in a chain that diverged from it: whoever writes the log itself has them still.

    Nobody is asked for them, as both copies write under one name; a receipt says of them that they are doubtful.
    """
    if not fork_queries.forks_of(node.store, log_no):
        return []
    return subtract(list(ranges), fork_queries.spans_that_came(node.store, log_no))


# -- the kit's side -----------------------------------------------------------------------------------------------


def doubtful(node: Node, log_no: int) -> list[Range]:
    """Numbers of a log of ours that were receipted for somebody else's facts, until ours are known to be home too."""
    return _kept(node, f"{_DOUBTFUL}{log_no}")


def is_copied(node: Node) -> bool:
    """True when another copy of this card was noticed."""
    return any(
        journal_queries.get_state(node.store, f"{_DOUBTFUL}{log_no}") is not None
        for log_no, _ in node.journal.own_logs()
    )


def notice(node: Node, log: queries.OwnLog, ranges: Ranges, chains: Sequence[bytes], recipient: bytes) -> None:
    """Hold what the server says it has of a log against our own chain of facts. Only inside `write()`.

    | it tells the running hash          | ours at that number | what it covers          |
    |------------------------------------|---------------------|-------------------------|
    | yes                                | the same            | is home                 |
    | yes                                | another, or none    | is doubtful, from the last number that agreed; all |
    |                                    |                     | of it when a later one agreed: it lacks there |
    | no (an earlier version)            |                     | beyond what we ever cut is doubtful |
    """
    head = journal_queries.head_seq(node.store, log.log_no)
    ours = [(1, head)] if head else []
    proven = _proven(node, log.log_no)
    found: list[Range] = []
    for (first, last), chain in zip_longest(ranges, chains[: len(ranges)], fillvalue=b""):
        if not chain:
            cut = queries.last_frozen(node.store, log.log_no, recipient)
            found += [(max(first, cut[0] + 1 if cut else 1), last)] if last > (cut[0] if cut else 0) else []
        elif own_chain(node, log, last) == chain:
            proven = max(proven, last)
        else:
            found.append((max(first, proven + 1) if last > proven else first, last))
    if proven > _proven(node, log.log_no):
        journal_queries.set_state(node.store, f"{_PROVEN}{log.log_no}", proven.to_bytes(8, "big"))
    if not found:
        return
    apart = subtract(intersect(merge(found), ours), _kept(node, f"{_SETTLED}{log.log_no}"))
    _keep(node, f"{_DOUBTFUL}{log.log_no}", [*doubtful(node, log.log_no), *apart])
    if log.log_no == node.journal.log_no:
        node.journal.start_epoch()


def own_chain(node: Node, log: queries.OwnLog, last: int) -> bytes:
    """The running hash of our facts after number `last`, or nothing when we never wrote it (or keep it no longer)."""
    seq, chain = fork_queries.own_chain_until(node.store, log.log_no, last) or (0, chain_start(log.name.log_id))
    while seq < last:
        records = journal_queries.records(node.store, log.log_no, seq + 1, min(last, seq + MOST_FACTS))
        if [record.seq for record in records] != list(range(seq + 1, min(last, seq + MOST_FACTS) + 1)):
            return b""
        chain = chain_links(chain, records)[-1]
        seq = records[-1].seq
    return chain


def settle(node: Node, log_no: int, sent: Sequence[Range]) -> None:
    """What was sent whatever the receipts said is not doubtful any longer. Only inside `write()`."""
    was = doubtful(node, log_no)
    _keep(node, f"{_DOUBTFUL}{log_no}", subtract(was, sent))
    _keep(node, f"{_SETTLED}{log_no}", [*_kept(node, f"{_SETTLED}{log_no}"), *intersect(was, sent)])


def settle_held(node: Node, holding: Holding, server: bytes, raw: bytes) -> None:
    """The server says, in its words `raw`, that it has these very segments of ours, names and all: they are home
    whatever its receipts say of their numbers, which may wait for the names of a copy. Only inside `write()`."""
    life = server + holding.server_epoch
    for level, names in ((STORED, holding.segments), (BACKED_UP, holding.backed_up)):
        for log_no, first, last in fork_queries.spans_of_frozen(node.store, names):
            settle(node, log_no, [(first, last)])
            known = merge([*_held_in(node, level, log_no, life), (first, last)])
            journal_queries.set_state(node.store, f"{_HELD}{level}.{log_no}", msgspec.msgpack.encode((life, known)))
    if holding.segments:
        journal_queries.set_state(node.store, _HOLDING, msgspec.msgpack.encode((raw, holding.at_ms)))


def held(node: Node, level: str, log_no: int, server: bytes) -> list[Range]:
    """Numbers of a log of ours that a server, in its present life, knows to have from us and not from a copy."""
    epoch = (journal_queries.get_state(node.store, queries.SERVER_EPOCH) or b"")[8:]
    return _held_in(node, level, log_no, server + epoch)


def _held_in(node: Node, level: str, log_no: int, life: bytes) -> list[Range]:
    kept = journal_queries.get_state(node.store, f"{_HELD}{level}.{log_no}")
    if kept is None:
        return []
    said_in, ranges = msgspec.msgpack.decode(kept, type=tuple[bytes, list[Range]])
    return ranges if said_in == life else []


def last_holding(node: Node) -> tuple[bytes, int]:
    """The server's last signed word on segments of ours, and its date; nothing when there is none."""
    kept = journal_queries.get_state(node.store, _HOLDING)
    return msgspec.msgpack.decode(kept, type=tuple[bytes, int]) if kept else (b"", 0)


def to_ask_about(node: Node, log_no: int) -> list[Range]:
    """Numbers of which we ask the server whether it has our very segments, until its backup holds them."""
    kept = journal_queries.get_state(node.store, f"{_HELD}{BACKED_UP}.{log_no}")
    done = msgspec.msgpack.decode(kept, type=tuple[bytes, list[Range]])[1] if kept else []
    asked = merge([*doubtful(node, log_no), *_kept(node, f"{_SETTLED}{log_no}")])
    return merge([*doubtful(node, log_no), *subtract(asked, done)])


def doubt_again(node: Node) -> None:
    """The server was put back from an older copy: what was settled with it is not any more. Only inside `write()`."""
    for log_no, _ in node.journal.own_logs():
        if settled := _kept(node, f"{_SETTLED}{log_no}"):
            _keep(node, f"{_DOUBTFUL}{log_no}", [*doubtful(node, log_no), *settled])
            _keep(node, f"{_SETTLED}{log_no}", [])


def _proven(node: Node, log_no: int) -> int:
    return int.from_bytes(journal_queries.get_state(node.store, f"{_PROVEN}{log_no}") or b"", "big")


def _kept(node: Node, name: str) -> list[Range]:
    kept = journal_queries.get_state(node.store, name)
    return msgspec.msgpack.decode(kept, type=list[Range]) if kept else []


def _keep(node: Node, name: str, ranges: Sequence[Range]) -> None:
    journal_queries.set_state(node.store, name, msgspec.msgpack.encode(merge(ranges)))
