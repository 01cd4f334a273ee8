"""The receipt code of a deposit: six words that are kept nowhere, and what can be drawn from them."""

from __future__ import annotations

from kit.keys import primitives
from kit.keys.passphrase import WORDS_IN_PASSPHRASE, passphrase_words, read_passphrase

LONGEST = 200


def code_of(secret: bytes, nonce: bytes) -> str:
    """The code for the form of this nonce: the same form sent twice gets the same code (about 66 bits)."""
    words = passphrase_words()
    raw = primitives.mac(secret, b"deposit-code", nonce)
    numbers = [int.from_bytes(raw[at : at + 5], "big") for at in range(0, 5 * WORDS_IN_PASSPHRASE, 5)]
    return " ".join(words[number % len(words)] for number in numbers)


def id_of(nonce: bytes) -> bytes:
    """The id of the deposit that the form of this nonce makes; it does not give the nonce away."""
    return primitives.digest(b"deposit-id", nonce, size=16)


def lookup_of(code: str) -> bytes:
    """What finds the deposit of a code, however it was typed."""
    return primitives.digest(b"deposit-lookup", read_passphrase(code[:LONGEST]).encode())


def key_of(code: str) -> bytes:
    """The key of the giver's own copy."""
    return primitives.digest(b"deposit-giver", read_passphrase(code[:LONGEST]).encode())
