"""Which version of the application serves: a small file beside the versions, read by the launcher of the card.

The launcher (image/system/usr/lib/valise/launch) knows this file and nothing else of ours: it must start a version that
was never tried, and come back from it. What it does with the file is written there; the words are the same.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from kit.whole import write_whole

FILE = "choice.json"
SAVED = "before.db"  # the database as it was before the version that is being tried


class Versions:
    """The folder of versions: one folder a version, the choice, and the database kept while one is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self) -> dict[str, str | int]:
        """The choice: `current`, `trying`, `tries`, `failed`; empty where only the card's own version is there."""
        try:
            told = json.loads((self.folder / FILE).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def write(self, choice: dict[str, str | int]) -> None:
        """Whole or not at all, durable before it returns."""
        write_whole(self.folder / FILE, json.dumps(choice).encode())

    def try_next(self, version: str) -> None:
        """The next start is this version's first."""
        kept = {name: value for name, value in self.read().items() if name == "current"}
        self.write({**kept, "trying": version, "tries": 0})

    def confirm(self, version: str) -> bool:
        """The version that runs is healthy: it stays. True when it was being tried."""
        choice = self.read()
        if choice.get("trying") != version:
            return False
        self.write({"current": version})
        (self.folder / SAVED).unlink(missing_ok=True)
        for path in self.folder.iterdir():  # one version is enough, and the card has its own
            if path.is_dir() and path.name != version:
                shutil.rmtree(path, ignore_errors=True)
        return True
