"""The files of a backup: works, works offered, sheets being written. Each is closed, written once, and read back.

On the key a file's name follows from its content under a key of this node's own, so that the name tells nothing, and a
file that is there already is not copied again. An older copy is read through again at every eighth backup: a key that
lets go of its bytes is noticed, and the file written anew.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.keys import primitives
from kit.keys.stream import decrypt_file, encrypt_file
from kit.people.node import Node

# What exists nowhere else first: when a key is too small, it is works of the shelves that stay behind.
FOLDERS = ("deposits", "drafts", "bench", "blobs")
PREFIX = "fichiers-"
NAMES = "fichiers.txt"
KEY_STATE = "backup.files_key"
KEEP_FREE = 8 * 1024 * 1024  # for the manifest, and for the key's own tables
ROUND = 8
_MOST_INDEX = 256 * 1024 * 1024
_CONTENT, _PLACE = b"valise-backup-content-1", b"valise-backup-place-1"
Report = Callable[[int, int], None]  # files done, of how many


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """One file: where it lies below the data folder, how long it is, and its name on the key."""

    path: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    size: Annotated[int, msgspec.Meta(ge=0)]
    name: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Index(msgspec.Struct, array_like=True, frozen=True):
    """What a backup holds, and the key that opens it. Itself always sealed."""

    key: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    folder: Annotated[str, msgspec.Meta(pattern="^fichiers-[0-9a-f]{16}$")]
    entries: list[Entry]


class Copied(msgspec.Struct, frozen=True):
    """What came of copying: `fresh` files were written now; `left` had no room; `damaged` are spoilt on our disk."""

    index: Index
    fresh: int = 0
    left: int = 0
    left_bytes: int = 0
    damaged: int = 0


def files_key(node: Node) -> bytes:
    """The key of this node's files on every backup of it; made at the first one."""
    found = journal_queries.get_state(node.store, KEY_STATE)
    if found is None:
        found = primitives.new_key()
        with node.store.write():
            journal_queries.set_state(node.store, KEY_STATE, found)
    return found


def copy_files(node: Node, place: Path, number: int, report: Report = lambda done, total: None) -> Copied:
    """Bring every file of this node below `place`, those that exist nowhere else first, then small ones first.

    A file without room on the key is left out and counted. Raises OSError when the key refuses otherwise.
    """
    key = files_key(node)
    folder = PREFIX + primitives.digest(key, size=8).hex()
    copied, entries = Copied(Index(key, folder, [])), list(_list(node.data, key))
    for done, entry in enumerate(entries):
        report(done, len(entries))
        copied = _bring(node.data / entry.path, place / folder, entry, copied, number)
    report(len(entries), len(entries))
    return copied


def _list(data: Path, key: bytes) -> Iterator[Entry]:
    for folder in FOLDERS:
        found = [(path.stat(), path) for path in (data / folder).rglob("*") if path.is_file() and not path.is_symlink()]
        for stat, path in sorted(found, key=lambda one: (one[0].st_size, one[1])):
            inside = path.relative_to(data).as_posix()
            if folder == "blobs":
                name = primitives.digest(_CONTENT, key, bytes.fromhex(path.name) if _is_hash(path.name) else b"")
                if not _is_hash(path.name):
                    continue
            else:
                since = 0 if folder == "deposits" else stat.st_mtime_ns  # a work offered never changes
                name = primitives.digest(_PLACE, key, inside.encode(), f"/{stat.st_size}/{since}".encode())
            yield Entry(inside, stat.st_size, name.hex())


def _is_hash(name: str) -> bool:
    return len(name) == 64 and all(sign in "0123456789abcdef" for sign in name)


def _bring(source: Path, folder: Path, entry: Entry, copied: Copied, number: int) -> Copied:
    target, key = folder / entry.name[:2] / entry.name, copied.index.key
    if target.is_file() and (not _is_its_turn(entry, number) or _is_right(target, source, key)):
        copied.index.entries.append(entry)
        return copied
    if shutil.disk_usage(folder.parent).free - entry.size < KEEP_FREE:
        return _left(copied, entry)
    try:
        is_right = _write(source, target, key)
    except FileNotFoundError:
        return copied  # it left this node meanwhile: somebody answered, or it was taken off the shelves
    except OSError as refusal:
        if refusal.errno not in (errno.EFBIG, errno.ENOSPC, errno.EDQUOT):
            raise
        return _left(copied, entry)
    if not is_right:
        return msgspec.structs.replace(copied, damaged=copied.damaged + 1)
    copied.index.entries.append(entry)
    return msgspec.structs.replace(copied, fresh=copied.fresh + 1)


def _left(copied: Copied, entry: Entry) -> Copied:
    return msgspec.structs.replace(copied, left=copied.left + 1, left_bytes=copied.left_bytes + entry.size)


def _is_its_turn(entry: Entry, number: int) -> bool:
    return int(entry.name[:2], 16) % ROUND == number % ROUND


def _write(source: Path, target: Path, key: bytes) -> bool:
    """Write, sync, read back, and only then give the name. False when the source is not what its name says."""
    draft = target.with_name(target.name + ".new")
    if not source.is_file():
        raise FileNotFoundError(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        encrypt_file(source, draft, key)
        sync(draft)
        plain = decrypt_file(draft, None, key)
        if _is_hash(source.name) and plain != source.name:
            return False
        draft.rename(target)
        sync(target.parent)
    except Problem as refusal:
        raise Problem("backup.not_same") from refusal
    finally:
        draft.unlink(missing_ok=True)
    return True


def _is_right(target: Path, source: Path, key: bytes) -> bool:
    """True when the copy on the key opens to its end, and is what its name says."""
    try:
        plain = decrypt_file(target, None, key)
    except (Problem, OSError):
        return False
    return plain == source.name or not _is_hash(source.name)


def sync(path: Path) -> None:
    """Flush a file or folder to the key, and forget it here: what is read back comes from the key itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        if path.is_file():
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def write_index(index: Index, draft: Path, scratch: Path, key: bytes, name: str) -> str:
    """Seal which files a backup holds into its folder, and list their names beside it; the SHA-256 of what was written.

    `scratch` is a file of our own that is gone afterwards.
    """
    try:
        scratch.write_bytes(msgspec.msgpack.encode(index))
        written = encrypt_file(scratch, draft / name, key)
    finally:
        scratch.unlink(missing_ok=True)
    names = "".join(f"{index.folder}/{entry.name}\n" for entry in index.entries)
    (draft / NAMES).write_text(names, "ascii")
    return written


def read_index(path: Path, scratch: Path, key: bytes) -> Index:
    """Which files a backup holds. Raises Problem `keys.cannot_open` or `backup.not_one`."""
    try:
        decrypt_file(path, scratch, key)
        if scratch.stat().st_size > _MOST_INDEX:
            raise Problem("backup.not_one")
        return msgspec.msgpack.decode(scratch.read_bytes(), type=Index)
    except msgspec.MsgspecError as refusal:
        raise Problem("backup.not_one") from refusal
    finally:
        scratch.unlink(missing_ok=True)


def prune(place: Path, folder: str) -> None:
    """Let go of files that no backup of this place names any more (somebody threw an old one away)."""
    named = {line for path in place.glob(f"sauvegarde-*/{NAMES}") for line in path.read_text("ascii").split()}
    for path in (place / folder).glob("*/*"):
        if f"{folder}/{path.name}" not in named:
            path.unlink(missing_ok=True)


def restore_files(index: Index, place: Path, data: Path, report: Report = lambda done, total: None) -> list[Entry]:
    """Write the files of a backup below `data`; those that are not on this key, or are spoilt there, are returned."""
    lacking = []
    for done, entry in enumerate(index.entries):
        report(done, len(index.entries))
        if not _restore_one(entry, place / index.folder / entry.name[:2] / entry.name, data, index.key):
            lacking.append(entry)
    return lacking


def _restore_one(entry: Entry, source: Path, data: Path, key: bytes) -> bool:
    parts = Path(entry.path).parts
    if len(parts) < 2 or parts[0] not in FOLDERS or ".." in parts:
        raise Problem("backup.not_one")
    target = data / entry.path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        plain = decrypt_file(source, target, key)
        if parts[0] != "blobs" or plain == target.name:
            return True
    except FileNotFoundError:
        return False
    except Problem:
        pass
    target.unlink(missing_ok=True)
    return False


def total_bytes(entries: Iterable[Entry]) -> int:
    """How long these files are together."""
    return sum(entry.size for entry in entries)
