"""Packs that came as files, through the bench or another way: they lie aside, unseen, until staff install them.

Nothing of one is unpacked; an installed one is removed, so that its works are never here twice.
"""

from __future__ import annotations

import shutil
import struct
import zipfile
from pathlib import Path

from kit.errors import Problem
from kit.library.formats.archive import check_directory
from kit.library.packs.rules import CATALOGUE, TAGS

FOLDER = "packs"
_SIGNS = (TAGS[0], CATALOGUE)


def folder_of(data: Path) -> Path:
    """Where packs that came as files lie."""
    return data / FOLDER / "arrived"


def list_arrived(data: Path) -> list[Path]:
    """The packs that came, by name."""
    folder = folder_of(data)
    return sorted(one for one in folder.iterdir() if not one.name.startswith(".")) if folder.is_dir() else []


def is_pack(path: Path) -> bool:
    """True for a folder or a zip file that seems to be a pack; whether it is a good one is looked at later."""
    if path.is_symlink():
        return False
    if path.is_dir():
        return all((path / name).is_file() for name in _SIGNS)
    if path.suffix.lower() != ".zip" or not path.is_file():
        return False
    try:
        with path.open("rb") as source:
            check_directory(source)
        with zipfile.ZipFile(path) as archive:
            names = {name.partition("/")[2] for name in archive.namelist()}
    except (zipfile.BadZipFile, struct.error, OSError, ValueError, EOFError, Problem):
        return False
    return names.issuperset(_SIGNS)


def claim(data: Path, base: Path) -> int:
    """Move the packs that lie below `base` to their place; how many. They are on the same disk: nothing is copied."""
    seen = [*base.rglob("*.[zZ][iI][pP]"), *(one.parent for one in base.rglob(TAGS[0]))]
    found = [path for path in seen if is_pack(path)]
    for path in found:
        target = folder_of(data)
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.rename(free_name(target / path.name))
    return len(found)


def free_name(path: Path) -> Path:
    """The path, or one beside it that nothing has taken."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def remove(data: Path, path: Path) -> None:
    """Remove a pack that came; one that lies elsewhere (a key) stays where it is."""
    if path.parent != folder_of(data):
        return
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
