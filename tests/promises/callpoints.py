"""Where a program may die: its write-like system calls by kind, so that kills reach every kind of them (P4).

A kind is a call on a sort of file: `pwrite64 on the write-ahead log`, `rename of a backup`. There are tens of kinds and
thousands of calls; chance alone would spend nearly all kills on the commonest.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

CALLS = (
    "pwrite64",
    "fdatasync",
    "fsync",
    "ftruncate",
    "rename",
    "renameat2",
    "unlink",
    "write",
    "sendto",
    "mkdir",
    "rmdir",
)
Kinds = dict[str, list[tuple[str, int]]]
_NAMES = (
    ("-wal", "the write-ahead log"), ("-shm", "its index"), ("-journal", "the rollback journal"),
    (".db", "the database"), (".boot", "the marker"), (".key", "the key"), (".json", "a list"), (".msgpack", "a list"),
    ("socket:", "the line"), ("TCP", "the line"), ("pipe:", "its words"), ("/dev/", "its words"), (".pyc", ""),
    ("__pycache__", ""),
)  # fmt: skip
_LINE = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)")
_PLACES = re.compile(r"<([^>]*)>|\"([^\"]*)\"")


def trace_options(trace: Path) -> list[str]:
    """What strace is asked to write down."""
    return ["-f", "-y", "-s", "256", "-e", f"trace={','.join(CALLS)}", "-o", str(trace)]


def kind_of(call: str, arguments: str) -> str:
    """Which kind of call a line tells of."""
    found = _PLACES.search(arguments)
    place = (found[1] or found[2] or "") if found else ""
    name = next((words for end, words in _NAMES if end in place), None)
    if name is None:
        name = "a folder" if call in ("mkdir", "rmdir") or not Path(place).suffix else f"a {Path(place).suffix} file"
    return f"{call} on {name}" if name else ""


def read_trace(trace: Path) -> tuple[dict[str, int], Kinds]:
    """How often each call was made, and for each kind the (call, which of them) at which it happened."""
    counts, kinds = dict.fromkeys(CALLS, 0), Kinds()
    for line in trace.read_text("utf-8", "replace").splitlines():
        found = _LINE.match(line)
        if found is None or found[1] not in counts or "resumed>" in line:
            continue
        counts[found[1]] += 1
        kind = kind_of(found[1], found[2])
        if kind:
            kinds.setdefault(kind, []).append((found[1], counts[found[1]]))
    return counts, kinds


def traced(words: list[str], trace: Path) -> tuple[dict[str, int], Kinds]:
    """The same of an undisturbed run of a command."""
    subprocess.run(["strace", *trace_options(trace), *words], check=True, capture_output=True)
    return read_trace(trace)


def spread(kinds: Kinds, before: Mapping[str, int] | None = None, seed: int = 2) -> Iterator[tuple[str, str, int]]:
    """(kind, call, when) for ever: each kind in turns; of each its first, its last, its middle, then any.

    `before`: calls that come before what is tried (a server that starts), which are left out.
    """
    dice, low = random.Random(seed), before or {}
    open_points = {kind: [(c, n) for c, n in points if n > low.get(c, 0)] for kind, points in kinds.items()}
    places = {kind: points for kind, points in sorted(open_points.items()) if points}
    for turn in range(10**9):
        for kind, points in places.items():
            order = (points[0], points[-1], points[len(points) // 2])
            yield kind, *(order[turn] if turn < len(order) else dice.choice(points))


def count_kinds(kinds: Kinds, before: Mapping[str, int] | None = None) -> int:
    """How many kinds of calls `spread` takes turns among."""
    low = before or {}
    return sum(any(n > low.get(call, 0) for call, n in points) for points in kinds.values())
