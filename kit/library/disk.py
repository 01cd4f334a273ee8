"""Works on a disk beside the box: large files, public and free. Names and the journal stay on the box.

Staff choose a disk that is plugged in and marked as a key is (a folder `valise`): its folder `valise/oeuvres` holds
files by their content, as `blobs/` does, and `data/blobs-outside` is a link to it. A file is copied, synced, read again
and only then erased where it was: a disk pulled out in the middle loses nothing. Without its disk the box goes on: a
work that lies there says so (Problem `library.disk_away`).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.errors.kind import fr
from kit.library import blobs, desk_queries
from kit.people.node import Node
from kit.usb import list_keys, reason_of
from kit.work import Report

FOLDER, NOTE = "oeuvres", "oeuvres.json"
LEAST_BYTES = 1_000_000  # covers and short texts stay: lists need them
PATIENCE_SECONDS = 5.0
AT_ONCE = 300
EXTENSION = "works_disk"


class Disk(msgspec.Struct, frozen=True):
    """The chosen disk: what it calls itself, what was seen on it last, and whether it is plugged in."""

    label: str
    files: int = 0
    size_bytes: int = 0
    is_here: bool = False
    free_bytes: int = 0


def find(node: Node) -> Disk | None:
    """The disk that was chosen, or None."""
    link = blobs.outside(node.data)
    if not link.is_symlink():
        return None
    try:
        told = msgspec.json.decode((node.data / NOTE).read_bytes(), type=Disk)
    except (OSError, msgspec.MsgspecError):
        told = Disk(link.readlink().parent.parent.name)
    if not link.is_dir():
        return msgspec.structs.replace(told, is_here=False, free_bytes=0)
    return msgspec.structs.replace(told, is_here=True, free_bytes=shutil.disk_usage(link).free)


def choose(node: Node, key: str) -> None:
    """Use a disk that is plugged in. Raises Problem `disk.none` or `disk.refused`."""
    marked = next((one for one in list_keys(node.settings.keys_folder) if str(one) == key), None)
    if marked is None:
        raise Problem("disk.none")
    with _told():
        (marked / FOLDER).mkdir(exist_ok=True)
        if (marked / FOLDER).is_symlink():  # into the box itself, perhaps
            raise OSError(errno.ELOOP, "")
    _link(node, marked / FOLDER)
    _note(node, marked.parent.name)


def _link(node: Node, folder: Path) -> None:
    new = node.data / "blobs-outside.new"
    new.unlink(missing_ok=True)
    new.symlink_to(folder)
    new.replace(blobs.outside(node.data))


def look_again(node: Node) -> None:
    """A disk may appear at another place than last time: it is known by a work of ours that lies on it."""
    if not blobs.is_away(node.data):
        return
    for key in list_keys(node.settings.keys_folder):
        if (
            (key / FOLDER).is_dir()
            and not (key / FOLDER).is_symlink()
            and _of_works(node, list(_large(key / FOLDER, 0)))
        ):
            _link(node, key / FOLDER)
            return


def forget(node: Node) -> None:
    """Use it no more; what lies on it stays there."""
    blobs.outside(node.data).unlink(missing_ok=True)
    (node.data / NOTE).unlink(missing_ok=True)


def waiting(node: Node) -> tuple[int, int]:
    """How many works on the box would go to the disk, and their bytes."""
    sizes = _large(node.data / "blobs")
    found = _of_works(node, list(sizes))
    return len(found), sum(sizes[path] for path in found)


def move_out(node: Node, report: Report = lambda done, total: None) -> int:
    """Put the large files of the box on the disk; how many. Raises Problem `library.disk_away`, `disk.*`."""
    source, target = node.data / "blobs", blobs.outside(node.data)
    if not target.is_dir():
        raise Problem("library.disk_away")
    with _told():
        moved = _move(node, source, target, 0, report)
    found = find(node)
    _note(node, found.label if found else "")
    return moved


def move_waiting(node: Node) -> None:
    """New works follow to the disk, when one is chosen and plugged in; what it refuses stays on the box."""
    if blobs.outside(node.data).is_dir():
        with suppress(Problem):
            move_out(node)


def bring_back(node: Node, report: Report = lambda done, total: None) -> int:
    """Bring all of the disk home, and use it no more; how many. Raises Problem `library.disk_away`, `disk.*`."""
    source, target = blobs.outside(node.data), node.data / "blobs"
    if not source.is_dir():
        raise Problem("library.disk_away")
    with _told():
        moved = _move(node, source, target, node.settings.reserve, report, least=0)
    forget(node)
    return moved


def _move(node: Node, source: Path, target: Path, reserve: int, report: Report, least: int = LEAST_BYTES) -> int:
    paths = _of_works(node, sorted(_large(source, least)))
    for number, path in enumerate(paths):
        report(number, len(paths))
        place = target / path.parent.name / path.name
        if not _is_same(place):
            _copy(path, place, reserve)
        with blobs.alone(node.data, PATIENCE_SECONDS) as is_alone:
            if is_alone and not path.samefile(place):  # else works are being taken in: it goes the next time
                path.unlink()
    return len(paths)


def _is_same(place: Path) -> bool:
    """True when a file that is there already is what its name says; a link, or other bytes, are written over."""
    return blobs.is_plain(place) and blobs.hash_file(place).hex() == place.name


def _of_works(node: Node, paths: list[Path]) -> list[Path]:
    """Only files of works: what is being taken in, or leaves, stays where it is."""
    found: list[Path] = []
    for first in range(0, len(paths), AT_ONCE):
        some = {bytes.fromhex(path.name): path for path in paths[first : first + AT_ONCE]}
        needed = desk_queries.list_needed(node.store, some)
        found += [path for sha256, path in some.items() if sha256 in needed]
    return found


def _copy(path: Path, place: Path, reserve: int) -> None:
    if shutil.disk_usage(place.parents[1]).free - path.stat().st_size < reserve:
        raise Problem("disk.small")
    place.parent.mkdir(exist_ok=True)
    if place.parent.is_symlink():
        raise OSError(errno.ELOOP, "")
    aside = place.with_suffix(".part")
    try:
        with path.open("rb") as source, aside.open("wb") as out:
            shutil.copyfileobj(source, out, blobs.CHUNK)
            out.flush()
            os.fsync(out.fileno())
            os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # what is read again comes from the disk
        if blobs.hash_file(aside).hex() != path.name:
            raise Problem("disk.refused", reason=fr("il rend autre chose que ce qu’il a reçu"))
        aside.replace(place)
        blobs.sync_folder(place.parent)
    finally:
        aside.unlink(missing_ok=True)


def _large(folder: Path, least: int = LEAST_BYTES) -> dict[Path, int]:
    """The files of a folder of works, and their bytes; one that goes meanwhile is not among them."""
    sizes: dict[Path, int] = {}
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        with suppress(FileNotFoundError):
            is_plain = len(path.name) == 64 and not path.is_symlink() and path.is_file()
            if is_plain and (size := path.stat().st_size) >= least:
                sizes[path] = size
    return sizes


def _note(node: Node, label: str) -> None:
    sizes = _large(blobs.outside(node.data), 0).values()
    new = node.data / f"{NOTE}.new"
    new.write_bytes(msgspec.json.encode(Disk(label, len(sizes), sum(sizes))))
    new.replace(node.data / NOTE)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise Problem("disk.refused", reason=reason_of(refusal)) from refusal
