"""What a file says of itself, and the two helpers every reader needs: a clean line of text, and a check of its sort."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from kit.errors import Problem

LONGEST_LINE = 300
LONGEST_TEXT = 4000
MOST_NAMES = 30


@dataclass(frozen=True)
class Metadata:
    """What was read from one file. `rights` are its own sentences and links about its rights, word for word.

    `cover` is the picture's bytes as found in the file, not trusted yet. Empty strings mean "not said".
    """

    kind: str
    media_type: str
    title: str = ""
    creators: tuple[str, ...] = ()
    language: str = ""
    rights: tuple[str, ...] = ()
    source: str = ""
    attribution: str = ""
    summary: str = ""
    subjects: tuple[str, ...] = ()
    shelf: str = ""
    level: str = ""
    duration_minutes: int = 0
    cover: bytes | None = None


def to_line(text: object, limit: int = LONGEST_LINE) -> str:
    """One line of text from outside: composed Unicode, single spaces, no control signs, cut at `limit`."""
    plain = unicodedata.normalize("NFC", str(text or ""))
    kept = "".join(sign if unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn") else " " for sign in plain)
    return " ".join(kept.split())[:limit]


def to_lines(texts: object) -> tuple[str, ...]:
    """Several short texts, without repeats or empty ones."""
    found = texts if isinstance(texts, list | tuple) else [texts] if texts else []
    return tuple(dict.fromkeys(line for line in map(to_line, found[:MOST_NAMES]) if line))


def to_language(text: object) -> str:
    """« fr-FR » -> « fr »; "" when it is no language code."""
    code = to_line(text, 20).lower().replace("_", "-").split("-")[0]
    return {"fre": "fr", "fra": "fr", "eng": "en", "ara": "ar"}.get(
        code, code if code.isalpha() and len(code) < 4 else ""
    )


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
