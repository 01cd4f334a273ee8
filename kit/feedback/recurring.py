"""Words that come back in what people wrote: French stems, each counted once for each text. Pure text, no database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

import msgspec

from kit.stems import plain, stem

_WORD = re.compile(r"[^\W\d_]{3,}")
# Words that say nothing of what people think; plain (no accents), as `plain` makes them.
_STOP = frozenset(
    """
    les des une uns unes mes tes ses nos vos leurs leur mon ton son notre votre ces cet cette ceci cela celui celle ceux
    celles que qui quoi dont lequel laquelle lesquels lesquelles pour par avec sans dans sur sous chez vers entre depuis
    pendant avant apres jusque jusqu contre parmi selon comme ainsi alors donc car mais ou et ni or puis ensuite enfin
    aussi encore toujours jamais souvent parfois deja tres trop peu plus moins assez tout tous toute toutes rien aucun
    aucune autre autres meme memes quelque quelques chaque plusieurs certains certaines elle elles ils nous vous moi toi
    lui eux soi est sont etait etaient suis sommes etes etre ete sera seront serait seraient soit ont avez avons avait
    avaient aura auront aurait auraient ayant avoir eu eut fait faire fais font faut faudrait peut peux peuvent pouvoir
    pouvez pourrait pourraient veut veux veulent vouloir dois doit doivent devoir devrait aller vais vont ira bien bon
    bonne mal oui non pas point ici la-bas voila voici quand comment pourquoi combien cest jai quil quelle quel quels
    quelles aux sur merci bonjour cela cet dun dune lorsque lors parce puisque beaucoup toutefois ete the and
    """.split()  # noqa: SIM905 - words read better as words
)
_STOP_VERBS = ("etre", "faire", "avoir", "pouvoir", "vouloir", "devoir", "aller")


@cache
def _stop_stems() -> frozenset[str]:
    """Made with the first text: the stemmer is not loaded at start."""
    return frozenset(stem(word) for word in _STOP_VERBS)


class Recurring(msgspec.Struct, frozen=True):
    """A word as people wrote it most, and in how many texts it or its kin stands."""

    word: str
    count: int


def find_recurring(texts: Iterable[str], least: int = 3, most: int = 20) -> list[Recurring]:
    """The words that stand in `least` texts or more, the commonest first.

    | texts                                              | least | words               |
    |----------------------------------------------------|-------|---------------------|
    | « Le tracteur passe », « des tracteurs », « un tracteur ! » | 3 | tracteur 3     |
    | « très bien », « bien », « très très bien »        | 3     | (nothing)           |
    """
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        found: dict[str, str] = {}
        for word in _WORD.findall(text.lower()):
            bare = plain(word)
            root = stem(bare)
            if bare not in _STOP and root not in _stop_stems():
                found.setdefault(root, word)
        counts.update(found.keys())
        for root, word in found.items():
            forms.setdefault(root, Counter())[word] += 1
    ranked = sorted(((count, root) for root, count in counts.items() if count >= least), key=lambda one: (-one[0], one))
    return [Recurring(min(forms[root].items(), key=lambda one: (-one[1], one[0]))[0], n) for n, root in ranked[:most]]
