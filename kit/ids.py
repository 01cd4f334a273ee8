"""Ids minted offline: sixteen bytes, their text form for addresses, and ticket codes made of words."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from functools import cache
from pathlib import Path

ID_BYTES = 16
ID_TEXT = 26
DAY_BYTES = 2
_DAY_SECONDS = 86_400


def new_id() -> bytes:
    """Sixteen random bytes: people, workshops and sign-ups are never named after a phone number or an e-mail."""
    return secrets.token_bytes(ID_BYTES)


def new_dated_id() -> bytes:
    """The day in two bytes, then fourteen random ones: for what is made by thousands, and has an hour anyway.

    What one day brings then lies together in every index over ids, so that a row more costs a large central what it
    costs a small one (scripts/measured). Never for an answer: it carries no time (journal.md, the urn). Nobody reads
    the day; a box without a clock has it wrong.
    """
    return (int(time.time()) // _DAY_SECONDS % 65_536).to_bytes(DAY_BYTES, "big") + secrets.token_bytes(
        ID_BYTES - DAY_BYTES
    )


def to_text(raw: bytes) -> str:
    """Bytes as lower-case base32 without padding (26 signs for an id): safe in an address, easy to select."""
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def read_text(text: str) -> bytes | None:
    """The sixteen bytes behind an id's text form, or None when it is not one."""
    if len(text) != ID_TEXT:
        return None
    try:
        raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == ID_BYTES and to_text(raw) == text else None


@cache
def code_words() -> tuple[str, ...]:
    """Short French nouns without accents that are hard to mishear, for ticket codes."""
    return tuple((Path(__file__).parent / "keys" / "code_words.txt").read_text("utf-8").split())


def new_code() -> str:
    """A ticket code such as `renard-lune-27`: two words and two digits, about five million of them."""
    words = code_words()
    return f"{secrets.choice(words)}-{secrets.choice(words)}-{secrets.randbelow(90) + 10}"


def new_slip_code() -> str:
    """The code of a paper slip such as `renard-lune-pain-27`: three words, two digits: three thousand million."""
    return f"{secrets.choice(code_words())}-{new_code()}"


def read_code(text: str) -> str:
    """What a person typed, or scanned (the address of a ticket), as a code: lower case, hyphens, no accents."""
    plain = (
        text.strip()
        .rpartition("/ticket/")[2]
        .partition("?")[0]
        .lower()
        .translate(str.maketrans("éèêëàâîïôûùüç", "eeeeaaiiouuuc"))
    )
    return "-".join(part for part in plain.replace("-", " ").replace("_", " ").split() if part)[:60]
