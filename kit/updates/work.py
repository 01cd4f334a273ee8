"""An update from a USB key, or one that the coordination sent: those at hand, and the one that is being tried."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from kit import __version__
from kit.errors import Problem
from kit.people.node import Node
from kit.sync.enrolment import find_enrolment
from kit.updates import actions, bundle
from kit.updates.sending import list_came
from kit.usb import list_keys
from kit.work import Work

EXTENSION = "valise.update"
PATTERN = "*.update"
MOST_FILES = 20


class Found(msgspec.Struct, frozen=True):
    """A file of a marked key (`key`), or one that was sent: its version, or the problem with it."""

    path: Path
    key: str
    version: str = ""
    problem: Problem | None = None

    @property
    def is_sent(self) -> bool:
        """True when it came by a sending, on no key."""
        return not self.key


def running_version() -> str:
    """The version that serves."""
    return os.environ.get(actions.RUNNING, __version__)


def list_found(node: Node) -> list[Found]:
    """What was sent, and the files `*.update` of marked keys, each looked at: who signed it, for which machine."""
    enrolment = find_enrolment(node)
    if enrolment is None:
        return []
    paths = [path for key in list_keys(node.settings.keys_folder) for path in sorted(key.glob(PATTERN))]
    sent = [_look(path, enrolment.server_public, "") for path in list_came(node)]
    return [*sent, *(_look(path, enrolment.server_public, path.parent.parent.name) for path in paths)][:MOST_FILES]


def _look(path: Path, signer: bytes, key: str) -> Found:
    try:
        version = bundle.read(path, signer).version
    except Problem as problem:
        return Found(path, key, problem=problem)
    if version == running_version():
        return Found(path, key, version, Problem("updates.same", version=version))
    return Found(path, key, version)


class UpdateWork(Work[str]):
    """The update being tried now, or how the last one of this start ended; `made` is its version."""

    def __init__(self) -> None:
        super().__init__("update")

    def start(self, node: Node, path: Path) -> None:
        """Begin, unless one is being tried. Raises Problem `updates.gone` for what is no such file of a marked key."""
        if path not in [found.path for found in list_found(node)]:
            raise Problem("updates.gone")
        self.begin(node.store, lambda _report: actions.install(node, path))
