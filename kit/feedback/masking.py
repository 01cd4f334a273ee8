"""Takes out of a text what would tell who wrote it: before a book leaves, and to lay it apart as a contact."""

from __future__ import annotations

import msgspec

from kit.feedback.personal_data import FINDERS, MASK, NAME, Span, find_personal_data, to_plain

_GONE = "[texte masqué]"


class Parted(msgspec.Struct, frozen=True):
    """A text without what tells who wrote it, and the pieces that were taken out: (kind, words)."""

    text: str
    pieces: tuple[tuple[str, str], ...]

    def names(self) -> str:
        """The pieces that are somebody's name."""
        return ", ".join(words for kind, words in self.pieces if kind == NAME)

    def others(self) -> str:
        """The other pieces: a number, an address."""
        return ", ".join(words for kind, words in self.pieces if kind != NAME)


def part(text: str) -> Parted:
    """A text with `MASK` where something told who wrote it. Nothing that is found is left in it.

    Lines without anything stay as they were typed; the others are told in plain signs.
    """
    if not find_personal_data(text):
        return Parted(text, ())
    parted = [_part_line(line) for line in text.split("\n")]
    whole = Parted("\n".join(one.text for one in parted), tuple(piece for one in parted for piece in one.pieces))
    if find_personal_data(whole.text):  # it ran over several lines
        again = _part_line(whole.text.replace("\n", " "))
        whole = Parted(again.text, whole.pieces + again.pieces)
    return Parted(_GONE, whole.pieces) if find_personal_data(whole.text) else whole


def mask(text: str) -> str:
    """The same without the pieces: what may be printed or leave in a file."""
    return part(text).text


def _part_line(line: str) -> Parted:
    plain = " ".join(to_plain(line).split())
    found: list[tuple[Span, str]] = sorted((span, kind) for kind, find in FINDERS.items() for span in find(plain))
    if not found:
        return Parted(line, ())
    told, pieces, done = "", [], 0
    for (start, end), kind in found:
        if start >= done:
            told += plain[done:start] + MASK
            pieces.append((kind, plain[start:end].strip()))
        done = max(done, end)
    return Parted(told + plain[done:], tuple(pieces))
