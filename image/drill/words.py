"""What the drill says, and how it ends."""

from __future__ import annotations

import os
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("VALISE_PYTHON") or str(REPO / ".venv/bin/python")  # scripts/run makes it


class NotSo(Exception):  # noqa: N818 - a finding, not a programming error
    """Something the image promised is not so."""


def say(words: str) -> None:
    """One line of the drill."""
    print(words, flush=True)


def check(is_so: bool, words: str) -> None:
    """Say it, or end here."""
    if not is_so:
        raise NotSo(words)
    say(f"  ok  {words}")
