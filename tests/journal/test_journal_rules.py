"""The conflict rules that rooms share, row by row as their docstrings print them; and none depends on the order."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kit.central.turnstile
import kit.directory.rules
import kit.feedback.rules
import kit.journal.rules
import kit.journal.writers
import kit.library.rules
import kit.sync.outbox
import kit.workshops.rules
from kit.clock import Moment
from kit.journal import rules
from kit.journal.fact import Body, Fact


class Step(Body, frozen=True):
    """A change."""

    base: int
    what: str = ""


def fact(base: int, log: bytes = b"A", seq: int = 1, what: str = "") -> Fact:
    return Fact(log, seq, "x.changed", Moment(1, 1, 1), b"s" * 16, b"h" * 16, (), None, Step(base, what))


def heard(facts: list[Fact]) -> list[Fact]:
    """As folds get them, whatever the order of arrival."""
    return sorted(facts, key=lambda one: (one.log_id, one.seq))


def test_changes_count_in_the_order_of_versions() -> None:
    place, hour = fact(1, what="place"), fact(2, what="hour")
    assert rules.in_order_of_versions([place, hour]) == rules.in_order_of_versions([hour, place]) == [place, hour]
    one, other = fact(1, b"A"), fact(1, b"B")
    assert rules.in_order_of_versions(heard([other, one])) == [one, other]


def test_the_newest_whole_version_counts() -> None:
    assert rules.last_version([]) is None
    first, second, other = fact(0), fact(1, seq=2), fact(1, b"B")
    assert rules.last_version(heard([first, second])) == rules.last_version([second, first]) == second
    assert rules.last_version(heard([other, second])) == second


def test_what_is_said_once_counts_once() -> None:
    assert rules.first_word([]) is None
    one, other = fact(0, b"A"), fact(0, b"B")
    assert rules.first_word([one]) == rules.first_word([one, one]) == rules.first_word(heard([other, one])) == one


@given(st.lists(st.integers(0, 9), min_size=1), st.randoms())
def test_a_counter_is_the_largest_value_in_any_order_and_any_number_of_times(said: list[int], chance: object) -> None:
    again = [*said, *said]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert rules.join_counters(again) == rules.join_counters(said) == max(said)
    assert rules.join_counters([]) == 0


def test_each_node_has_its_own_last_word() -> None:
    assert rules.last_word_of_each([(b"A", "x"), (b"B", "y"), (b"A", "z")]) == {b"A": "z", b"B": "y"}


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([b"A", b"B"])), unique=True), st.randoms())
def test_no_rule_depends_on_the_order_of_arrival(made: list[tuple[int, bytes]], chance: object) -> None:
    facts = [fact(base, log, seq) for seq, (base, log) in enumerate(made)]
    shuffled = list(facts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    for rule in (rules.in_order_of_versions, rules.last_version, rules.first_word):
        assert rule(heard(shuffled)) == rule(heard(facts))


# journal.md, "Conflicts, kind by kind": the rule of each kind of thing.
CONFLICTS: dict[str, tuple[Callable[..., object], ...]] = {
    "attendance": (kit.workshops.rules.merge_attendance,),
    "sign-up": (kit.workshops.rules.settle_signup, kit.workshops.rules.find_surplus),
    "answer": (rules.first_word,),
    "deposit": (rules.first_word,),
    "download counter": (rules.join_counters,),
    "directory, calendar, questionnaires, shelves": (
        kit.journal.writers.find_refused, rules.in_order_of_versions, rules.last_word_of_each,
        kit.directory.rules.find_clashes, kit.directory.rules.last_words, kit.directory.rules.find_shown_home,
    ),
    "the same person twice": (kit.workshops.rules.find_merge,),
    "receipts": (kit.sync.outbox.is_newer,),
}  # fmt: skip


@pytest.mark.parametrize("thing", CONFLICTS)
def test_every_conflict_rule_prints_its_table_and_touches_no_database(thing: str) -> None:
    for rule in CONFLICTS[thing]:
        table = [line for line in (inspect.getdoc(rule) or "").splitlines() if line.strip().startswith("|")]
        assert len(table) >= 3, f"{rule.__name__} has no table in its docstring"
        names = set(inspect.signature(rule).parameters)
        assert not names & {"store", "node", "journal"}, rule.__name__
    assert msgspec.structs.fields(Step)
