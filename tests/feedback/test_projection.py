"""Tables are what the facts add up to, in any order; what a hostile or later log says breaks nothing."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from kit.feedback import actions, queries
from kit.feedback.facts import GIVEN
from kit.ids import new_id
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.people.node import Node

from .box import Box, make_box


def ingest(node: Node, log_id: bytes, records: list[Record]) -> None:
    """Take in facts of another log."""
    with node.journal.write():
        log_no = node.journal.log_number(log_id)
    node.journal.ingest(log_no, records)


def record(seq: int, body: object, subject: bytes | None = None, home: bytes = b"z" * 16) -> Record:
    """A fact as another node may have written it."""
    return Record(seq, GIVEN.name, 1, 1, 1, 1, subject or new_id(), home, b"", None, msgspec.msgpack.encode(body))


def test_replay_gives_the_same_tables(box: Box) -> None:
    stop_id = box.plan_stop()
    for number in range(8):
        box.give(number % 3 * 5, text="x" * (number % 2))
    actions.after_workshop_close(box.node, box.workshop_id, stop_id)
    box.close_stop(stop_id)
    before, counts = box.node.journal.projection_hash(), queries.opinion_counts_by_scope(box.node.store)
    assert sum(one.count for one in counts) == 8
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before
    assert queries.opinion_counts_by_scope(box.node.store) == counts


def test_any_order_of_arrival_gives_the_same_tables(box: Box, tmp_path: Path) -> None:
    for _ in range(10):
        box.give(5)
    journal = box.node.journal
    records = journal_queries.records(box.node.store, journal.log_no, 1, journal.head())
    twice = new_id()
    stranger = [record(seq, ["fin-atelier", 1, "stop", b"s" * 16, [["satisfaction", 10]]], twice) for seq in (1, 2)]
    hashes = set()
    for run in range(4):
        other = make_box(tmp_path / str(run) / "kit").node
        batches = [(journal.log_id, [one]) for one in records] + [(b"z" * 16, [one]) for one in stranger]
        random.Random(run).shuffle(batches)
        for log_id, batch in batches:
            ingest(other, log_id, batch)
        ingest(other, journal.log_id, records)
        hashes.add(other.journal.projection_hash())
        assert sum(one.count for one in queries.opinion_counts_by_scope(other.store)) == 11
        other.store.close()
    assert len(hashes) == 1


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        ["q", 1, "planet", b"s" * 16, []],
        ["q", 1, "stop", b"short", []],
        ["q", 0, "stop", b"s" * 16, []],
        ["", 1, "stop", b"s" * 16, []],
        ["q", 1, "stop", b"s" * 16, [["satisfaction", 10**12]]],
        ["q", 1, "stop", b"s" * 16, [["satisfaction", "10"]]],
        ["q", 1, "stop", b"s" * 16, [["x" * 61, 1]]],
        ["q", 1, "stop", b"s" * 16, [["a", 1]] * 401],
    ],
)
def test_a_bad_fact_is_set_aside_and_blocks_nothing(box: Box, body: object) -> None:
    good = ["fin-atelier", 1, "stop", b"s" * 16, [["satisfaction", 10], ["satisfaction", 5]]]
    ingest(box.node, b"z" * 16, [record(1, body), record(2, good)])
    assert [one.count for one in queries.opinion_counts_by_scope(box.node.store)] == [1]
    assert len(box.node.journal.unreadable()) == 1


def test_a_later_version_with_more_fields_is_read(box: Box) -> None:
    later = ["fin-atelier", 2, "stop", b"s" * 16, [["satisfaction", 10], ["clarte", 4]], "more", {"and": "more"}]
    ingest(box.node, b"z" * 16, [record(1, later)])
    count = queries.opinion_counts_by_scope(box.node.store)[0]
    assert count.count == 1
