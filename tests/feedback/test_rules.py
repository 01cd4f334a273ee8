"""The urn's decision, line by line, and what a group must be to be shown."""

from __future__ import annotations

import pytest

from kit.clock import Moment
from kit.feedback.rules import Group, coarsen, count_missing, door_subject, settle, tour_id


@pytest.mark.parametrize(
    ("level", "waiting", "is_closing", "outcome"),
    [
        ("workshop", 0, False, "wait"),
        ("workshop", 0, True, "wait"),
        ("workshop", 4, False, "wait"),
        ("workshop", 5, False, "workshop"),
        ("workshop", 9, True, "workshop"),
        ("workshop", 1, True, "up"),
        ("workshop", 4, True, "up"),
        ("stop", 0, True, "wait"),
        ("stop", 4, False, "wait"),
        ("stop", 5, False, "stop"),
        ("stop", 5, True, "stop"),
        ("stop", 4, True, "tour"),
        ("tour", 4, False, "wait"),
        ("tour", 5, False, "tour"),
        ("tour", 1, True, "tour"),
    ],
)
def test_what_becomes_of_those_who_wait_together(level: str, waiting: int, is_closing: bool, outcome: str) -> None:
    assert settle(level, waiting, 5, is_closing=is_closing) == outcome


@pytest.mark.parametrize(("count", "missing"), [(0, 5), (3, 2), (4, 1), (5, 0), (9, 0)])
def test_a_small_group_is_not_shown(count: int, missing: int) -> None:
    assert count_missing(count, 5) == missing


def test_a_group_is_named_by_the_nearest_place() -> None:
    assert Group(b"w" * 16, b"").level == "workshop"
    assert Group(b"", b"s" * 16).level == "stop"
    assert Group(b"", b"").level == "tour"


def test_a_batch_is_dated_by_its_day() -> None:
    noon = Moment(3, 7_250_123, 1_795_392_000_000 + 43_200_123)
    assert coarsen(noon) == Moment(3, 0, 1_795_392_000_000)
    assert coarsen(noon) == coarsen(Moment(3, 79_999_999, 1_795_392_000_000 + 43_999_999))


def test_ids_of_tours_and_doors_do_not_mix() -> None:
    assert tour_id(" Estéron") == tour_id("estéron") != tour_id("")
    assert door_subject(b"") != door_subject(b"s" * 16)
    assert len(tour_id("x")) == len(door_subject(b"")) == 16
