"""Names from outside, confined: a path inside a batch that can lead nowhere else, whatever was sent."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from kit.library.formats.metadata import to_line

DEEPEST = 8
LONGEST_BYTES = 120
BENCH = "bench"
LOCK = "worker.lock"  # held by the one worker of a data folder
_FORBIDDEN = str.maketrans({sign: "_" for sign in '/\\:*?"<>|\0'})


def to_inside(name: str) -> PurePosixPath:
    """A relative path without `..`, links, control signs or names too long for a disk; any Unicode stays."""
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip() not in ("", ".", "..")]
    kept = [_to_part(part) for part in parts[-DEEPEST:]]
    return PurePosixPath(*kept) if kept else PurePosixPath("sans-nom")


def _to_part(part: str) -> str:
    """One name: its end (the suffix) is kept when it must be cut; a leading dot would hide it."""
    line = to_line(part, 400).translate(_FORBIDDEN).strip()
    clean = line.lstrip(".").strip() or "sans-nom"
    if line.startswith(".") and clean in line and "." not in clean:
        clean = f"sans-nom.{clean}"  # nothing but an end: it still says what sort of file this is
    raw = clean.encode()
    if len(raw) <= LONGEST_BYTES:
        return clean
    suffix = PurePosixPath(clean).suffix[:20]
    room = LONGEST_BYTES - len(suffix.encode()) - 9
    mark = hashlib.sha256(raw).hexdigest()[:8]
    return f"{raw[:room].decode(errors='ignore').strip()}-{mark}{suffix}"


def batch_folder(data: Path, batch_id: bytes) -> Path:
    """Where a batch lies."""
    return data / BENCH / batch_id.hex()


def files_folder(data: Path, batch_id: bytes) -> Path:
    """Its files, whole ones only."""
    return batch_folder(data, batch_id) / "files"


def parts_folder(data: Path, batch_id: bytes) -> Path:
    """What is still arriving."""
    return batch_folder(data, batch_id) / "parts"


def covers_folder(data: Path, batch_id: bytes) -> Path:
    """Covers that the worker drew."""
    return batch_folder(data, batch_id) / "covers"
