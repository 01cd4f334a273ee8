"""A PDF as pictures of its pages, for phones whose browser shows none: drawn in a process of its own, then kept."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from kit.errors import Problem
from kit.library.reading.child import ask, kept

WORKER = "kit.library.reading.pdf_worker"


def read_texts(path: Path) -> list[str]:
    """The text of each page. Raises Problem `library.cannot_read`."""
    return [str(one) for one in json.loads(ask(WORKER, str(path), "texts"))]


@lru_cache(maxsize=64)
def count_pages(path: Path) -> int:
    """How many pages. Raises Problem `library.cannot_read`."""
    return int(json.loads(ask(WORKER, str(path), "count")))


def draw_page(path: Path, number: int, cache: Path) -> bytes:
    """One page, counted from 1, as a WebP picture. Raises Problem `library.not_found` or `library.cannot_read`."""
    if not 1 <= number <= count_pages(path):
        raise Problem("library.not_found")
    return kept(cache / "pages", f"{path.name[:32]}-{number}.webp", lambda: ask(WORKER, str(path), str(number)))
