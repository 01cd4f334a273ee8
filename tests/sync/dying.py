"""A program that is going to be killed: opens a node, says that it is ready, does one thing, says what it took.

Usage: python -m tests.sync.dying copy|send|read DATA PLACE [CENTRAL_URL]
"""

from __future__ import annotations

import sys
from pathlib import Path

from kit.app import build_node
from kit.central.bringing import read_key
from kit.settings import read_settings
from kit.sync.actions import send
from kit.sync.carriers.file import FileCarrier


def peak_kb(pid: int | str = "self") -> int:
    """The most memory of a program so far (`ru_maxrss` would remember the one that started it)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main() -> None:
    what, data, place = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    given = {"central_url": sys.argv[4]} if len(sys.argv) > 4 else {}
    node = build_node(read_settings({}, data=data, role="central" if what == "read" else "kit", **given))
    before = peak_kb()
    print("ready", flush=True)
    if what == "read":
        read_key(node, place)
    else:
        send(node, carrier=FileCarrier(place) if what == "copy" else None)
    print(f"grown {peak_kb() - before}", flush=True)


if __name__ == "__main__":
    main()
