"""Arrows point down: who may import whom, read from the sources and held against the map of the rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
KIT = REPO / "kit"
EVERYWHERE = {"errors", "clock", "ids", "settings", "usb", "stems", "whole"}
FEATURES = {"library", "workshops", "feedback", "directory"}

# Room -> the rooms it may import besides itself and EVERYWHERE (house.md; CONTRIBUTING.md says where we differ).
MAP: dict[str, set[str]] = {
    "errors": set(),
    "clock": set(),
    "ids": set(),
    "settings": set(),
    "usb": set(),
    "stems": set(),
    "whole": set(),
    "store": set(),
    "keys": set(),
    "journal": {"store", "keys"},
    "web": {"keys"},
    "people": {"store", "keys", "journal", "web"},
    **{room: {"store", "journal", "keys", "web", "people", "work"} for room in FEATURES},
    "sync": {"store", "journal", "keys", "people", "web", "announce"},
    "front": {
        *FEATURES,
        "store",
        "journal",
        "keys",
        "web",
        "people",
        "sync",
        "checks",
        "backup",
        "device",
        "hotspot",
        "updates",
        "announce",
        "https",
    },
    "central": {*FEATURES, "store", "journal", "keys", "web", "people", "sync", "backup", "work"},
    # Beside app.py: they need several rooms and belong to none.
    "work": {"store"},
    "backup": {"store", "journal", "keys", "people", "work"},
    "retention": {"journal", "people", "sync", "workshops", "feedback"},
    "https": {"device", "keys", "people", "sync"},
    "upkeep": {"directory", "https", "library", "journal", "people", "sync", "retention", "announce", "workshops"},
    "restore_routes": {"backup", "people"},
    "checks": {"backup", "hotspot", "journal", "library", "people", "sync", "web"},
    "announce": set(),
    "device": set(),
    "updates": {"keys", "people", "sync", "work"},
    "hotspot": {"web", "people", "device"},
}
TOP = {
    "app",
    "things",
    "cli",
    "cli_packs",
    "cli_central",
    "cli_image",
    "cli_hotspot",
    "cli_update",
    "serving",
    "working",
    "doorstep",
    "demo",
}  # these put everything together
FLASK_FREE = {"errors", "clock", "ids", "settings", "usb", "stems", "whole", "store", "keys", "journal", "backup",
              "retention", "checks", "device", "updates", "work"}  # fmt: skip
ORDER = ("tables", "facts", "queries", "rules", "forms", "actions", "routes")
MAY_INSIDE = {
    "tables": set(),
    "facts": {"tables", "queries", "rules"},
    "queries": {"tables", "rules"},
    "rules": set(),
    "forms": {"rules"},
    "actions": {"tables", "facts", "queries", "rules", "forms"},
}
HEAVY = ["nacl", "PIL", "mutagen", "pypdf", "zstandard", "httpx", "zeroconf", "mistune", "nh3", "tinycss2", "qrcode",
         "openpyxl", "Stemmer", "libzim", "pypdfium2", "icalendar", "pymarc", "pysubs2", "pyotp",
         "psycopg", "pmtiles"]  # fmt: skip


def sources() -> list[Path]:
    return [path for path in sorted(KIT.rglob("*.py")) if "migrations" not in path.parts]


def room_of(path: Path) -> str:
    return path.relative_to(KIT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every dotted name under `kit` that a file imports, also inside functions; imports for types only are left out."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path}: write the whole name"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    found = {name.split(".")[1] for name in imports(path) if name.startswith("kit.")}
    return {name for name in found if (KIT / name).is_dir() or (KIT / f"{name}.py").is_file()}


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(KIT)))
def test_a_file_imports_only_rooms_below(path: Path) -> None:
    room = room_of(path)
    if room in TOP or room == "__init__":
        return
    assert room in MAP, f"{room} is on no map"
    beyond = rooms_imported(path) - MAP[room] - EVERYWHERE - {room}
    assert not beyond, f"{room} may not import {sorted(beyond)}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(KIT)))
def test_rooms_below_the_web_know_no_flask(path: Path) -> None:
    if room_of(path) in FLASK_FREE:
        assert not {name for name in imports(path) if name.split(".")[0] in ("flask", "werkzeug")}


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(KIT)))
def test_files_of_a_room_stand_in_order(path: Path) -> None:
    room, name = room_of(path), path.stem
    if room not in FEATURES or name not in MAY_INSIDE or path.parent.name != room:
        return
    inside = {one.split(".")[2] for one in imports(path) if one.startswith(f"kit.{room}.")} & set(ORDER)
    assert inside <= MAY_INSIDE[name] | {name}, f"{name}.py imports {sorted(inside)}"


def test_only_the_keys_room_touches_cryptography() -> None:
    for path in sources():
        if room_of(path) != "keys":
            assert not {name for name in imports(path) if name.split(".")[0] in ("nacl", "cryptography")}, path


def test_there_is_no_cycle_between_rooms() -> None:
    arrows = {room: set[str]() for room in MAP}
    for path in sources():
        if room_of(path) in MAP:
            arrows[room_of(path)] |= rooms_imported(path) & set(MAP) - {room_of(path)}
    while free := [room for room, below in arrows.items() if not below]:
        for room in free:
            del arrows[room]
        for below in arrows.values():
            below.difference_update(free)
    assert not arrows, f"these rooms go round in a circle: {arrows}"


def test_opening_every_room_loads_no_heavy_library() -> None:
    code = (
        "import sys, importlib, kit.serving, kit.things, kit.app; "
        "[importlib.import_module(room.module) for room in kit.app.ROOMS_OF_A_KIT]; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
