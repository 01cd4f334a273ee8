"""Files under a key in pieces of 1 MiB (libsodium secretstream): flat memory, and a cut file is noticed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from kit.errors import Problem

PIECE_BYTES = 1024 * 1024
_OVERHEAD = 17
_HEADER = 24


def encrypt_file(source: Path, target: Path, key: bytes) -> str:
    """Write `source` to `target` under `key`; the SHA-256 (hex) of what was written."""
    from nacl import bindings

    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    seen = hashlib.sha256()
    with source.open("rb") as plain, target.open("wb") as sealed:
        header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
        _write(sealed, seen, header)
        piece = plain.read(PIECE_BYTES)
        while True:
            following = plain.read(PIECE_BYTES)
            tag = (
                bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
                if following
                else bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
            )
            _write(sealed, seen, bindings.crypto_secretstream_xchacha20poly1305_push(state, piece, None, tag))
            if not following:
                break
            piece = following
    return seen.hexdigest()


def _write(file: BinaryIO, seen: hashlib._Hash, data: bytes) -> None:
    file.write(data)
    seen.update(data)


def decrypt_file(sealed_path: Path, target: Path | None, key: bytes) -> str:
    """Write what `sealed_path` holds to `target` (None: only look); the SHA-256 (hex) of the plain content.

    Raises Problem `keys.cannot_open` for a wrong key, a changed byte or a file that stops before its end.
    """
    from nacl import bindings
    from nacl.exceptions import CryptoError

    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    seen = hashlib.sha256()
    tag = None
    try:
        with sealed_path.open("rb") as sealed, (target or Path("/dev/null")).open("wb") as plain:
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, sealed.read(_HEADER), key)
            while piece := sealed.read(PIECE_BYTES + _OVERHEAD):
                content, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, piece)
                _write(plain, seen, content)
    except (CryptoError, ValueError, TypeError, RuntimeError) as refusal:
        raise Problem("keys.cannot_open") from refusal
    if tag != bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL:
        raise Problem("keys.cannot_open")
    return seen.hexdigest()
