"""libsodium's pieces with the sizes written down. PyNaCl is imported where it is used: a box that only serves pages
starts without it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading

from kit.errors import Problem

KEY_BYTES = 32
NONCE_BYTES = 24
SIGNATURE_BYTES = 64
SEAL_OVERHEAD = 48
ARGON_OPS = 3
ARGON_BYTES = 64 * 1024 * 1024
SALT_BYTES = 16

_one_at_a_time = threading.Lock()


def new_key() -> bytes:
    """Thirty-two random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def new_signing_pair() -> tuple[bytes, bytes]:
    """An Ed25519 pair: (seed, public), 32 bytes each."""
    from nacl.signing import SigningKey

    key = SigningKey.generate()
    return bytes(key), bytes(key.verify_key)


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte Ed25519 signature of `message`."""
    from nacl.signing import SigningKey

    return bytes(SigningKey(seed).sign(message).signature)


def check_signature(public: bytes, message: bytes, signature: bytes) -> None:
    """Raise Problem `keys.forged` unless `signature` is `public`'s over `message`."""
    from nacl.exceptions import CryptoError
    from nacl.signing import VerifyKey

    try:
        VerifyKey(public).verify(message, signature)
    except (CryptoError, ValueError, TypeError) as refusal:
        raise Problem("keys.forged") from refusal


def new_box_pair() -> tuple[bytes, bytes]:
    """An X25519 pair: (private, public), 32 bytes each."""
    from nacl.public import PrivateKey

    key = PrivateKey.generate()
    return bytes(key), bytes(key.public_key)


def box_pair_of(seed: bytes) -> tuple[bytes, bytes]:
    """The X25519 pair that follows from 32 bytes: (private, public)."""
    return seed, box_public(seed)


def box_public(private: bytes) -> bytes:
    """The public half of an X25519 private key."""
    from nacl.public import PrivateKey

    return bytes(PrivateKey(private).public_key)


def seal_to(public: bytes, message: bytes) -> bytes:
    """`message` sealed so that only the holder of the private half can read it (libsodium sealed box, +48 bytes)."""
    from nacl.public import PublicKey, SealedBox

    return bytes(SealedBox(PublicKey(public)).encrypt(message))


def open_sealed(private: bytes, sealed: bytes) -> bytes:
    """What was sealed to this private key's public half. Raises Problem `keys.cannot_open`."""
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    try:
        return bytes(SealedBox(PrivateKey(private)).decrypt(sealed))
    except (CryptoError, ValueError, TypeError) as refusal:
        raise Problem("keys.cannot_open") from refusal


def wrap(key: bytes, message: bytes, purpose: bytes) -> bytes:
    """`message` under a secret key, XChaCha20-Poly1305, bound to `purpose`: 24 bytes of nonce, then the ciphertext."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt

    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + bytes(encrypt(message, purpose, nonce, key))


def unwrap(key: bytes, wrapped: bytes, purpose: bytes) -> bytes:
    """What `wrap` put under `key` for `purpose`. Raises Problem `keys.cannot_open`."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
    from nacl.exceptions import CryptoError

    try:
        return bytes(decrypt(wrapped[NONCE_BYTES:], purpose, wrapped[:NONCE_BYTES], key))
    except (CryptoError, ValueError, TypeError) as refusal:
        raise Problem("keys.cannot_open") from refusal


def stretch(passphrase: str, salt: bytes) -> bytes:
    """The key behind a passphrase: argon2id, 64 MiB, one at a time so that a crowd cannot exhaust the memory."""
    from nacl.pwhash import argon2id

    with _one_at_a_time:
        return bytes(argon2id.kdf(KEY_BYTES, passphrase.encode(), salt, opslimit=ARGON_OPS, memlimit=ARGON_BYTES))


def digest_slowly(text: str, purpose: bytes) -> bytes:
    """Sixteen bytes that follow from a short code: scrypt, 4 MiB, some hundredths of a second each."""
    return hashlib.scrypt(text.encode(), salt=purpose, n=4096, r=8, p=1, dklen=16)


def digest(*parts: bytes, size: int = 32) -> bytes:
    """BLAKE2b of the parts one after another, `size` bytes."""
    state = hashlib.blake2b(digest_size=size)
    for part in parts:
        state.update(part)
    return state.digest()


def mac(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA256 of the parts, each preceded by its length."""
    state = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        state.update(len(part).to_bytes(4, "big") + part)
    return state.digest()


def is_same(one: bytes, other: bytes) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(one, other)
