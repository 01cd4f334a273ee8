"""When the disk is really full: told as such wherever it shows, whatever was writing."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from kit.errors import Problem

FULL = frozenset({"library.no_space", "store.full"})


def problem_of(refusal: Problem | OSError) -> Problem:
    """The Problem that a refusal of the disk stands for; a file that cannot be read is one of its own."""
    if isinstance(refusal, Problem):
        return Problem("library.no_space") if refusal.code in FULL else refusal
    is_full = refusal.errno in (errno.ENOSPC, errno.EDQUOT)
    return Problem("library.no_space" if is_full else "library.unreadable")


@contextmanager
def told() -> Iterator[None]:
    """Turn what the disk refuses inside into the Problem a librarian understands."""
    try:
        yield
    except (Problem, OSError) as refusal:
        problem = problem_of(refusal)
        if problem is refusal:
            raise
        raise problem from refusal
