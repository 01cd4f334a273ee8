"""Plain words and their French stems: what every search of the box compares. Pure text, no database."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W_]+")
SHORT_RUN = 14
# The words in -ail whose plural is in -aux; the others (mail, rail, détail) keep their own.
_AIL = re.compile(r"^(b|cor|em|soupir|trav|vant|vent|vitr)ails?$")


def plain(text: str) -> str:
    """Lower case without accents or ligatures: « Cœur d’Été » -> « coeur d’ete »."""
    return text.lower() if text.isascii() else _FOREIGN.sub(_without_accents, text).lower()


def _without_accents(found: re.Match[str]) -> str:
    run = found.group()
    return _short_run(run) if len(run) <= SHORT_RUN else _split_run(run)


def _split_run(run: str) -> str:
    split = unicodedata.normalize("NFKD", run.translate(_LIGATURES))
    return "".join(sign for sign in split if not unicodedata.combining(sign))


_short_run = lru_cache(maxsize=20_000)(_split_run)


@cache
def _stemmer() -> Any:
    import Stemmer  # loaded with the first search or import, not at start

    return Stemmer.Stemmer("french")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of a plain word, by Snowball's French rules: « chevaux » and « cheval » -> « cheval ».

    Accents go first, so that who types none finds the same; « travail » joins its plural in « -aux ».
    """
    if len(word) < 4:
        return word
    if len(word) == 4 and word[-1] in "sx":
        return word[:-1]  # « vies » is « vie », which is too short to be cut
    found: str = _stemmer().stemWord(_AIL.sub(r"\1al", word))
    return found


def stems(text: str) -> str:
    """The stems of a text that are not already words of it, each once: kept beside the words themselves."""
    words = _WORD.findall(plain(text))
    return " ".join(dict.fromkeys(found for word in words if (found := stem(word)) not in words))
