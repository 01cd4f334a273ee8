"""Long work on packs that can be left; it ends with the words for what came of it."""

from __future__ import annotations

from kit.work import Work

EXTENSION = "valise.packs"


def make_work() -> Work[str]:
    """The place of one application for it. `progress` is told in bytes."""
    return Work("packs")
