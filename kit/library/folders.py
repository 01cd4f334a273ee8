"""What lies in a folder, listed once for all who ask about its files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


def names_in(folder: Path) -> frozenset[str]:
    """What lies in a folder, listed once for all the works of a folder that does not change."""
    try:
        return _names_in(folder, folder.stat().st_mtime_ns)
    except OSError:
        return frozenset()


@lru_cache(maxsize=16)
def _names_in(folder: Path, _changed_ns: int) -> frozenset[str]:
    return frozenset(path.name for path in folder.iterdir())
