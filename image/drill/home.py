"""The coordination at home: certifies a kit by files, and signs updates. Run with the program's own Python.

Usage: home.py FOLDER certify REQUEST TARGET        home.py FOLDER sign WHEELS TARGET VERSION MACHINE PYTHON
"""

from __future__ import annotations

import sys
from pathlib import Path

from kit.app import build_node
from kit.central import actions
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import by_file
from kit.updates import bundle


def open_home(folder: Path) -> Node:
    """A central with a team; the same one each time."""
    node = build_node(read_settings({}, data=folder, role="central", public_url="https://coordination.example"))
    if not people.is_set_up(node):
        people.set_up(node, "Coordination", "coordinator", "tilleul brouette cartable ruisseau bougie panier")
    return node


def main(folder: str, errand: str, *words: str) -> None:
    """One errand."""
    node = open_home(Path(folder))
    if errand == "certify":
        signed = actions.certify(
            node, by_file.read_request(Path(words[0]).read_bytes()), "Banc", "Ardèche", "https://coordination.example"
        )
        Path(words[1]).write_bytes(by_file.pack(by_file.CERTIFICATE, signed, "Banc"))
    else:
        bundle.make(Path(words[0]), Path(words[1]), node.identity, *words[2:])
    node.store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
