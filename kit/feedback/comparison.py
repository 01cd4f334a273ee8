"""Whether two groups answered differently, said only as far as their size allows. Pure numbers, no database.

The groups are different people who did not sign: nobody is followed from one to the other.
"""

from __future__ import annotations

from math import sqrt
from typing import Literal

import msgspec

from kit.feedback.results import QuestionResult

Verdict = Literal["more", "less", "unsure"]
ALONE = "sans aide"


class Change(msgspec.Struct, frozen=True):
    """One question in two groups: `before` and `after` (a mean, or of a hundred), `margin` of the difference.

    `verdict`: unsure while the margin holds both signs (nineteen times in twenty).
    """

    text: str
    before: float
    after: float
    margin: float
    verdict: Verdict
    counts: tuple[int, int]


def compare_means(before: QuestionResult, after: QuestionResult) -> Change | None:
    """The means of the same question in two groups, or None when one of them tells no mean with a margin."""
    if before.mean is None or after.mean is None or before.margin is None or after.margin is None:
        return None
    if after.question.kind in ("date", "time"):
        return None  # days and hours have no more and no less
    margin = sqrt(before.margin**2 + after.margin**2)
    return _change(after.question.text, before.mean, after.mean, margin, (before.count, after.count))


def compare_skill(before: QuestionResult, after: QuestionResult) -> Change | None:
    """Of a hundred, how many do the first choice (« sans aide ») before and after, or None when too few answered.

    The margin is that of a difference of two proportions, with one answer of each kind added to both groups
    (Agresti and Caffo, 2000): five answers out of five do not make a certainty.
    """
    if not before.bars or not after.bars or before.missing or after.missing:
        return None
    shares = []
    for one in (before, after):
        alone = next((bar.count for bar in one.bars if ALONE in bar.label.lower()), one.bars[0].count)
        shares.append((alone, one.count, (alone + 1) / (one.count + 2)))
    spread = sum(share * (1 - share) / (count + 2) for _, count, share in shares)
    (had, was, low), (has, now, high) = shares
    margin = 196 * sqrt(spread)
    verdict = _verdict(100 * (high - low), margin)
    return Change(after.question.text, 100 * had / was, 100 * has / now, margin, verdict, (was, now))


def _change(text: str, before: float, after: float, margin: float, counts: tuple[int, int]) -> Change:
    return Change(text, before, after, margin, _verdict(after - before, margin), counts)


def _verdict(difference: float, margin: float) -> Verdict:
    if abs(difference) <= margin:
        return "unsure"
    return "more" if difference > 0 else "less"
