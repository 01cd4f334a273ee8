"""Sets of whole-number ranges: what a node holds of a log, never "the last number seen"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Range = tuple[int, int]


def merge(ranges: Iterable[Range]) -> list[Range]:
    """The same numbers as the fewest ranges, in order. (1,3),(4,5),(9,9) -> (1,5),(9,9)."""
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def subtract(ranges: Iterable[Range], taken: Iterable[Range]) -> list[Range]:
    """The numbers of `ranges` that are not in `taken`."""
    holes = merge(taken)
    left: list[Range] = []
    for first, last in merge(ranges):
        for low, high in holes:
            if high < first or low > last:
                continue
            if low > first:
                left.append((first, low - 1))
            first = high + 1
            if first > last:
                break
        if first <= last:
            left.append((first, last))
    return left


def intersect(ranges: Iterable[Range], others: Iterable[Range]) -> list[Range]:
    """The numbers that are in both."""
    ours = merge(ranges)
    return subtract(ours, subtract(ours, others))


def count(ranges: Iterable[Range]) -> int:
    """How many numbers the ranges hold together."""
    return sum(last - first + 1 for first, last in merge(ranges))


def numbers(ranges: Iterable[Range]) -> Iterator[int]:
    """Each number, in order."""
    for first, last in merge(ranges):
        yield from range(first, last + 1)
