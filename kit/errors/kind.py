"""One thing that can go wrong; and French words of ours for the team, said in the reader's language when shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class ProblemKind(NamedTuple):
    """One thing that can go wrong: an HTTP `status`, and `words`, French source text with %(name)s for details."""

    status: int
    words: str


_voice: list[Callable[[str], str]] = []
_is_one: list[Callable[[int], bool]] = []


def speak_with(say: Callable[[str], str], is_one: Callable[[int], bool]) -> None:
    """Have what the team reads said by `say`, which knows who reads; `is_one`: what numbers take the words of one."""
    _voice[:], _is_one[:] = [say], [is_one]


class fr(str):  # noqa: N801 - it stands before so many words that it is as short as `_`
    """Words of a source that the team reads: French as a value (in a table, a file, a fact), told when they are shown.

    Shown means `str()`, an f-string, `+` or what a template writes. `%` fills the words in and keeps them to be told.
    What is joined or kept is made plain first: `", ".join(map(str, ...))` for a reader, `plain(words)` for a file.
    """

    def __str__(self) -> str:
        words = plain(self)
        return _voice[0](words) if _voice else words

    def __html__(self) -> str:
        return str(self).translate(_ESCAPED)

    def __format__(self, how: str) -> str:
        return format(str(self), how)

    def __mod__(self, details: object) -> str:
        return _Filled(self, details)

    def __add__(self, other: str) -> str:
        return str(self) + str(other)

    def __radd__(self, other: str) -> str:
        return other + str(self)

    def lower(self) -> str:
        """In small letters, for a reader."""
        return str(self).lower()


class _Filled(fr):
    """Words with their details in place."""

    _words: fr
    _details: object

    def __new__(cls, words: fr, details: object) -> _Filled:
        self = super().__new__(cls, plain(words) % details)
        self._words, self._details = words, details
        return self

    def __str__(self) -> str:
        return str(self._words) % self._details

    def __html__(self) -> str:
        details = self._details
        told = str(self._words).translate(_ESCAPED)
        if isinstance(details, dict):
            return told % {name: _to_html(one) for name, one in details.items()}
        return told % (tuple(map(_to_html, details)) if isinstance(details, tuple) else _to_html(details))


def _to_html(detail: object) -> object:
    """A detail as a page shows it: numbers stay numbers, for `%d`."""
    if hasattr(detail, "__html__"):
        return detail.__html__()
    return detail.translate(_ESCAPED) if isinstance(detail, str) else detail


_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("'"): "&#39;", ord('"'): "&#34;"}


def plain(words: str) -> str:
    """These words as they are kept: in French."""
    return str.__str__(words)


def keep_plain(value: object) -> str:
    """For encoders (msgspec's `enc_hook`): words of ours are kept in French, whoever reads when they are written."""
    if isinstance(value, fr):
        return plain(value)
    raise TypeError(f"{type(value)} cannot be kept")


def counted(count: int, one: str, many: str) -> str:
    """What the team reads of so many things (`%s`: the number); French says none as it says one."""
    is_one = _is_one[0](count) if _is_one else count < 2
    return str(one if is_one else many).replace("%s", str(count))
