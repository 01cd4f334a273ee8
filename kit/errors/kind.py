"""One thing that can go wrong; and French words of ours for the team, said in the reader's language when shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class ProblemKind(NamedTuple):
    """One thing that can go wrong: an HTTP `status`, and `words`, French source text with %(name)s for details."""

    status: int
    words: str


_voice: list[Callable[[str], str]] = []


def speak_with(say: Callable[[str], str]) -> None:
    """Have what the team reads said by `say`, which knows who reads; until then it is French."""
    _voice[:] = [say]


class fr(str):  # noqa: N801 - it stands before so many words that it is as short as `_`
    """Words of a source that the team reads: French as a value (in a table, a file, a fact), told when they are shown.

    Shown means `str()`, an f-string, `%` or `+`. What is joined or replaced is shown first: `", ".join(map(str, ...))`.
    """

    __slots__ = ()

    def __str__(self) -> str:
        words = str.__str__(self)
        return _voice[0](words) if _voice else words

    def __format__(self, how: str) -> str:
        return format(str(self), how)

    def __mod__(self, details: object) -> str:
        return str(self) % details

    def __add__(self, other: str) -> str:
        return str(self) + str(other)

    def __radd__(self, other: str) -> str:
        return other + str(self)
