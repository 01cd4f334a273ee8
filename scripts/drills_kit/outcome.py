"""What a drill hands back."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """`cases` tried and the `violations` found (their words); `notes` say what the figure is made of."""

    cases: int = 0
    violations: list[str] = field(default_factory=list)
    notes: str = ""

    def line(self, promise: str, words: str) -> str:
        """The one line of a promise."""
        more = f" ({self.notes})" if self.notes else ""
        return f"{promise} {words}: cases {self.cases}, violations {len(self.violations)}{more}"
