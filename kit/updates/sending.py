"""Updates that the coordination sends as it sends packs: each suitcase asks by hand, and installs it like one of a key.

A version that serves is no longer needed as a file; neither is one that another replaced.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from kit.people.node import Node
from kit.updates import bundle

FOLDER = "updates"
SUFFIX = ".update"


def folder_of(data: Path) -> Path:
    """Where updates that came by themselves lie."""
    return data / FOLDER


def list_came(node: Node) -> list[Path]:
    """Those that came, by name."""
    return sorted(folder_of(node.data).glob(f"*{SUFFIX}"))


class Sent:
    """How the room of packs is told of updates that come the same way."""

    def __init__(self, node: Node) -> None:
        self._data = node.data

    def is_theirs(self, path: Path) -> bool:
        """True for a bundle, whoever signed it: that is looked at when it is installed."""
        try:
            with zipfile.ZipFile(path) as file:
                return file.namelist()[:1] == [bundle.LIST]
        except (OSError, zipfile.BadZipFile, ValueError):
            return False

    def place(self, list_id: bytes) -> Path:
        """Where the bundle of that list lies."""
        return folder_of(self._data) / f"{list_id.hex()}{SUFFIX}"


def title_of(made: bundle.Bundle) -> str:
    """What suitcases are shown of it."""
    return f"Programme {made.version} ({made.machine}, Python {made.python})"
