"""One thing that can go wrong."""

from __future__ import annotations

from typing import NamedTuple


class ProblemKind(NamedTuple):
    """One thing that can go wrong: an HTTP `status`, and `words`, French source text with %(name)s for details."""

    status: int
    words: str
