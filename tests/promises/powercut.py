"""Records every write a real process makes to a folder, then rebuilds what a power cut could have left of it.

The recorder is strace on the program itself (the real SQLite, the real file system calls). A cut after event k keeps
everything that was synced before it, and of what was not yet synced any subset, the last piece possibly torn.
Creating and deleting a file are taken as durable at once. A new name is durable once its folder, its file or the whole
disk (syncfs) is synced; until then a cut keeps only the first of them, as a file system with a journal does. The -shm
file is rebuilt by SQLite and left out.
Source: journal.md, P5.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.promises.aftermath import look_at

CALLS = "pwrite64,write,fsync,fdatasync,syncfs,ftruncate,unlink,rename,openat"
SECTOR = 512
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_HEX = re.compile(r"\\x([0-9a-f]{2})")
_FD = re.compile(r"^(-?\d+)<([^>]*)>")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Event:
    """One call: `kind` is write, sync, sync-all, truncate, remove, rename, create or said (it told somebody)."""

    kind: str
    path: str = ""
    offset: int = 0
    data: bytes = b""
    target: str = ""


@dataclass
class _File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)

    def settle(self) -> None:
        """What was written is on the disk."""
        for event in self.pending:
            _put(self.durable, event)
        self.pending.clear()


@dataclass
class _Disk:
    """Files by name, as programs see them (`seen`) and as the disk has them (`kept`); new names it has not yet."""

    seen: dict[str, _File] = field(default_factory=dict)
    kept: dict[str, _File] = field(default_factory=dict)
    renames: list[tuple[str, str]] = field(default_factory=list)

    def settle_names(self, count: int) -> None:
        """The first `count` of the new names are on the disk."""
        for old, new in self.renames[:count]:
            self.kept[new] = self.kept.pop(old, None) or _File()
        del self.renames[:count]

    def settle_name(self, path: str) -> None:
        """A folder or file was synced: the new names in it or of it, and all before them."""
        last = [at for at, (_, new) in enumerate(self.renames, 1) if path in (new, str(Path(new).parent))]
        self.settle_names(last[-1] if last else 0)

    def touch_name(self, path: str) -> None:
        """A name is made or taken away at once: what waits to be named with it comes first."""
        last = [at for at, names in enumerate(self.renames, 1) if path in names]
        self.settle_names(last[-1] if last else 0)


def _unhex(text: str) -> bytes:
    return bytes(int(pair, 16) for pair in _HEX.findall(text))


def record(command: list[str], folder: Path, trace: Path) -> list[Event]:
    """Run `command` under strace; the events that touch `folder`, and what it said on its standard output."""
    strace = ["strace", "-f", "-y", "-xx", "-s", "2000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    done = subprocess.run([*strace, *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    places: dict[str, int] = {}
    events: list[Event] = []
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            event = _read(line, str(folder), places)
            if event is not None:
                events.append(event)
    return events


def _read(line: str, folder: str, places: dict[str, int]) -> Event | None:
    match = _LINE.match(line)
    if match is None or int(match.group(3)) < 0:
        return None
    call, arguments, result = match.group(1), match.group(2), int(match.group(3))
    strings = [_unhex(text).decode("utf-8", "replace") for text in _STRING.findall(arguments)]
    if call in ("unlink", "rename", "openat"):
        return _read_named(call, arguments, strings, folder, places)
    handle = _FD.match(arguments)
    if handle is None:
        return None
    path = _unhex(handle.group(2)).decode("utf-8", "replace")
    if call == "write" and handle.group(1) == "1":
        return Event("said", data=_unhex(_STRING.findall(arguments)[0]))
    if not path.startswith(folder) or path.endswith("-shm"):
        return None
    return _read_file(call, arguments, path, result, places)


def _read_named(call: str, arguments: str, names: list[str], folder: str, places: dict[str, int]) -> Event | None:
    if not names or not names[0].startswith(folder) or names[0].endswith("-shm"):
        return None
    if call == "unlink":
        return Event("remove", names[0])
    if call == "rename":
        places[names[1]] = places.pop(names[0], 0)
        return Event("rename", names[0], target=names[1])
    if "O_CREAT" not in arguments:
        return None
    if "O_TRUNC" in arguments:
        places[names[0]] = 0
    return Event("create", names[0], offset=1 if "O_TRUNC" in arguments else 0)


def _read_file(call: str, arguments: str, path: str, result: int, places: dict[str, int]) -> Event | None:
    if call in ("fsync", "fdatasync", "syncfs"):
        return Event("sync-all" if call == "syncfs" else "sync", path)
    if call == "ftruncate":
        return Event("truncate", path, int(arguments.rsplit(",", 1)[1]))
    data = _unhex(_STRING.findall(arguments)[0])[:result]
    if call == "pwrite64":
        return Event("write", path, int(arguments.rsplit(",", 1)[1]), data)
    start = places.get(path, 0)
    places[path] = start + result
    return Event("write", path, start, data)


def _put(content: bytearray, event: Event) -> None:
    if event.kind == "truncate":
        del content[event.offset :]
        content.extend(b"\0" * (event.offset - len(content)))
        return
    end = event.offset + len(event.data)
    if len(content) < end:
        content.extend(b"\0" * (end - len(content)))
    content[event.offset : end] = event.data


def _after(events: list[Event]) -> _Disk:
    disk = _Disk()
    for event in events:
        _apply(disk, event)
    return disk


def _apply(disk: _Disk, event: Event) -> None:
    path = event.path
    if event.kind == "rename":
        below = [name for name in disk.seen if name.startswith(f"{path}/")]  # it may be a folder
        for name in [path] if path in disk.seen else below:
            target = event.target + name[len(path) :]
            disk.seen[target] = disk.seen.pop(name)
            disk.renames.append((name, target))
    elif event.kind in ("create", "remove"):
        disk.touch_name(path)
        if event.kind == "remove":
            disk.seen.pop(path, None)
            disk.kept.pop(path, None)
        else:
            _create(disk, event)
    elif event.kind == "sync-all":
        for file in disk.seen.values():
            file.settle()
        disk.settle_names(len(disk.renames))
    elif event.kind == "sync":
        disk.settle_name(path)
        if path in disk.seen:  # else a folder
            disk.seen[path].settle()
    elif event.kind in ("write", "truncate"):
        if path not in disk.seen:
            _create(disk, Event("create", path))
        disk.seen[path].pending.append(event)


def _create(disk: _Disk, event: Event) -> None:
    file = disk.seen.setdefault(event.path, _File())
    disk.kept[event.path] = file
    if event.offset:  # cut to nothing
        file.durable.clear()
        file.pending.clear()


def cut(events: list[Event], after: int, target: Path, folder: Path, chance: random.Random) -> None:
    """Write to `target` one state a power cut after `after` events could have left of `folder`."""
    disk = _after(events[:after])
    disk.settle_names(chance.randint(0, len(disk.renames)))
    for path, file in disk.kept.items():
        content = bytearray(file.durable)
        kept = [event for event in file.pending if chance.random() < 0.5]
        for event in kept:
            torn = event is kept[-1] and event.kind == "write" and len(event.data) > SECTOR and chance.random() < 0.5
            length = chance.randrange(SECTOR, len(event.data), SECTOR) if torn else len(event.data)
            _put(content, Event(event.kind, event.path, event.offset, event.data[:length]))
        place = target / Path(path).relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def said_before(events: list[Event], after: int) -> list[str]:
    """The lines the process had told before the cut."""
    return b"".join(event.data for event in events[:after] if event.kind == "said").decode().splitlines()


def cut_points(events: list[Event], count: int) -> list[int]:
    """Points spread over the whole run, the last of them after its end."""
    return [len(events) * part // count for part in range(1, count + 1)]


def try_cuts(folder: Path, events: list[Event], points: list[int], seed: int) -> tuple[int, list[str]]:
    """Cut at each point; how many lines had been told in all, and what was violated."""
    chance, told, violations = random.Random(seed), 0, []
    for point in points:
        state = folder / f"cut-{point}"
        cut(events, point, state, folder, chance)
        said = said_before(events, point)
        if "ready" in said:
            after = look_at(state / "data", said)
            told += after.told
            violations += [f"{point}: {what}" for what in (*after.lost, after.broken) if what]
        shutil.rmtree(state, ignore_errors=True)
    return told, violations
