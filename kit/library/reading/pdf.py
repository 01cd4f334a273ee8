"""A PDF as pictures of its pages, for phones whose browser shows none: drawn in a process of its own, then kept."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path

from kit.errors import Problem

SECONDS = 30
LARGEST_ANSWER = 64 << 20
KEPT_BYTES = 64 << 20  # pictures of pages kept in the cache; the oldest go first
_one_at_a_time = threading.Semaphore(1)  # two cores are shared with everything else


def read_texts(path: Path) -> list[str]:
    """The text of each page. Raises Problem `library.cannot_read`."""
    return [str(one) for one in json.loads(_ask(path, "texts"))]


@lru_cache(maxsize=64)
def count_pages(path: Path) -> int:
    """How many pages. Raises Problem `library.cannot_read`."""
    return int(json.loads(_ask(path, "count")))


def draw_page(path: Path, number: int, cache: Path) -> bytes:
    """One page, counted from 1, as a WebP picture. Raises Problem `library.not_found` or `library.cannot_read`."""
    if not 1 <= number <= count_pages(path):
        raise Problem("library.not_found")
    kept = cache / "pages" / f"{path.name[:32]}-{number}.webp"
    if kept.is_file():
        return kept.read_bytes()
    drawn = _ask(path, str(number))
    _keep(kept, drawn)
    return drawn


def _ask(path: Path, wish: str) -> bytes:
    """What the worker answers. A waiting reader is told to come back rather than kept for long."""
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise Problem("web.busy")
    try:
        command = [sys.executable, "-m", "kit.library.reading.pdf_worker", str(path), wish]
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own module
    except (subprocess.SubprocessError, OSError) as refusal:
        raise Problem("library.cannot_read") from refusal
    finally:
        _one_at_a_time.release()
    if not done.stdout or len(done.stdout) > LARGEST_ANSWER:
        raise Problem("library.cannot_read")
    return done.stdout


def _keep(kept: Path, drawn: bytes) -> None:
    """Keep a picture, and no more than `KEPT_BYTES` of them. A full disk only means that it is drawn again."""
    try:
        kept.parent.mkdir(exist_ok=True, mode=0o700)
        aside = kept.with_suffix(f".{threading.get_ident()}")
        aside.write_bytes(drawn)
        aside.replace(kept)
        _forget_oldest(kept.parent)
    except OSError:
        return


def _forget_oldest(folder: Path) -> None:
    pictures = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob("*.webp"))
    total = sum(size for _, size, _ in pictures)
    for _, size, path in pictures:
        if total <= KEPT_BYTES:
            return
        path.unlink(missing_ok=True)
        total -= size
