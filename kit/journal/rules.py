"""Conflict rules that several rooms share. No database; nothing depends on the order of arrival.

Source: journal.md, "Conflicts, kind by kind". `facts` always come in (log_id, seq) order, as folds get them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from kit.journal.fact import Fact

T = TypeVar("T")


def in_order_of_versions(facts: Iterable[Fact]) -> list[Fact]:
    """Changes of one plan (a workshop, a stop, a place, a report) in the order in which they count.

    Only their home writes them, and each says in `base` from which version it was made. Two copies of one card may each
    change the same version: both count, so that the later in order of logs has the last word on what both wrote.

    | heard (version, what)          | order             |
    |--------------------------------|-------------------|
    | (1, place), (2, hour)          | place, hour       |
    | (2, hour), (1, place)          | place, hour       |
    | (1, hour of A), (1, hour of B) | hour of A, of B   |
    """
    return sorted(facts, key=lambda fact: int(fact.body.base))


def last_version(facts: Sequence[Fact]) -> Fact | None:
    """Of whole versions of one thing the newest; of two made from the same version the first in order of logs.

    | heard (version, log) | counts |
    |----------------------|--------|
    | nothing              | none   |
    | (0, A), (1, A)       | (1, A) |
    | (1, A), (0, A)       | (1, A) |
    | (1, A), (1, B)       | (1, A) |
    """
    return max(facts, key=lambda fact: int(fact.body.base), default=None)


def first_word(facts: Sequence[Fact]) -> Fact | None:
    """Of something that is said once and never changes (an answer, a request, what was offered), the one that counts.

    It is known under a random id of its own, so that only the very same word can come twice.

    | heard            | counts           |
    |------------------|------------------|
    | nothing          | none             |
    | one              | it               |
    | the same again   | it, once         |
    | two under one id | the first in order of logs |
    """
    return facts[0] if facts else None


def join_counters(said: Iterable[int]) -> int:
    """A download counter of one log and one day: it only grows, so the largest value is the newest (journal.md).

    | heard      | counts |
    |------------|--------|
    | 3          | 3      |
    | 3, 7       | 7      |
    | 7, 3, 7    | 7      |
    """
    return max(said, default=0)


def last_word_of_each(words: Iterable[tuple[bytes, T]]) -> Mapping[bytes, T]:
    """What each node said last of something that each may say for itself (whose a shelf is), by node.

    | heard (node, word)     | stands            |
    |------------------------|-------------------|
    | (A, x), (B, y)         | A: x, B: y        |
    | (A, x), (A, y)         | A: y              |
    | (A, x), (B, y), (A, z) | A: z, B: y        |
    """
    return dict(words)
