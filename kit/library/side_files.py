"""Walking folders of works, and the small notes that stand beside files and speak for them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from kit.errors import Problem
from kit.library.companions import is_companion, media_stems
from kit.library.folders import names_in

SHEET = "sheet.toml"
LARGEST_NOTE = 256 << 10
LISTS = frozenset({"catalogue.csv", "metadonnees.csv", "métadonnées.csv", "catalogue.mrc", "catalogue.xml"})
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
    inside = sorted(folder.iterdir())
    stems = media_stems(frozenset(path.name for path in inside))
    for path in inside:
        if path.is_symlink() or _PASSED.match(path.name):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file() and not _is_note(path) and not is_companion(path, stems):
            yield path


def _is_note(path: Path) -> bool:
    """True for a file that speaks for others: a note, a list, or the cover Calibre puts beside a book."""
    suffix, name = path.suffix.lower(), path.name.lower()
    if suffix in (".toml", ".opf", ".mrc") or name in LISTS:
        return True
    if suffix == ".csv":
        from kit.library.lists import is_list

        return is_list(path)
    return name == "cover.jpg" and (path.parent / "metadata.opf").is_file()


def read_side_file(path: Path, top: Path | None = None) -> dict[str, object]:
    """What the notes beside a work say; {} without one. The nearest wins: `book.epub.toml` (or `book.toml`), then
    `book.opf` or Calibre's `metadata.opf`, then its line in a list of its folder, or of one above up to `top`.

    Raises Problem `library.side_file` when a note is not understood.
    """
    if path.is_dir():
        return {}
    from kit.library.lists import read_listed  # an import needs these; a page never does

    beside = names_in(path.parent)
    return {**read_listed(path, top or path.parent), **_read_opf(path, beside), **_read_toml(path, beside)}


def _read_toml(path: Path, beside: frozenset[str]) -> dict[str, object]:
    for name in (f"{path.name}.toml", f"{path.stem}.toml"):
        if name in beside and name != path.name and (note := path.with_name(name)).is_file():
            try:
                return tomllib.loads(_text_of(note))
            except tomllib.TOMLDecodeError as refusal:
                raise Problem("library.side_file", name=note.name) from refusal
    return {}


def _read_opf(path: Path, beside: frozenset[str]) -> dict[str, object]:
    for name in (f"{path.stem}.opf", "metadata.opf"):
        if name in beside and name != path.name and (note := path.with_name(name)).is_file():
            from kit.library.formats.epub import read_about
            from kit.library.formats.markup import parse_xml

            try:
                return read_about(parse_xml(_text_of(note).encode()))
            except Problem as refusal:
                raise Problem("library.side_file", name=note.name) from refusal
    return {}


def _text_of(note: Path) -> str:
    try:
        if note.stat().st_size > LARGEST_NOTE:
            raise Problem("library.side_file", name=note.name)
        return note.read_text("utf-8-sig")
    except (UnicodeDecodeError, OSError) as refusal:
        raise Problem("library.side_file", name=note.name) from refusal
