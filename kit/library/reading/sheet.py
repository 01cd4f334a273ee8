"""A step-by-step sheet ready to show: its steps, the sizes of its pictures, and the pictures made harmless."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.library.formats.archive import open_archive, read_member
from kit.library.formats.markup import Element, attribute, parse_xml
from kit.library.formats.metadata import to_line
from kit.library.formats.sheet import ABOUT, LARGEST_PART, PICTURES, Step, parse_step, read_about, read_parts
from kit.library.reading import drawings
from kit.library.reading.pixels import pixels
from kit.library.sheets.rules import checked_words

SHEETS_KEPT = 12
# What a gesture is called, its drawing among the box's icons, and its colour (the colour is never alone).
GESTURES = {
    "toucher": ("Toucher", "phone", "sky"),
    "appuyer": ("Appuyer longtemps", "phone", "sky"),
    "glisser": ("Glisser", "arrow", "sky"),
    "ecrire": ("Écrire", "pen", "pine"),
    "regarder": ("Regarder", "search", "rose"),
    "attendre": ("Attendre", "clock", "warn"),
    "parler": ("Parler", "listen", "pine"),
    "choisir": ("Choisir", "check", "sky"),
}


class ShownStep(msgspec.Struct, frozen=True):
    """One step with its picture's size in the picture's own units, and the pointer in the same units."""

    action: str
    help: str
    gesture: str
    icon: str
    colour: str
    image: str
    width: int
    height: int
    x: float | None
    y: float | None


class Sheet(msgspec.Struct, frozen=True):
    """A sheet: `checked` says when and with what somebody last followed it."""

    path: Path
    steps: tuple[ShownStep, ...]
    pictures: frozenset[str]
    checked: str

    def step(self, number: int) -> ShownStep:
        """A step, counted from 1. Raises Problem `library.not_found`."""
        if not 1 <= number <= len(self.steps):
            raise Problem("library.not_found")
        return self.steps[number - 1]

    def picture(self, name: str) -> tuple[str, bytes]:
        """A picture of this sheet: media type and bytes; drawings come out harmless. Raises `library.not_found`."""
        if name not in self.pictures:
            raise Problem("library.not_found")
        kind = PICTURES[Path(name).suffix]
        with open_archive(self.path) as archive:
            raw = read_member(archive, name, LARGEST_PART)
        return (kind, drawings.draw(parse_xml(raw), lambda _href: None)) if kind == "image/svg+xml" else (kind, raw)


@lru_cache(maxsize=SHEETS_KEPT)
def open_sheet(path: Path) -> Sheet:
    """A sheet's plan. Raises Problem `library.*`."""
    parts = read_parts(path)
    pictures = frozenset(name for name in parts if name.startswith("images/"))
    about = read_about(parts[ABOUT])
    checked = checked_words(to_line(about.get("checked_on")), to_line(about.get("checked_with")))
    texts = [raw for name, raw in sorted(parts.items()) if name.startswith("steps/")]
    with open_archive(path) as archive:
        sizes = {name: _size(name, read_member(archive, name, LARGEST_PART)) for name in pictures}
    return Sheet(path, tuple(_shown(parse_step(raw), sizes) for raw in texts), pictures, checked)


def _shown(step: Step, sizes: dict[str, tuple[int, int]]) -> ShownStep:
    words, icon, colour = GESTURES.get(step.gesture, ("", "", ""))
    width, height = sizes.get(step.image, (0, 0))
    is_placed = step.pointer is not None and width > 0
    x, y = step.pointer if step.pointer and is_placed else (None, None)
    return ShownStep(
        action=step.action, help=step.help, gesture=words, icon=icon, colour=colour, image=step.image,
        width=width, height=height,
        x=None if x is None else round(x * width / 100), y=None if y is None else round(y * height / 100),
    )  # fmt: skip


def _size(name: str, raw: bytes) -> tuple[int, int]:
    """The size of a picture; (0, 0) when it does not say it. A drawing's is that of its viewBox."""
    if not name.endswith(".svg"):
        return pixels(raw)
    try:
        root: Element = parse_xml(raw)
        numbers = [float(part) for part in attribute(root, "viewbox").replace(",", " ").split()]
    except (Problem, ValueError):
        return 0, 0
    if len(numbers) != 4 or not all(0 < number < 10_000 for number in numbers[2:]):
        return 0, 0
    return round(numbers[2]), round(numbers[3])
