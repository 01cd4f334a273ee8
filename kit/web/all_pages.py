"""“Toutes les pages”: every page that a person of the team may open, in groups, and found by a word of what she wants.

It is the second way through the team's pages beside the menu (RGAA 12.1). The entries stand in `kit/front/all_pages.py`
and `kit/central/all_pages.py`, those of both in `kit/web/pages_of_both.py`; `tests/web/test_all_pages.py` holds them to
the map of addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import msgspec
from flask import render_template, request

from kit.errors.kind import plain as in_french
from kit.stems import plain, stem
from kit.web.navigation import Link, Powers, is_open

MOST_ASKED = 100
_WORD = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
# Words that say nothing of a page, in the team's two languages.
_SMALL = (
    "la le les un une des du de au aux et ou en je on se sa son ses ma mon mes ce cette ces ne pas plus qui que quoi "
    "est sont il elle pour sur dans avec par comment faire veux voudrais peux dois page pages trouver "
    "an the of to how do my for with in on and or is can want"
)
_EMPTY = frozenset(_SMALL.split(" "))
_LIKENESS = 0.8  # of difflib: « sovegarde » is near enough to « sauvegarde »


class Entry(Link, frozen=True):
    """One page: called by the words of its own heading, `does`: what one does there, in one short sentence.
    `words`: others that people say for it and the page does not."""

    does: str = ""
    words: str = ""


class Group(msgspec.Struct, frozen=True):
    """Pages that belong together for whoever looks for one; `code` is its anchor."""

    code: str
    title: str
    icon: str
    entries: tuple[Entry, ...]


class Found(msgspec.Struct, frozen=True):
    """Groups with what may be opened and was meant. `instead`: what was looked for instead of the words typed;
    `is_near`: no page has all the words, these have most of them."""

    groups: Sequence[Group]
    instead: str = ""
    is_near: bool = False

    @property
    def count(self) -> int:
        """How many pages."""
        return sum(len(group.entries) for group in self.groups)


def show(groups: Iterable[Group], staff: Powers | None, guides_url: str = "") -> str:
    """The page; `guides_url` is where the guides are, if they are here."""
    asked = request.args.get("q", "").strip()[:MOST_ASKED]
    return render_template(
        "shared/all_pages.html", found=find(groups, staff, asked), asked=asked, most=MOST_ASKED, url=request.path,
        guides_url=guides_url,
    )  # fmt: skip


def find(groups: Iterable[Group], staff: Powers | None, asked: str = "") -> Found:
    """The pages this person may open; with `asked`, those that its words lead to (accents and plurals do not count)."""
    hers = list(_keep(groups, [one for group in groups for one in group.entries if is_open(one, staff)]))
    typed = read_words(asked)
    if not typed:
        return Found(hers)
    said = {entry: _words_of(group, entry) for group in hers for entry in group.entries}
    wanted = _mend(typed, said.values())
    hits = {entry: sum(_is_said(word, words) for word in wanted) for entry, words in said.items()}
    most = max(hits.values(), default=0)
    places = {entry: _place(entry, wanted) for entry in said}
    groups = _keep(hers, [entry for entry, count in hits.items() if count and count == most], places.__getitem__)
    found = sorted(groups, key=lambda group: places[group.entries[0]])
    return Found(found, "" if wanted.keys() == typed.keys() else " ".join(wanted.values()), 0 < most < len(wanted))


def read_words(text: str) -> dict[str, str]:
    """The words of a text that mean something, plain, each with how it is written; all of them when none does."""
    words = {plain(word): word.lower() for word in _WORD.findall(text) if len(word) > 1}
    return {word: written for word, written in words.items() if word not in _EMPTY} or words


def _keep(
    groups: Iterable[Group], kept: Collection[Entry], order: Callable[[Entry], int] = lambda _: 0
) -> Iterator[Group]:
    for group in groups:
        if entries := tuple(sorted((entry for entry in group.entries if entry in kept), key=order)):
            yield Group(group.code, group.title, group.icon, entries)


def _words_of(group: Group, entry: Entry) -> dict[str, str]:
    """What an entry says, in French and as the reader reads it."""
    said = " ".join(map(_both, (group.title, entry.label, entry.does, entry.words)))
    return read_words(
        " ".join((said, *(one.replace("-", "") for one in _JOINED.findall(said))))
    )  # « wifi » is « Wi-Fi »


def _both(words: str) -> str:
    return f"{in_french(words)} {words}"


def _is_said(word: str, words: Iterable[str]) -> bool:
    """True when one of these words is this one in another form, or begins with it."""
    root = stem(word)
    return any(stem(one) == root or (len(word) > 2 and one.startswith(word)) for one in words)


def _place(entry: Entry, wanted: Collection[str]) -> int:
    """What is called by a word comes first, then what is called by another form of one."""
    name = read_words(_both(entry.label))
    return 0 if name.keys() & set(wanted) else 1 if any(_is_said(word, name) for word in wanted) else 2


def _mend(typed: Mapping[str, str], said: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The words typed; one that no page says is taken for the one most like it, if any is."""
    from difflib import get_close_matches

    known = dict[str, str]()
    for words in said:
        known = {**words, **known}  # as it is written first
    mended = dict[str, str]()
    for word, written in typed.items():
        near = [] if _is_said(word, known) else get_close_matches(word, known, 1, _LIKENESS)
        mended |= {near[0]: known[near[0]]} if near else {word: written}
    return mended
