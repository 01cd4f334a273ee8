"""The code of a letter: six words that find it and open what was answered. The box keeps the words nowhere.

From the words follow, by argon2id, the letter's id and an X25519 pair; the public half is noted with the letter, so
that any node may answer and only the holder of the words reads. A form posted twice gets the same words: they are
drawn by a MAC of the form's nonce under a secret of this node, and the nonce is kept nowhere.
"""

from __future__ import annotations

import msgspec

from kit.keys import primitives
from kit.keys.passphrase import WORDS_IN_PASSPHRASE, passphrase_words, read_passphrase
from kit.people.node import Node

_SALT = primitives.digest(b"valise-letter-code-1", size=primitives.SALT_BYTES)


class Keys(msgspec.Struct, frozen=True):
    """What follows from a code."""

    letter_id: bytes
    private: bytes
    public: bytes


def code_for(node: Node, nonce: bytes) -> str:
    """The six words for the letter of one form."""
    number = int.from_bytes(primitives.mac(node.identity.web_secret, b"letter-code", nonce), "big")
    words, drawn = passphrase_words(), []
    for _ in range(WORDS_IN_PASSPHRASE):
        number, place = divmod(number, len(words))
        drawn.append(words[place])
    return " ".join(drawn)


def open_code(typed: str) -> Keys | None:
    """What follows from the words somebody typed, or None when they are not six. Slow on purpose (argon2id)."""
    code = read_passphrase(typed)
    if len(code.split()) != WORDS_IN_PASSPHRASE or len(code) > 80:
        return None
    secret = primitives.stretch(code, _SALT)
    private, public = primitives.box_pair_of(primitives.digest(b"valise-letter-box-1", secret))
    return Keys(primitives.digest(b"valise-letter-id-1", secret, size=16), private, public)
