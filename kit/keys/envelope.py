"""The envelope of a person: a ciphertext under a random key of its own, and that key sealed to those who may open it.

One envelope per subject and version: `hash` is cited by the fact it goes with, so an envelope cannot be exchanged.
Source: journal.md, "Personal data".
"""

from __future__ import annotations

import msgspec

from kit.errors import Problem
from kit.keys import primitives

PURPOSE = b"valise-envelope-1"


class Envelope(msgspec.Struct, array_like=True, frozen=True):
    """`seals` are (public key, sealed random key) pairs: the organisation's and, for a workshop, the door's."""

    version: int
    subject: bytes
    ciphertext: bytes
    seals: tuple[tuple[bytes, bytes], ...]
    signer: bytes
    signature: bytes

    def signed_part(self) -> bytes:
        """The bytes under the signature."""
        return msgspec.msgpack.encode((self.version, self.subject, self.ciphertext, self.seals, self.signer))


def seal_envelope(subject: bytes, plain: bytes, publics: tuple[bytes, ...], seed: bytes, signer: bytes) -> bytes:
    """`plain` closed for the holders of `publics`' private halves, signed by this node; the envelope's bytes."""
    key = primitives.new_key()
    seals = tuple((public, primitives.seal_to(public, key)) for public in publics)
    draft = Envelope(1, subject, primitives.wrap(key, plain, PURPOSE + subject), seals, signer, b"")
    signature = primitives.sign(seed, draft.signed_part())
    return msgspec.msgpack.encode(msgspec.structs.replace(draft, signature=signature))


def keep_seals(sealed: bytes, publics: tuple[bytes, ...], seed: bytes, signer: bytes) -> bytes:
    """The same envelope with no other seals than those for `publics`: the key of a door tells where it stood."""
    envelope = msgspec.msgpack.decode(sealed, type=Envelope)
    kept = tuple(seal for seal in envelope.seals if seal[0] in publics)
    draft = msgspec.structs.replace(envelope, seals=kept, signer=signer, signature=b"")
    return msgspec.msgpack.encode(msgspec.structs.replace(draft, signature=primitives.sign(seed, draft.signed_part())))


def sealed_to(sealed: bytes) -> tuple[bytes, ...]:
    """The public keys whose holders may open an envelope."""
    return tuple(public for public, _ in msgspec.msgpack.decode(sealed, type=Envelope).seals)


def envelope_hash(sealed: bytes) -> bytes:
    """The 32 bytes by which a fact cites an envelope."""
    return primitives.digest(sealed)


def read_envelope(sealed: bytes) -> Envelope:
    """An envelope's parts, with its signature checked. Raises Problem `keys.forged`."""
    try:
        envelope = msgspec.msgpack.decode(sealed, type=Envelope)
    except msgspec.MsgspecError as refusal:
        raise Problem("keys.forged") from refusal
    primitives.check_signature(envelope.signer, envelope.signed_part(), envelope.signature)
    return envelope


def open_envelope(sealed: bytes, private: bytes) -> bytes:
    """What the envelope holds, for the holder of one of its private keys. Raises Problem `keys.cannot_open`.

    The signature was checked when the envelope came in (`read_envelope`).
    """
    envelope = msgspec.msgpack.decode(sealed, type=Envelope)
    public = primitives.box_public(private)
    for name, seal in envelope.seals:
        if name == public:
            key = primitives.open_sealed(private, seal)
            return primitives.unwrap(key, envelope.ciphertext, PURPOSE + envelope.subject)
    raise Problem("keys.cannot_open")
