"""Notices that this database is a copy: restored from a backup, cloned with its card, or moved to another board.

A nonce is renewed at each boot, written to the database first and then to a marker file outside the data folder (on
another partition where there is one). The database keeps the current and the previous nonce, so a power cut between
the two writes is no clone. Source: journal.md, "Identity".
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.journal import queries
from kit.store import Store
from kit.whole import write_whole

NONCE_BYTES = 16
_BOARD_FILES = (Path("/proc/device-tree/serial-number"), Path("/sys/class/dmi/id/product_uuid"))


def board_serial() -> bytes:
    """The board's own number, or nothing where the machine tells none."""
    for path in _BOARD_FILES:
        try:
            return path.read_bytes().strip(b"\0\n ")
        except OSError:
            continue
    return b""


def is_same_box(store: Store, marker: Path, board: bytes) -> bool:
    """True when database, marker and board belong together, or on the very first start."""
    nonces = (queries.get_state(store, "epoch.nonce"), queries.get_state(store, "epoch.previous"))
    if nonces[0] is None:
        return True
    kept = queries.get_state(store, "epoch.board")
    found = _read_marker(marker)
    return found is not None and found in nonces and kept == board


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time begins on a data folder: of several that found the same copy each would start a log.

    The folder itself is locked, for as long as the block lasts or the process lives."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def renew(store: Store, marker: Path, board: bytes) -> None:
    """A new nonce: first the database, durably, then the marker."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    with store.write():
        before = queries.get_state(store, "epoch.nonce")
        if before is not None:
            queries.set_state(store, "epoch.previous", before)
        queries.set_state(store, "epoch.nonce", nonce)
        queries.set_state(store, "epoch.board", board)
    write_whole(marker, nonce)


def _read_marker(marker: Path) -> bytes | None:
    try:
        return marker.read_bytes()
    except OSError:
        return None
