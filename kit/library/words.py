"""Words as they are indexed and looked for: no accents, no capitals, French stems. Pure text, no database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kit.stems import plain, stem

LONGEST_QUERY = 200
MOST_WORDS = 8
SHORTEST_MENDED = 4
LONGEST_GAPPED = 14
MOST_KEPT_STEMS = 30_000
LONGEST_KEPT = 40
_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[’‘«»“”„–—•·]+")
_SIGNS = {code: " " for code in range(128) if not chr(code).isalnum()}
_EMPTY_WORDS = "a au aux ce d dans de des du en et l la le les ou par pour qu que sur the un une"
_EMPTY = frozenset(_EMPTY_WORDS.split())
_ACCENTS = {"a": "aàâäáãå", "c": "cç", "e": "eéèêë", "i": "iîïíì", "n": "nñ", "o": "oôöóòõ", "u": "uùûüú", "y": "yÿý"}


def split_words(text: str) -> list[str]:
    """The plain words of a text, in order."""
    line = plain(text)
    if not line.isascii():
        line = _MARKS.sub(" ", line)
    # Most lines are plain letters by now: cutting those is four times quicker than looking for words.
    return line.translate(_SIGNS).split() if line.isascii() else _WORD.findall(line)


def to_index(text: str | Sequence[str]) -> str:
    """The stems of a text to be kept in the index, most of them once (a repeat changes nothing there)."""
    return " ".join(dict.fromkeys(map(_stems_of, text.split() if isinstance(text, str) else text)))


class _Stems(dict[str, str]):
    """The stems of what stands between two spaces (« l’eau, » -> « l eau »); asked for at every word of a book."""

    def __missing__(self, piece: str) -> str:
        found = " ".join(map(stem, split_words(piece)))
        if len(piece) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT_STEMS:
                self.clear()
            self[piece] = found
        return found


_stems_of = _Stems().__getitem__


def facets(kind: str, language: str, level: str, shelf: str, is_reusable: bool, access: str = "") -> str:
    """What a work is filtered by, as words of the index that nobody types by chance."""
    named = {"k": kind, "l": language, "n": level, "e": shelf}
    marks = [f"zz{name}{_mark(value)}" for name, value in named.items() if value]
    return " ".join(marks + (["zzr"] if is_reusable else []) + [f"zza{_mark(one)}" for one in access.split()])


def _mark(value: str) -> str:
    return "".join(split_words(value))


def asked_words(text: str) -> list[str]:
    """The plain words somebody looks for, without those that say nothing (unless there are no others)."""
    found = split_words(text[:LONGEST_QUERY])
    return ([word for word in found if word not in _EMPTY] or found)[:MOST_WORDS]


def to_match(text: str, marks: str = "", *, is_begun: bool = True) -> str:
    """An FTS5 expression that finds what a person typed, or "" when nothing can be looked for.

    Every word must be there; with `is_begun` the last one may be unfinished. Whatever was typed, the
    expression is well formed: it is made of letters and digits between quotes only.
    `marks` are facets that must be there too.
    """
    words = asked_words(text)
    if not words:
        return ""
    last, whole = words[-1], stem(words[-1])
    # What is being typed is the beginning of a word, not yet one whose ending may be taken off.
    ending = (
        f'"{whole}"'
        if len(last) < 2 or not is_begun
        else f'"{whole}"*'
        if last.startswith(whole)
        else f'("{whole}" OR "{last}"*)'
    )
    return " AND ".join([*(f'"{stem(word)}"' for word in words[:-1]), ending, *(f'"{one}"' for one in marks.split())])


def to_sort(title: str) -> str:
    """A title as it is put in order: plain, without its first article (« L’Île » -> « ile »)."""
    return re.sub(r"^(l[’']|les? |la |une? |des |the |an? )", "", plain(title).strip())[:120] or plain(title)[:120]


# -- typing mistakes ----------------------------------------------------------------------------------------------


def gaps(word: str) -> set[str]:
    """A word and all it becomes when one letter is left out: two words that share one of these look alike.

    Source: W. Garbe, symmetric delete spelling correction.
    """
    start = word[:LONGEST_GAPPED]
    return {start, *(start[:place] + start[place + 1 :] for place in range(len(start)))}


def distance(one: str, other: str) -> int:
    """How many letters to add, drop, change or swap with the next (Damerau, restricted)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        now = [row]
        for column, beside in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (sign != beside))
            if row > 1 and column > 1 and sign == other[column - 2] and one[row - 2] == beside:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]


def rank(word: str, known: Iterable[str]) -> list[str]:
    """The known words that look like one typed, the nearest first: one mistake in a short word, two in a long one."""
    allowed = 1 if len(word) < 7 else 2
    near = {one for one in known if abs(len(one) - len(word)) <= allowed}
    ranked = sorted((distance(word, one), one[:1] != word[:1], abs(len(one) - len(word)), one) for one in near)
    return [one[3] for one in ranked if one[0] <= allowed]


# -- snippets -----------------------------------------------------------------------------------------------------


def _pattern(words: list[str]) -> re.Pattern[str]:
    starts = (stem(word)[: max(3, len(stem(word)) - 1)] for word in words)
    spelt = ("".join(f"[{_ACCENTS.get(sign, sign)}]" for sign in start) for start in starts)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelt)})\w*", re.IGNORECASE)


def find_marks(text: str, words: list[str]) -> Iterator[tuple[int, int]]:
    """Where the words looked for (plain, as `asked_words` gives them) stand in a text: start and end of each."""
    if not words:
        return
    stems, start = {stem(word) for word in words}, words[-1]
    for found in _pattern(words).finditer(text):
        word = plain(found.group())
        if stem(word) in stems or word.startswith(start):
            yield found.span()


def cut_snippet(text: str, words: list[str], width: int = 180) -> list[tuple[str, bool]]:
    """A piece of a text around the first word looked for: (words, is marked) one after another."""
    found = list(find_marks(text, words))
    first = found[0][0] if found else 0
    begin = text.rfind(" ", 0, max(0, first - width // 3)) + 1 if first > width // 3 else 0
    end = text.find(" ", begin + width)
    end = len(text) if end < 0 else end
    pieces, place = [("… ", False)] if begin else [], begin
    for start, stop in found:
        if begin <= start and stop <= end:
            pieces += [(text[place:start], False), (text[start:stop], True)]
            place = stop
    return [*pieces, (text[place:end] + (" …" if end < len(text) else ""), False)]
