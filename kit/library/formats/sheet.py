"""« Fiche pas à pas »: a plain folder (sheet.toml, steps/NN.txt, images/) kept as one zip, the same bytes each time.

The folder is documented in content/library/fiches/README.md. A step is a text file: its first line is the action, the
following lines are `name: value` (geste, image, pointeur, aide).
"""

from __future__ import annotations

import re
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from kit.errors import Problem
from kit.errors.kind import fr
from kit.library.formats.archive import open_archive, read_member
from kit.library.formats.metadata import Metadata, check_start, overrule, to_line
from kit.library.rules import EASY

SUFFIX = ".fiche"
SUFFIXES = (SUFFIX,)
MEDIA_TYPE = "application/vnd.valise.sheet+zip"
ABOUT = "sheet.toml"
MOST_STEPS = 60
LARGEST_PART = 8 << 20
LARGEST_TEXT = 16 << 10
PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
_STEP = re.compile(r"^steps/\d{2,3}\.txt$")
_PICTURE = re.compile(r"^images/[A-Za-z0-9_-]{1,60}\.(svg|png|jpg|webp)$")
_POINTER = re.compile(r"^(\d{1,3}(?:\.\d)?)\s*,\s*(\d{1,3}(?:\.\d)?)$")
_STAMP = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip can hold: the bundle depends on nothing but its content


class Step(msgspec.Struct, frozen=True):
    """One action. `pointer` is where to touch, in hundredths of the picture's width and height, or None."""

    action: str
    gesture: str
    image: str
    pointer: tuple[float, float] | None
    help: str


def bundle(folder: Path) -> bytes:
    """The folder of a sheet as one zip. Raises Problem `library.sheet` with what is missing."""
    parts = {ABOUT: _read_part(folder / ABOUT, LARGEST_TEXT)}
    for path in sorted([*folder.glob("steps/*"), *folder.glob("images/*")]):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and (_STEP.match(name) or _PICTURE.match(name)):
            parts[name] = _read_part(path, LARGEST_PART)
    check_parts(parts)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, raw)
    return out.getvalue()


def _read_part(path: Path, limit: int) -> bytes:
    try:
        if path.stat().st_size > limit:
            raise Problem("library.too_large")
        return path.read_bytes()
    except OSError as refusal:
        raise Problem("library.unreadable") from refusal


def check_parts(parts: dict[str, bytes]) -> None:
    """Raise Problem `library.sheet` unless there is a title, steps, and every picture that a step names."""
    if not to_line(read_about(parts[ABOUT]).get("title")):
        raise Problem("library.sheet", reason=fr("il manque le titre"))
    steps = [parse_step(parts[name]) for name in sorted(parts) if _STEP.match(name)]
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Problem("library.sheet", reason=fr("il faut entre 1 et 60 étapes"))
    for number, step in enumerate(steps, 1):
        if not step.action:
            raise Problem("library.sheet", reason=fr("l’étape %(number)s est vide") % {"number": number})
        if step.image and step.image not in parts:
            raise Problem("library.sheet", reason=fr("l’étape %(number)s n’a pas son image") % {"number": number})


def read_about(raw: bytes) -> dict[str, Any]:
    """What sheet.toml says. Raises Problem `library.sheet`."""
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as refusal:
        raise Problem("library.sheet", reason=fr("sheet.toml n’est pas compris")) from refusal


def parse_step(raw: bytes) -> Step:
    """One step from its text; names it does not know are left out."""
    lines = [line.strip() for line in raw.decode("utf-8", "replace").lstrip("\ufeff").splitlines() if line.strip()]
    said: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            said[name.strip().lower()] = to_line(value)
    pointer = _POINTER.match(said.get("pointeur", ""))
    image = said.get("image", "")
    return Step(
        action=to_line(lines[0]) if lines else "",
        gesture=said.get("geste", ""),
        image=image if _PICTURE.match(image) else "",
        pointer=(float(pointer.group(1)), float(pointer.group(2))) if pointer else None,
        help=said.get("aide", ""),
    )


def read_parts(path: Path) -> dict[str, bytes]:
    """The texts of a bundled sheet, and the names of its pictures (their bytes are left in the file)."""
    with open_archive(path) as archive:
        names = archive.namelist()
        if ABOUT not in names:
            raise Problem("library.mislabelled", suffix=SUFFIX)
        texts = [ABOUT, *(name for name in names if _STEP.match(name))][: MOST_STEPS + 1]
        parts = {name: read_member(archive, name, LARGEST_TEXT) for name in texts}
        return parts | {name: b"" for name in names if _PICTURE.match(name)}


def read(path: Path) -> Metadata:
    """What a bundled sheet says of itself. Raises Problem `library.sheet` or `library.mislabelled`."""
    check_start(path, b"PK\x03\x04")
    parts = read_parts(path)
    check_parts(parts)
    about = read_about(parts[ABOUT])
    sheet = Metadata(kind="sheet", media_type=MEDIA_TYPE, title=to_line(about["title"]))
    found = overrule(sheet, about)
    return replace(found, subjects=(*found.subjects, EASY)) if about.get("easy") is True else found
