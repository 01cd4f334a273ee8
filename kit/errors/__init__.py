"""Everything that can go wrong, in one catalogue: a stable code, an HTTP status and French words for people.

Validation and rules yield codes; the edge (web, command line) chooses the words. A code never changes its meaning.
The words stand in one file for each neighbourhood of rooms; a code stands in one of them only.
"""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors import directory, going_home, kernel, library, opinions, workshops
from kit.errors.kind import ProblemKind, counted

CATALOGUE: Mapping[str, ProblemKind] = {
    **directory.KINDS,
    **going_home.KINDS,
    **kernel.KINDS,
    **library.KINDS,
    **opinions.KINDS,
    **workshops.KINDS,
}

__all__ = ["CATALOGUE", "FieldProblems", "Problem", "ProblemKind", "counted"]


class Problem(Exception):  # noqa: N818 - a refusal told to a person, not a programming error
    """A refusal with a stable code from `CATALOGUE` and the details its words need."""

    def __init__(self, code: str, **details: object) -> None:
        kind = CATALOGUE[code]
        super().__init__(code)
        self.code = code
        self.status = kind.status
        self.words = kind.words
        self.details = details

    def __str__(self) -> str:
        return self.words % self.details if self.details else self.words


class FieldProblems(Problem):
    """Several fields refused at once: `fields` maps a name to its own Problem, `values` keeps what was typed."""

    def __init__(self, fields: Mapping[str, Problem], values: Mapping[str, str] | None = None) -> None:
        super().__init__("field.invalid", count=len(fields))
        self.fields = dict(fields)
        self.values = dict(values or {})
