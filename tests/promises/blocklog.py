"""The same power cuts below a real ext4: every write and flush of its disk is recorded, then a state of it is rebuilt.

The disk is a file that qemu's storage daemon shows by FUSE, noting each request in the format of dm-log-writes; ext4 is
made and mounted as the image does it (image/steps/70-disk.sh). A cut keeps all that came before the last flush, and of
what came after it each write with the probability of one half. Then the kernel mounts what is left, as a start would.
Source: Documentation/admin-guide/device-mapper/log-writes.rst of the Linux kernel; journal.md, P5.
"""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.promises.aftermath import look_at
from tests.promises.writer import command

MIB = 1 << 20
DISK_BYTES = 48 * MIB
FLUSH, FUA, DISCARD = 1, 2, 4
MAGIC = 0x6A736677736872
OPTIONS = "noatime,nosuid,nodev,commit=5,errors=remount-ro"


@dataclass(frozen=True)
class Entry:
    """One request of the disk: where its record ends in the log, its flags, its place and bytes."""

    end: int
    flags: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Recorded:
    """The disk as it was made, what was asked of it, and each line told with the length of the log by then."""

    disk: Path
    entries: list[Entry]
    said: list[tuple[int, str]]


def run(*words: str | Path) -> str:
    """A command; raises when it fails."""
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=120).stdout


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    """A disk as the suitcase mounts it."""
    place.mkdir(exist_ok=True)
    device = run("losetup", "--find", "--show", image).strip()
    try:
        run("mount", "-t", "ext4", "-o", OPTIONS, device, place)
        try:
            yield place
        finally:
            run("umount", place)
    finally:
        run("losetup", "--detach", device)


@contextmanager
def shown(disk: Path, log: Path, at: Path) -> Iterator[Path]:
    """The disk behind a daemon that notes what is asked of it, as the file `at`."""
    log.touch()
    at.touch()
    daemon = subprocess.Popen([
        "qemu-storage-daemon",
        "--blockdev", f"driver=file,node-name=disk,filename={disk},discard=unmap",
        "--blockdev", f"driver=file,node-name=log,filename={log}",
        "--blockdev", "driver=blklogwrites,node-name=both,file=disk,log=log,log-super-update-interval=1",
        "--export", f"type=fuse,id=all,node-name=both,mountpoint={at},writable=on",
    ])  # fmt: skip
    try:
        end = time.monotonic() + 60
        while str(at) not in Path("/proc/mounts").read_text("utf-8"):
            assert daemon.poll() is None and time.monotonic() < end, "the storage daemon shows no disk"
            time.sleep(0.02)
        yield at
    finally:
        daemon.terminate()
        daemon.wait(60)


def record(folder: Path, count: int, seed: int, *more: str) -> Recorded:
    """A box at work on a disk of its own; with NORMAL among `more` it does not wait for the disk."""
    disk, log, at = folder / "disk.img", folder / "disk.log", folder / "shown"
    with disk.open("wb") as file:
        file.truncate(DISK_BYTES)
    made = ["-J", "size=8", "-O", "^resize_inode,meta_bg", "-m", "1", "-b", "4096"]
    run("mkfs.ext4", "-q", "-F", *made, "-E", "lazy_itable_init=0,nodiscard", disk)
    shutil.copyfile(disk, folder / "before.img")
    said = []
    with shown(disk, log, at), mounted(at, folder / "mounted") as place:
        words = command(place / "data", count, seed, *more)
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as box:
            assert box.stdout is not None
            for line in box.stdout:
                said.append((log.stat().st_size, line.strip()))
        assert box.returncode == 0
    return Recorded(folder / "before.img", list(read_log(log)), said)


def read_log(log: Path) -> Iterator[Entry]:
    """The entries, in order."""
    with log.open("rb") as file:
        magic, _version, count, sector = struct.unpack("<QQQI", file.read(28))
        assert magic == MAGIC
        place = sector
        for _ in range(count):
            file.seek(place)
            first, sectors, flags, _length = struct.unpack("<QQQQ", file.read(32))
            file.seek(place + sector)
            data = b"" if flags & DISCARD else file.read(sectors * sector)
            place += sector + len(data)
            yield Entry(place, flags, first * sector, b"\0" * sectors * sector if flags & DISCARD else data)


def cut(recorded: Recorded, after: int, target: Path, chance: random.Random) -> None:
    """Write to `target` the disk as a cut after `after` entries could have left it."""
    entries = recorded.entries[:after]
    last = max((at for at, entry in enumerate(entries) if entry.flags & FLUSH), default=-1)
    run("cp", "--sparse=always", recorded.disk, target)
    with target.open("r+b") as disk:
        for at, entry in enumerate(entries):
            # What was flushed is there; a write through the cache (FUA) is there by itself.
            if entry.data and (at <= last or entry.flags & FUA or chance.random() < 0.5):
                disk.seek(entry.offset)
                disk.write(entry.data)


def try_cuts(folder: Path, recorded: Recorded, points: int, seed: int) -> tuple[int, list[str], int]:
    """Cut at random points; told things looked for, violations, and the most that one cut lost."""
    chance, told, violations, worst = random.Random(seed), 0, [], 0
    ready = next(size for size, line in recorded.said if line == "ready")
    first = next(at for at, entry in enumerate(recorded.entries) if entry.end > ready)
    for point in sorted(chance.randint(first, len(recorded.entries)) for _ in range(points)):
        state = folder / "cut.img"
        cut(recorded, point, state, chance)
        reached = recorded.entries[point - 1].end
        with mounted(state, folder / "cut") as place:
            after = look_at(place / "data", [line for size, line in recorded.said if size <= reached])
        broken = subprocess.run(["e2fsck", "-fn", state], capture_output=True, text=True, check=False)
        told, worst = told + after.told, max(worst, len(after.lost))
        violations += [f"{point}: {what}" for what in (*after.lost, after.broken) if what]
        violations += [f"{point}: {broken.stdout[-300:]}"] if broken.returncode else []
        state.unlink()
    return told, violations, worst
