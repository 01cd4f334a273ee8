"""Work on strangers' files done in a process of its own, one at a time, with its result kept in a bounded cache."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kit.errors import Problem

SECONDS = 60
LARGEST_ANSWER = 64 << 20
KEPT_BYTES = 64 << 20  # of each sort of made thing; the oldest go first
_one_at_a_time = threading.Semaphore(1)  # the cores are shared with everything else


def ask(module: str, *words: str, told: bytes = b"") -> bytes:
    """What one of our modules answers, run alone. Raises Problem `library.cannot_read` or `web.busy`."""
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise Problem("web.busy")
    try:
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(command, input=told, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - ours
    except (subprocess.SubprocessError, OSError) as refusal:
        raise Problem("library.cannot_read") from refusal
    finally:
        _one_at_a_time.release()
    if not done.stdout or len(done.stdout) > LARGEST_ANSWER:
        raise Problem("library.cannot_read")
    return done.stdout


def kept(folder: Path, name: str, make: Callable[[], bytes]) -> bytes:
    """What `make` gave, from the cache when it is there. A full disk only means that it is made again."""
    path = folder / name
    try:
        return path.read_bytes()
    except OSError:
        made = make()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_suffix(f".{threading.get_ident()}.aside")
        aside.write_bytes(made)
        aside.replace(path)
        _forget_oldest(folder)
    except OSError:
        path.unlink(missing_ok=True)
    return made


def _forget_oldest(folder: Path) -> None:
    files = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in folder.iterdir())
    total = sum(size for _, size, _ in files)
    for _, size, path in files:
        if total <= KEPT_BYTES:
            return
        path.unlink(missing_ok=True)
        total -= size
