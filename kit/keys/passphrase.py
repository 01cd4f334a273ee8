"""Passphrases made by the box: six French words or more, easy to read aloud, about 66 bits."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from pathlib import Path

WORDS_IN_PASSPHRASE = 6


@cache
def passphrase_words() -> tuple[str, ...]:
    """The list words are drawn from: 2,034 common French words without accents, four to eight letters."""
    return tuple((Path(__file__).parent / "words.txt").read_text("utf-8").split())


def make_passphrase(count: int = WORDS_IN_PASSPHRASE) -> str:
    """`count` words drawn at random, separated by spaces."""
    return " ".join(secrets.choice(passphrase_words()) for _ in range(count))


def read_passphrase(text: str) -> str:
    """What a person typed, made the same whatever phone typed it: no accents, lower case, single spaces."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.lower().replace("-", " ").split())
