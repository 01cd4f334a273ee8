"""Sheets being written: each a plain folder of the format of content/library/fiches/README.md, below `drafts`.

Nothing of a draft is in the journal; publishing it bundles the folder as `valise add` does. Only the team comes here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import new_id, read_text, to_text
from kit.library.blobs import check_space
from kit.library.formats.archive import open_archive, read_member
from kit.library.formats.sheet import ABOUT, LARGEST_PART, MOST_STEPS, Step, parse_step, read_about, read_parts
from kit.library.queries import ItemView
from kit.people.node import Node

FOLDER = "drafts"
MOST_DRAFTS = 200
REPLACES = "replaces.txt"  # the id of the published sheet it was made from; no part of the bundle
KEYS = ("title", "summary", "language", "level", "device", "theme", "shelf", "checked_on", "checked_with", "licence",
        "source", "attribution")  # fmt: skip
_STEP = re.compile(r"^\d{2,3}\.txt$")


class Draft(msgspec.Struct, frozen=True):
    """A sheet being written. `marks` change with each step's text, so that two people do not overwrite each other."""

    draft_id: str
    path: Path
    about: dict[str, object]
    steps: tuple[Step, ...]
    marks: tuple[str, ...]

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.about.get("title") or fr("Sans titre"))

    @property
    def url(self) -> str:
        """Its page."""
        return f"/console/fiches/ecrire/{self.draft_id}"


def list_drafts(node: Node) -> list[Draft]:
    """All drafts, by title."""
    folder = node.data / FOLDER
    found = [_read(path) for path in folder.iterdir() if (path / ABOUT).is_file()] if folder.is_dir() else []
    return sorted(found, key=lambda draft: draft.title)


def get_draft(node: Node, draft_id: str) -> Draft:
    """One draft. Raises Problem `library.not_found`."""
    read = read_text(draft_id)
    path = node.data / FOLDER / (to_text(read) if read else "-")
    if not (path / ABOUT).is_file():
        raise Problem("library.not_found")
    return _read(path)


def _read(path: Path) -> Draft:
    raws = [one.read_bytes() for one in _step_paths(path)]
    marks = tuple(hashlib.sha256(raw).hexdigest()[:12] for raw in raws)
    return Draft(path.name, path, read_about((path / ABOUT).read_bytes()), tuple(map(parse_step, raws)), marks)


def _step_paths(path: Path) -> list[Path]:
    return sorted(one for one in (path / "steps").iterdir() if _STEP.match(one.name))


def begin(node: Node, about: Mapping[str, object]) -> Draft:
    """An empty sheet. Raises Problem `sheets.too_many`."""
    folder = node.data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    if sum(1 for _ in folder.iterdir()) >= MOST_DRAFTS:
        raise Problem("sheets.too_many", limit=MOST_DRAFTS)
    path = folder / to_text(new_id())
    for inside in ("steps", "images"):
        (path / inside).mkdir(parents=True, mode=0o700)
    write_about(node, path, about)
    return _read(path)


def begin_from(node: Node, item: ItemView, bundled: Path) -> Draft:
    """A draft with all that a published sheet holds; publishing it takes the place of that sheet."""
    parts = read_parts(bundled)
    draft = begin(node, read_about(parts[ABOUT]))
    with open_archive(bundled) as archive:
        for name in parts:
            if name.startswith(("steps/", "images/")):
                _write(node, draft.path / name, read_member(archive, name, LARGEST_PART))
    _write(node, draft.path / REPLACES, item.text_id.encode())
    return _read(draft.path)


def write_about(node: Node, path: Path, about: Mapping[str, object]) -> None:
    """Keep what a sheet says of itself. A JSON string is a TOML string too (TOML 1.0, « Basic strings »)."""
    texts = {key: str(about.get(key, "")) for key in KEYS}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in texts.items()]
    for key in ("creators", "subjects"):
        lines.append(f"{key} = {json.dumps(_names(about.get(key)), ensure_ascii=False)}")
    minutes = about.get("duration_minutes")
    lines.append(f"duration_minutes = {minutes if isinstance(minutes, int) else 0}")
    lines.append(f"easy = {'true' if about.get('easy') else 'false'}")
    _write(node, path / ABOUT, ("\n".join(lines) + "\n").encode())


def _names(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def write_step(node: Node, draft: Draft, number: int, step: Step, mark: str) -> None:
    """Keep one step; the number after the last one adds a step.

    Raises Problem `sheets.changed` when somebody else wrote it meanwhile, `library.sheet` when there are too many.
    """
    if not 1 <= number <= min(len(draft.steps) + 1, MOST_STEPS):
        raise Problem("library.sheet", reason=fr("il faut entre 1 et 60 étapes"))
    now = draft.marks[number - 1] if number <= len(draft.marks) else ""
    if now != mark:
        raise Problem("sheets.changed")
    _write(node, draft.path / "steps" / f"{number:02}.txt", to_lines(step).encode())


def to_lines(step: Step) -> str:
    """A step as its text file."""
    pointer = f"{step.pointer[0]:g},{step.pointer[1]:g}" if step.pointer else ""
    said = {"geste": step.gesture, "image": step.image, "pointeur": pointer, "aide": step.help}
    return "\n".join([step.action, *(f"{name}: {value}" for name, value in said.items() if value)]) + "\n"


def keep_picture(node: Node, draft: Draft, raw: bytes) -> str:
    """Keep a picture from a phone, made smaller and without where and when it was taken; its name in the sheet.

    Raises Problem `sheets.picture` when it is none.
    """
    from kit.library.reading import child

    try:
        made = child.ask("kit.library.sheets.picture_worker", told=raw)
    except Problem as refusal:
        raise Problem("sheets.picture") from refusal
    name = f"images/{hashlib.sha256(made).hexdigest()[:16]}.webp"
    _write(node, draft.path / name, made)
    return name


def remove_step(node: Node, draft: Draft, number: int) -> None:
    """Take a step away; the others move up."""
    _renumber(node, draft, [step for place, step in enumerate(draft.steps, 1) if place != number])


def move_step(node: Node, draft: Draft, number: int, by: int) -> None:
    """Change a step's place with its neighbour."""
    steps, place = list(draft.steps), number - 1
    if 0 <= place < len(steps) and 0 <= place + by < len(steps):
        steps[place], steps[place + by] = steps[place + by], steps[place]
        _renumber(node, draft, steps)


def _renumber(node: Node, draft: Draft, steps: list[Step]) -> None:
    for number, step in enumerate(steps, 1):
        _write(node, draft.path / "steps" / f"{number:02}.txt", to_lines(step).encode())
    for extra in _step_paths(draft.path)[len(steps) :]:
        extra.unlink()


def throw_away(draft: Draft) -> None:
    """Delete a draft."""
    shutil.rmtree(draft.path, ignore_errors=True)


def replaces(draft: Draft) -> bytes | None:
    """The published sheet a draft was made from, or None."""
    note = draft.path / REPLACES
    return read_text(note.read_text("ascii")) if note.is_file() else None


def to_zip(draft: Draft) -> bytes:
    """The plain folder as a zip, to go on with a text editor."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        used = {step.image for step in draft.steps}
        for path in sorted(draft.path.rglob("*")):
            inside = path.relative_to(draft.path).as_posix()
            if path.is_file() and inside != REPLACES and (not inside.startswith("images/") or inside in used):
                archive.write(path, inside)
    return out.getvalue()


def drop_unused(draft: Draft) -> None:
    """Delete pictures that no step shows any more, before the sheet is bundled."""
    used = {step.image for step in draft.steps}
    for path in (draft.path / "images").iterdir():
        if f"images/{path.name}" not in used:
            path.unlink()


def _write(node: Node, path: Path, raw: bytes) -> None:
    """A whole file or none. Raises Problem `library.no_space`."""
    check_space(node.data, node.settings.reserve, len(raw))
    aside = path.with_name(f".{path.name}.{new_id().hex()[:8]}")
    try:
        with aside.open("wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(path)
    except OSError as refusal:
        aside.unlink(missing_ok=True)
        raise Problem("library.no_space") from refusal
