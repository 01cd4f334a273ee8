"""Words as they are indexed and looked for: no accents, no capitals, no plural. Pure text, no database.

A light French stem, after the plural rules every pupil learns (-s, -x, -aux, -eaux): deeper stemming and typing
mistakes are another step.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_QUERY = 200
MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_ENDINGS = (("eau", "eau"), ("au", "al"), ("ail", "al"))
_EMPTY_WORDS = "a au aux ce d dans de des du en et l la le les ou par pour qu que sur the un une"
_EMPTY = frozenset(_EMPTY_WORDS.split())


def plain(text: str) -> str:
    """Lower case without accents or ligatures: « Cœur d’Été » -> « coeur d’ete »."""
    split = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(sign for sign in split if not unicodedata.combining(sign)).lower()


def stem(word: str) -> str:
    """A plain word without its plural and its last mute e: « chevaux » and « cheval » -> « cheval »."""
    if len(word) < 4:
        return word
    singular = word.rstrip("sx") or word
    for ending, instead in _ENDINGS:
        if singular.endswith(ending) and len(singular) > len(ending) + 1:
            return singular[: -len(ending)] + instead
    return singular.rstrip("e") if len(singular.rstrip("e")) > 2 else singular


def to_index(text: str) -> str:
    """The stems of a text, in order, to be kept in the index."""
    return " ".join(stem(word) for word in _WORD.findall(plain(text)))


def to_match(text: str) -> str:
    """An FTS5 expression that finds what a person typed, or "" when nothing can be looked for.

    Every word must be there; the last one may be unfinished. Whatever was typed, the expression is well formed: it
    is made of letters and digits between quotes only.
    """
    found = _WORD.findall(plain(text[:LONGEST_QUERY]))
    kept = [word for word in found if word not in _EMPTY] or found
    words = [stem(word) for word in kept[:MOST_WORDS]]
    if not words:
        return ""
    last = f'"{words[-1]}"*' if len(words[-1]) > 1 else f'"{words[-1]}"'
    return " AND ".join([*(f'"{word}"' for word in words[:-1]), last])


def to_sort(title: str) -> str:
    """A title as it is put in order: plain, without its first article (« L’Île » -> « ile »)."""
    return re.sub(r"^(l[’']|les? |la |une? |des |the |an? )", "", plain(title).strip())[:120] or plain(title)[:120]
