"""What leaves is frozen, complete, chained, and tells no name; what stays is counted honestly."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kit.central import actions as central_actions
from kit.errors import Problem
from kit.people.node import Node
from kit.sync import queries
from kit.sync.actions import journey, send
from kit.sync.messages import STORED, Receipt, sign_message
from kit.sync.outbox import Outbox
from kit.sync.segment import MOST_BYTES, chain_start, open_segment, read_segment
from tests.sync.homes import CANARY, note, served


def everything(outbox: Outbox) -> list[bytes]:
    log = outbox.logs[outbox.node.journal.log_id]
    return [frozen.raw for frozen in outbox.segments(log.name.log_id, [(1, log.head)])]


def test_the_same_bytes_for_ever(pair: tuple[Node, Node]) -> None:
    kit, _central = pair
    note(kit, 50)
    first = everything(Outbox(kit))
    note(kit, 5)
    again = everything(Outbox(kit))
    assert again[: len(first)] == first
    assert len(again) == len(first) + 1


def test_segments_follow_each_other_and_hold_every_fact(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 9000)
    segments = [read_segment(raw) for raw in everything(Outbox(kit))]
    assert len(segments) > 1
    assert all(len(segment.raw) <= MOST_BYTES for segment in segments)
    chain, expected = chain_start(kit.journal.log_id), 1
    for segment in segments:
        assert (segment.header.first, segment.header.chain_before) == (expected, chain)
        records = open_segment(segment, central.identity.box_private)
        assert [r.seq for r in records] == list(range(expected, segment.header.last + 1))
        expected, chain = segment.header.last + 1, segment.header.chain_after
    assert expected == kit.journal.head() + 1


def test_two_senders_at_once_freeze_the_same_segments(pair: tuple[Node, Node]) -> None:
    kit, _central = pair
    note(kit, 6000)
    taken: list[list[bytes]] = []

    def take() -> None:
        taken.append(everything(Outbox(kit)))
        kit.store.close()

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 3
    assert taken[0] == taken[1] == taken[2]


def test_no_name_in_what_leaves(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 30, named=30)
    left = b"".join(everything(Outbox(kit)))
    left += b"".join(row["sealed"] for row in kit.store.rows("SELECT sealed FROM envelope"))
    opened = b"".join(
        record.body + record.refs
        for raw in everything(Outbox(kit))
        for record in open_segment(read_segment(raw), central.identity.box_private)
    )
    for name in (CANARY, CANARY.split()[1]):
        assert name.encode() not in left + opened


def test_a_lone_kit_has_nobody_to_send_to(lone_kit: Node) -> None:
    note(lone_kit, 3)
    with pytest.raises(Problem) as refusal:
        send(lone_kit)
    assert refusal.value.code == "sync.not_enrolled"
    status = journey(lone_kit)
    assert (status.facts_total, status.arrived, status.only_here, status.is_enrolled) == (3, 0, 3, False)
    assert status.last_error


def test_the_journey_costs_the_same_with_more_facts(pair: tuple[Node, Node]) -> None:
    kit, _central = pair

    def statements() -> int:
        seen: list[str] = []
        kit.store.db.connection().set_trace_callback(seen.append)
        journey(kit)
        kit.store.db.connection().set_trace_callback(None)
        return len(seen)

    note(kit, 2, named=1)
    few = statements()
    note(kit, 500, named=50)
    assert statements() == few
    assert journey(kit).envelopes_waiting == 51


def test_a_forged_receipt_is_left_aside(pair: tuple[Node, Node], other_central: Node, tmp_path: Path) -> None:
    kit, central = pair
    note(kit, 10)
    outbox = Outbox(kit)
    list(outbox.segments(kit.journal.log_id, [(1, 10)]))
    promise = Receipt(b"e" * 8, kit.journal.log_id, [(1, 10)], STORED, 1)
    assert outbox.take_receipts([sign_message(other_central.identity, promise), b"junk", b""]) == 0
    assert journey(kit).arrived == 0
    assert outbox.take_receipts([sign_message(central.identity, promise)]) == 1
    assert journey(kit).arrived == 10


def test_a_server_that_was_restored_is_believed_anew(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 10)
    outbox = Outbox(kit)
    list(outbox.segments(kit.journal.log_id, [(1, 10)]))
    for at_ms, epoch, last in ((1, b"before..", 10), (3, b"restored", 4), (2, b"before..", 10)):
        promise = Receipt(epoch, kit.journal.log_id, [(1, last)], STORED, at_ms)
        outbox.take_receipts([sign_message(central.identity, promise)])
    assert journey(kit).arrived == 4
    with served(central):
        assert send(kit).status.only_here == 0  # its real epoch is a newer word still
    central.journal.start_epoch()
    with central.store.write():
        for table in ("awaited", "arrival", "arrived", "held", "fact"):
            central.store.run(f"DELETE FROM {table}")
    hello, nonce = outbox.hello()
    outbox.take_answer(central_actions.answer_hello(central, hello), nonce)
    assert journey(kit).arrived == 0
    with served(central):
        assert send(kit).status.arrived == 10


def test_every_log_of_ours_leaves(pair: tuple[Node, Node]) -> None:
    kit, _central = pair
    note(kit, 4)
    kit.journal.start_epoch()
    note(kit, 3)
    outbox = Outbox(kit)
    assert [log.head for log in outbox.logs.values()] == [4, 3]
    assert len(queries.own_logs(kit.store, kit.identity.sign_public)) == 2
    assert journey(kit).facts_total == 7
