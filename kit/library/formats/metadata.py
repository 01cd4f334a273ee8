"""What a file says of itself, and the two helpers every reader needs: a clean line of text, and a check of its sort."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import msgspec
from msgspec.structs import replace

from kit.errors import Problem
from kit.library.rules import LONGEST_CREDIT

LONGEST_LINE = 300
LONGEST_TEXT = 4000
MOST_NAMES = 30
LONGEST_MINUTES = 100_000
LAST_PLACE = 100_000
_BLANKS = re.compile(r"\s+")
_TEXTS = ("title", "source", "attribution", "shelf", "level", "licence", "series")
_LONGER = {"attribution": LONGEST_CREDIT}
_LISTS = ("creators", "subjects")


class Metadata(msgspec.Struct, frozen=True):
    """What was read from one file. `rights` are its own sentences and links about its rights, word for word.

    `licence` is a licence said as such (a side file, a sheet): it goes before what `rights` seem to say.
    `cover` is the picture's bytes as found in the file, not trusted yet; `excerpt` some of its text, from which the
    language is guessed when it is not said. `series` is the album or the row of books it belongs to, `series_place` its
    place there (0: not said); `chapters` are (seconds from the start, title). Empty strings mean "not said".
    """

    kind: str
    media_type: str
    title: str = ""
    creators: tuple[str, ...] = ()
    language: str = ""
    rights: tuple[str, ...] = ()
    licence: str = ""
    source: str = ""
    attribution: str = ""
    summary: str = ""
    subjects: tuple[str, ...] = ()
    shelf: str = ""
    level: str = ""
    duration_minutes: int = 0
    cover: bytes | None = None
    excerpt: str = ""
    series: str = ""
    series_place: int = 0
    chapters: tuple[tuple[int, str], ...] = ()


def to_line(text: object, limit: int = LONGEST_LINE) -> str:
    """One line of text from outside: composed Unicode, single spaces, no control signs, cut at `limit`."""
    plain = unicodedata.normalize("NFC", str(text or ""))
    if plain.isprintable():
        return " ".join(plain.split())[:limit]  # nearly every line: nothing to look at sign by sign
    kept = "".join(sign if unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn") else " " for sign in plain)
    return _BLANKS.sub(_one_blank, kept).strip()[:limit]


def _one_blank(run: re.Match[str]) -> str:
    """French keeps « : » and « ! » on their line by spaces that do not break: alone, they stay what they are."""
    return run.group() if run.group() in ("\u00a0", "\u202f") else " "


def to_lines(texts: object) -> tuple[str, ...]:
    """Several short texts, without repeats or empty ones."""
    found = texts if isinstance(texts, list | tuple) else [texts] if texts else []
    return tuple(dict.fromkeys(line for line in map(to_line, found[:MOST_NAMES]) if line))


def to_language(text: object) -> str:
    """« fr-FR » -> « fr »; "" when it is no language code."""
    code = to_line(text, 20).lower().replace("_", "-").split("-")[0]
    return _SHORT.get(code, code if code.isalpha() and len(code) < 4 else "")


# ISO 639-2 (library records, ZIM sites: three letters, for some languages two ways) to ISO 639-1.
_SHORT = {
    long: short
    for short, all_long in {
        "fr": "fre fra", "en": "eng", "ar": "ara", "es": "spa", "pt": "por", "de": "ger deu", "it": "ita", "ru": "rus",
        "uk": "ukr", "tr": "tur", "fa": "per fas", "oc": "oci", "br": "bre", "pl": "pol", "ro": "rum ron", "be": "bel",
        "zh": "chi zho", "vi": "vie", "sw": "swa", "nl": "dut nld", "el": "gre ell", "he": "heb", "hy": "arm hye",
        "ka": "geo kat", "ko": "kor", "ja": "jpn", "hi": "hin", "am": "amh", "th": "tha", "ca": "cat", "co": "cos",
    }.items()
    for long in all_long.split()
}  # fmt: skip


def to_place(text: object) -> int:
    """« 3 », « 03/12 » or 3 -> 3, the place in a series; 0 when it says none."""
    first = str(text).strip().partition("/")[0].strip()
    return min(int(first), LAST_PLACE) if first.isascii() and first.isdigit() and len(first) < 7 else 0


def overrule(metadata: Metadata, note: dict[str, object]) -> Metadata:
    """The metadata with what a note says (a side file, the head of a text) put in its place."""
    given: dict[str, object] = {
        name: to_line(note[name], _LONGER.get(name, LONGEST_LINE)) for name in _TEXTS if note.get(name)
    }
    given |= {name: to_lines(note[name]) for name in _LISTS if note.get(name)}
    if note.get("summary"):
        given["summary"] = to_line(note["summary"], LONGEST_TEXT)
    if note.get("language"):
        given["language"] = to_language(note["language"])
    if note.get("rights_note"):
        given["rights"] = (to_line(note["rights_note"], LONGEST_TEXT), *metadata.rights)
    minutes = note.get("duration_minutes")
    if isinstance(minutes, int) and 0 <= minutes < LONGEST_MINUTES:
        given["duration_minutes"] = minutes
    if note.get("series_place"):
        given["series_place"] = to_place(note["series_place"])
    return replace(metadata, **given)


def name_to_title(path: Path) -> str:
    """A title when the file has none: its name, with spaces."""
    return to_line(path.stem.replace("_", " ").replace("-", " ").strip()).capitalize() or path.name


def check_start(path: Path, *starts: bytes) -> None:
    """Raise Problem `library.mislabelled` unless the file begins with one of `starts`, `library.empty` when empty."""
    with path.open("rb") as source:
        head = source.read(max(map(len, starts)))
    if not head:
        raise Problem("library.empty")
    if not head.startswith(starts):
        raise Problem("library.mislabelled", suffix=path.suffix)
