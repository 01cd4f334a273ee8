"""Starts the worker: a process of its own, so that parsers of strangers' files never run in the one that serves."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

from kit.library.bench.names import BENCH, LOCK
from kit.people.node import Node
from kit.settings import TABLE, Settings

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
    process = subprocess.Popen(
        [sys.executable, "-m", "kit.cli", "sort"],
        env={**os.environ, **_environment(node.settings)},
        cwd=Path(__file__).parents[3],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _started[node.data] = process
    threading.Thread(target=process.wait, name="worker", daemon=True).start()  # leaves no dead process behind


def _environment(settings: Settings) -> dict[str, str]:
    return {f"VALISE_{one.name.upper()}": str(getattr(settings, one.name)) for one in TABLE}
