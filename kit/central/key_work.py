"""Reading a key in the background: one at a time, with what each bundle was; the page can be left."""

from __future__ import annotations

from pathlib import Path

from kit.central import bringing
from kit.central.bringing import Taken
from kit.errors import Problem
from kit.people.node import Node
from kit.usb import REMOVED, list_keys
from kit.work import Work


class KeyWork(Work[list[Taken]]):
    """The key being read now (`place` names it), or how the last one of this start ended. `progress`: bundles read."""

    def __init__(self) -> None:
        super().__init__("reading a key")
        self.place = ""

    def start(self, node: Node, place: Path) -> None:
        """Begin, unless one is being read. Raises Problem `sync.bad_key` for a folder that is no marked key."""
        if place not in list_keys(node.settings.keys_folder):
            raise Problem("sync.bad_key", reason=REMOVED)
        if self.begin(node.store, lambda report: bringing.read_key(node, place, report)):
            self.place = place.parent.name
