"""Receipts come by every route, late and in any order: the newest word counts, nothing is purged under an old one."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.people.node import Node
from kit.sync.inbox import server_epoch
from kit.sync.messages import BACKED_UP, STORED, Receipt, sign_message
from kit.sync.outbox import Outbox, covered, is_newer, journey
from tests.sync.homes import note


def words(kit: Node, central: Node, *said: tuple[str, int, list[tuple[int, int]]]) -> list[bytes]:
    """What the central signed, as (level, date, ranges)."""
    epoch, log_id = server_epoch(central), kit.journal.log_id
    return [sign_message(central.identity, Receipt(epoch, log_id, spans, level, at)) for level, at, spans in said]


def test_an_older_receipt_that_a_phone_brings_late_changes_nothing(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 10)
    outbox = Outbox(kit)
    list(outbox.segments(kit.journal.log_id, [(1, kit.journal.head())]))
    old, new = words(kit, central, (STORED, 1000, [(1, 4)]), (STORED, 2000, [(1, 10)]))
    outbox.take_receipts([new])
    outbox.take_receipts([old])
    assert journey(kit).arrived == 10
    assert covered(kit, STORED) == {kit.journal.log_no: [(1, 10)]}


def test_a_backup_taken_back_is_not_believed_again(pair: tuple[Node, Node]) -> None:
    """After a fork an empty word takes back what was said; the older one still lies on a USB key."""
    kit, central = pair
    note(kit, 10)
    outbox = Outbox(kit)
    list(outbox.segments(kit.journal.log_id, [(1, kit.journal.head())]))
    old, new = words(kit, central, (BACKED_UP, 1000, [(1, 10)]), (BACKED_UP, 2000, []))
    outbox.take_receipts([old])
    outbox.take_receipts([new])
    outbox.take_receipts([old])
    assert covered(kit, BACKED_UP) == {kit.journal.log_no: []}


@pytest.mark.parametrize("level", [STORED, BACKED_UP])
def test_any_order_of_receipts_gives_the_same_answer(pair: tuple[Node, Node], level: str) -> None:
    kit, central = pair
    note(kit, 10)
    outbox = Outbox(kit)
    list(outbox.segments(kit.journal.log_id, [(1, kit.journal.head())]))
    signed = words(
        kit, central,
        (level, 1000, [(1, 3)]), (level, 1000, [(1, 2)]), (level, 2000, [(1, 3), (5, 8)]), (level, 2500, [(1, 9)]),
    )  # fmt: skip
    for order in permutations(signed):
        kit.store.run("DELETE FROM receipt")
        for one in order:
            outbox.take_receipts([one])
        assert covered(kit, level) == {kit.journal.log_no: [(1, 9)]}, [signed.index(one) for one in order]


def test_an_answer_of_this_moment_is_believed_whatever_its_date(pair: tuple[Node, Node]) -> None:
    """The central's clock ran a year ahead and was set right: what it says now, to our nonce, is its newest word."""
    kit, central = pair
    note(kit, 10)
    outbox = Outbox(kit)
    list(outbox.segments(kit.journal.log_id, [(1, kit.journal.head())]))
    ahead, now = words(kit, central, (BACKED_UP, 99_000, [(1, 3)]), (BACKED_UP, 2000, [(1, 9)]))
    outbox.take_receipts([ahead], is_fresh=True)
    outbox.take_receipts([now])
    assert covered(kit, BACKED_UP) == {kit.journal.log_no: [(1, 3)]}
    outbox.take_receipts([now], is_fresh=True)
    assert covered(kit, BACKED_UP) == {kit.journal.log_no: [(1, 9)]}


SPANS = st.sampled_from([[], [(1, 2)], [(1, 4)], [(3, 4)], [(1, 1), (4, 4)]])
RECEIPTS = st.builds(
    lambda at, spans: Receipt(b"e" * 8, b"l" * 16, spans, BACKED_UP, at), st.integers(0, 3), SPANS
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.permutations(list(range(4))), st.lists(RECEIPTS, min_size=4, max_size=4))
def test_the_rule_keeps_the_same_word_in_any_order(order: list[int], said: list[Receipt]) -> None:
    def kept(words: list[Receipt]) -> Receipt:
        found = words[0]
        for one in words[1:]:
            found = one if is_newer(one, found) else found
        return found

    assert kept(said) == kept([said[place] for place in order])
