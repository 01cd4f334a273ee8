"""Walking folders of works, and the small notes (`<name>.toml`) that stand beside files and speak for them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from kit.errors import Problem

SHEET = "sheet.toml"
LARGEST_NOTE = 64 << 10
_PASSED = re.compile(r"^(\.|~|licen[cs]e|copying|readme|lisez-?moi|credits|thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def list_works(paths: Iterable[Path]) -> list[Path]:
    """The works under `paths`, in order: files, and folders that are step-by-step sheets.

    Left out: hidden files, links, side files, licence texts and read-me notes. A path that does not exist is listed:
    it will be refused by name.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_walk(path) if path.is_dir() else [path]))
    return list(found)


def _walk(folder: Path) -> Iterator[Path]:
    if (folder / SHEET).is_file():
        yield folder
        return
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or _PASSED.match(path.name):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file() and path.suffix.lower() != ".toml":
            yield path


def read_side_file(path: Path) -> dict[str, object]:
    """What the note beside a work says (`book.epub.toml` or `book.toml`); {} without one.

    Raises Problem `library.side_file` when it is no TOML text.
    """
    for note in (path.with_name(f"{path.name}.toml"), path.with_suffix(".toml")):
        if path.is_dir() or not note.is_file() or note == path:
            continue
        try:
            if note.stat().st_size > LARGEST_NOTE:
                raise Problem("library.side_file", name=note.name)
            return tomllib.loads(note.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as refusal:
            raise Problem("library.side_file", name=note.name) from refusal
    return {}
