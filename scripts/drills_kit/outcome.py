"""What a drill hands back."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """`cases` tried and the `violations` found (their words); `notes` say what the figure is made of.

    `seconds`: how long the drill took that told it (one drill may tell of several promises).
    """

    cases: int = 0
    violations: list[str] = field(default_factory=list)
    notes: str = ""
    seconds: float = 0.0

    def line(self, promise: str, words: str) -> str:
        """The one line of a promise."""
        more = f" ({self.notes})" if self.notes else ""
        took = f" [{self.seconds / 60:.1f} min]"
        return f"{promise} {words}: cases {self.cases}, violations {len(self.violations)}{more}{took}"


Drill = Callable[[bool], dict[str, Outcome]]


def timed(drill: Drill, quick: bool) -> dict[str, Outcome]:
    """What a drill found; how long it took is said while the others go on."""
    start = time.monotonic()
    found = drill(quick)
    for outcome in found.values():
        outcome.seconds = time.monotonic() - start
    print(f"  ... {drill.__name__}: {(time.monotonic() - start) / 60:.1f} minutes", file=sys.stderr, flush=True)
    return found
