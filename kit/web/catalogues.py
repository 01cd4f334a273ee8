"""Catalogues of translated words: gettext's PO files, read as they are, without a step that compiles them.

Builders keep them with `scripts/words` (Babel); a test holds this reader against Babel's, entry by entry. A served page
needs no more than a dictionary, so a box loads no library for it. Source of the format: GNU gettext manual, "The Format
of PO Files".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from gettext import c2py
from pathlib import Path

import msgspec

CONTEXT = "\x04"  # between a context and its words, as gettext itself joins them
_GUESSED = re.compile(r"^#, .*fuzzy", re.MULTILINE)
_PLURAL_FORMS = re.compile(r"plural=([^;\\]+);")


class Catalogue(msgspec.Struct, frozen=True):
    """French words to those of a language; `forms` are the words that follow a number, one for each of its plurals."""

    words: dict[str, str]
    forms: dict[str, tuple[str, ...]]
    form_of: Callable[[int], int]

    def find(self, words: str, context: str = "") -> str:
        """The words for these French ones, or these where there are none."""
        return self.words.get(f"{context}{CONTEXT}{words}" if context else words, words)

    def find_form(self, one: str, many: str, count: int) -> str:
        """The words that follow this number, for the French ones that follow one and many."""
        forms = self.forms.get(one)
        return forms[self.form_of(count)] if forms else pick_french(one, many, count)


def pick_french(one: str, many: str, count: int) -> str:
    """French has one form for 0 and 1, another from 2 on."""
    return many if abs(count) >= 2 else one


def read_catalogue(path: Path) -> Catalogue:
    """The catalogue of a PO file; what is not translated, or only guessed by a tool (fuzzy), is left out."""
    words: dict[str, str] = {}
    forms: dict[str, tuple[str, ...]] = {}
    for entry in _entries(path.read_text("utf-8")):
        told = [text for name, text in entry.items() if name.startswith("msgstr")]
        if len(told) > 1 and all(told):
            forms[entry["msgid"]] = tuple(told)
        elif told and told[0]:
            words[entry.get("msgctxt", "") + CONTEXT * ("msgctxt" in entry) + entry["msgid"]] = told[0]
    found = _PLURAL_FORMS.search(words.pop("", ""))
    return Catalogue(words, forms, c2py(found[1] if found else "n > 1"))


def _entries(text: str) -> Iterator[dict[str, str]]:
    """The entries of a PO file as {"msgid": ..., "msgstr": ...}; plurals have "msgid_plural", "msgstr[0]"..."""
    for block in text.split("\n\n"):
        entry = _read_entry(block.splitlines())
        if "msgid" in entry and (not entry["msgid"] or not _GUESSED.search(block)):
            yield entry


def _read_entry(lines: Iterable[str]) -> dict[str, str]:
    entry: dict[str, str] = {}
    name = ""
    for line in lines:
        if line and not line.startswith("#"):
            if not line.startswith('"'):
                name, _, line = line.partition(" ")
            entry[name] = entry.get(name, "") + json.loads(line)  # PO writes its escapes as C does, and so does JSON
    return entry
