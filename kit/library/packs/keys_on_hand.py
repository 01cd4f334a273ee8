"""Packs at hand: those that came as files, and those below `valise/paquets` of a marked USB key, nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.library.packs.arrived import list_arrived
from kit.library.packs.installing import Forecast, look
from kit.people.node import Node
from kit.usb import list_keys

FOLDER = "paquets"
MOST = 50


class OnKey(msgspec.Struct, frozen=True):
    """A pack, with what it would do, or why it is refused. `key_name` is "" when it came as a file."""

    ref: str
    name: str
    key_name: str
    forecast: Forecast | None
    problem: Problem | None


def list_paths(node: Node) -> list[Path]:
    """Where the packs are."""
    found = [path for key in list_keys(node.settings.keys_folder) for path in sorted((key / FOLDER).glob("*"))]
    on_keys = [one for one in found if not one.name.startswith(".") and (one.is_dir() or one.suffix == ".zip")]
    return [*list_arrived(node.data), *on_keys][:MOST]


def ref_of(path: Path) -> str:
    """What a form says for a path: a form never names a path itself."""
    return hashlib.sha256(str(path).encode()).hexdigest()[:24]


def get_path(node: Node, ref: str) -> Path:
    """The pack a form speaks of. Raises Problem `packs.pulled_out` when the key is gone."""
    for path in list_paths(node):
        if ref_of(path) == ref:
            return path
    raise Problem("packs.pulled_out")


def list_packs(node: Node) -> list[OnKey]:
    """Every pack at hand, looked at."""
    return [_look(node, path) for path in list_paths(node)]


def _look(node: Node, path: Path) -> OnKey:
    key_name = next((key.parent.name for key in list_keys(node.settings.keys_folder) if key in path.parents), "")
    try:
        return OnKey(ref_of(path), path.name, key_name, look(node, path), None)
    except Problem as problem:
        return OnKey(ref_of(path), path.name, key_name, None, problem)
