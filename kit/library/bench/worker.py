"""Starts the worker: a process of its own, so that parsers of strangers' files never run in the one that serves."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from kit.library.bench.names import BENCH, LOCK
from kit.library.watch import GRACE_SECONDS
from kit.people.node import Node
from kit.settings import TABLE, Settings

MOST_AGAIN = 40
# A worker that hangs ends with 1 (kit.library.watch); one whose parser in C failed, with one of these.
CRASHES = (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE)
_started: dict[Path, subprocess.Popen[bytes]] = {}


def is_running(data: Path) -> bool:
    """True while a worker holds the bench of this data folder."""
    path = data / BENCH / LOCK
    if not path.exists():
        return False
    with path.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def start_worker(node: Node) -> None:
    """Start a worker unless one runs already; it ends by itself when nothing waits."""
    started = _started.get(node.data)
    if (started is not None and started.poll() is None) or is_running(node.data):
        return  # one that has not taken the lock yet counts too: a busy machine must not start a crowd of them
    process = _started[node.data] = _start(node)
    threading.Thread(target=_see_through, args=(node, process), name="worker", daemon=True).start()


def _start(node: Node) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kit.cli", "sort"],
        env={**os.environ, **_environment(node.settings)},
        cwd=Path(__file__).parents[3],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _see_through(node: Node, process: subprocess.Popen[bytes]) -> None:
    """Wait for a worker. One that a hostile file killed is followed by another, which counts and leaves that file."""
    for _ in range(MOST_AGAIN):
        begun = time.monotonic()
        code = process.wait()
        was_hung = code == 1 and time.monotonic() - begun > GRACE_SECONDS
        if not was_hung and code not in CRASHES:
            return
        process = _started[node.data] = _start(node)
    process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    return {f"VALISE_{one.name.upper()}": str(getattr(settings, one.name)) for one in TABLE}
