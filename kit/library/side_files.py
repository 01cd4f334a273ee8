"""Walking folders of works, and the small notes that stand beside files and speak for them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from kit.errors import Problem

SHEET = "sheet.toml"
LARGEST_NOTE = 256 << 10
LONGEST_LABEL = 20
CAPTIONS = "text/vtt"
LISTS = frozenset({"catalogue.csv", "metadonnees.csv", "métadonnées.csv", "catalogue.mrc", "catalogue.xml"})
_NOTES = frozenset({".toml", ".opf", ".vtt", ".mrc"})
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
    stems = {path.stem for path in inside if path.suffix.lower() not in _NOTES}
    for path in inside:
        if path.is_symlink() or _PASSED.match(path.name):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file() and not _is_note(path, stems):
            yield path


def _is_note(path: Path, stems: set[str]) -> bool:
    """True for a file that speaks for others: a note, a list, captions, or the cover Calibre puts beside a book."""
    suffix, name = path.suffix.lower(), path.name.lower()
    if suffix in (".toml", ".opf", ".mrc") or name in LISTS:
        return True
    if suffix == ".vtt":
        return path.stem in stems or path.stem.rsplit(".", 1)[0] in stems
    return name == "cover.jpg" and (path.parent / "metadata.opf").is_file()


def read_side_file(path: Path, top: Path | None = None) -> dict[str, object]:
    """What the notes beside a work say; {} without one. The nearest wins: `book.epub.toml` (or `book.toml`), then
    `book.opf` or Calibre's `metadata.opf`, then its line in a list of its folder, or of one above up to `top`.

    Raises Problem `library.side_file` when a note is not understood.
    """
    if path.is_dir():
        return {}
    from kit.library.lists import read_listed  # an import needs these; a page never does

    return {**read_listed(path, top or path.parent), **_read_opf(path), **_read_toml(path)}


def _read_toml(path: Path) -> dict[str, object]:
    beside = names_in(path.parent)
    for note in (path.with_name(f"{path.name}.toml"), path.with_suffix(".toml")):
        if note.name in beside and note.is_file() and note != path:
            try:
                return tomllib.loads(_text_of(note))
            except tomllib.TOMLDecodeError as refusal:
                raise Problem("library.side_file", name=note.name) from refusal
    return {}


def _read_opf(path: Path) -> dict[str, object]:
    beside = names_in(path.parent)
    for note in (path.with_suffix(".opf"), path.with_name("metadata.opf")):
        if note.name in beside and note.is_file() and note != path:
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


def list_attached(path: Path) -> list[tuple[Path, str]]:
    """Files that go with a video or a sound: `film.vtt`, `film.fr.vtt`, with their media type."""
    if path.is_dir():
        return []
    found = [path.with_name(name) for name in sorted(names_in(path.parent)) if name.endswith(".vtt")]
    return [(one, CAPTIONS) for one in found if _belongs(one, path) and one.is_file() and not one.is_symlink()]


def names_in(folder: Path) -> frozenset[str]:
    """What lies in a folder, listed once for all the works of a folder that does not change."""
    try:
        return _names_in(folder, folder.stat().st_mtime_ns)
    except OSError:
        return frozenset()


@lru_cache(maxsize=16)
def _names_in(folder: Path, _changed_ns: int) -> frozenset[str]:
    return frozenset(path.name for path in folder.iterdir())


def _belongs(side: Path, work: Path) -> bool:
    """True for `film.vtt`, `film.fr.vtt` and `film.mp4.vtt` beside `film.mp4`."""
    return (side != work and side.stem in (work.stem, work.name)) or (
        side.stem.startswith(f"{work.stem}.") and len(side.stem) - len(work.stem) <= LONGEST_LABEL
    )
