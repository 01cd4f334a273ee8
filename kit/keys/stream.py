"""Files under a key in pieces of 1 MiB (libsodium secretstream): flat memory, and a cut file is noticed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
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


def read_pieces(sealed_path: Path, key: bytes) -> Iterator[bytes]:
    """The clear content piece by piece, in flat memory. Raises Problem `keys.cannot_open` at a changed byte."""
    from nacl import bindings
    from nacl.exceptions import CryptoError

    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    try:
        with sealed_path.open("rb") as sealed:
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, sealed.read(_HEADER), key)
            while piece := sealed.read(PIECE_BYTES + _OVERHEAD):
                yield bindings.crypto_secretstream_xchacha20poly1305_pull(state, piece)[0]
    except (CryptoError, ValueError, TypeError, RuntimeError) as refusal:
        raise Problem("keys.cannot_open") from refusal


class Sealer:
    """A file being written under a key as its pieces come: the clear text never touches the disk.

    `seal()` ends it; from then on `sha256` (of the clear content) and `size_bytes` are final.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        from nacl import bindings

        self.path, self.key = path, key
        self.size_bytes = 0
        self.is_sealed = False
        self._seen = hashlib.sha256()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        self._piece = bytearray()
        self._file = path.open("xb")
        self._file.write(bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key))

    @property
    def sha256(self) -> bytes:
        """SHA-256 of the clear content so far."""
        return self._seen.digest()

    def write(self, data: bytes) -> int:
        """Take more of the content."""
        self._seen.update(data)
        self.size_bytes += len(data)
        self._piece += data
        while len(self._piece) > PIECE_BYTES:  # one piece is kept back: the last one is marked as such
            self._push(bytes(self._piece[:PIECE_BYTES]), is_last=False)
            del self._piece[:PIECE_BYTES]
        return len(data)

    def seal(self) -> None:
        """Write the last piece and put it on the disk for good; again, it does nothing."""
        if not self.is_sealed:
            self.is_sealed = True
            self._push(bytes(self._piece), is_last=True)
            self._piece.clear()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def discard(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _push(self, piece: bytes, *, is_last: bool) -> None:
        from nacl import bindings

        tag = (
            bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
            if is_last
            else bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
        )
        self._file.write(bindings.crypto_secretstream_xchacha20poly1305_push(self._state, piece, None, tag))
