#!/usr/bin/env python3
"""Draw the pictures of the step-by-step sheets from `sheet_pictures.toml`: simple line drawings, one stroke weight.

    scripts/draw_sheets.py                draw every sheet
    scripts/draw_sheets.py SLUG...        draw these sheets only
    scripts/draw_sheets.py --pointers     also write `pointeur:` into each step: the middle of the starred piece

A picture is a list of pieces, stacked from top to bottom on a phone's screen ("bare" first: no phone). A piece is
`name args`, args parted by `|`; a star on the name or on one arg says where the finger goes. Such a piece is filled
with brass, so that it is found without reading. Nothing but the standard library is needed.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

from sheet_pieces import INK, PAPER, SHEET, STROKE, box, filled, make_piece, number

HERE = Path(__file__).resolve().parent
CONTENT = HERE.parent / "content"
LARGEST_PICTURE = 3072
WIDTH, HEIGHT, GAP = 300, 360, 10
Drawn = tuple[str, tuple[float, float] | None]


def stack(texts: list[str], x: float, top: float, width: float, bottom: float) -> Drawn:
    """Pieces one below the other; `space` takes the room that is left. The drawing, and where the finger goes."""
    pieces = [None if text == "space" else make_piece(text, width) for text in texts]
    used = sum(piece.height for piece in pieces if piece) + GAP * (sum(1 for piece in pieces if piece) - 1)
    spaces = pieces.count(None)
    spare = bottom - top - used
    if spare < -0.5:
        raise ValueError(f"{-spare:.0f} too high: {texts}")
    svg, finger, y = "", None, top
    for piece in pieces:
        if piece is None:
            y += spare / spaces
            continue
        svg += f'<g transform="translate({number(x)} {number(y)})">{piece.svg}</g>'
        finger = (x + piece.finger[0], y + piece.finger[1]) if piece.finger else finger
        y += piece.height + GAP
    return svg, finger


def draw_on_phone(texts: list[str]) -> Drawn:
    inside, finger = stack(texts, 56, 36, 188, 326)
    shell = box(42, 4, 216, 352, 26, filled(PAPER)) + '<path d="M132 19h36M120 342h60"/>'
    return shell + inside, finger


def draw_bare(texts: list[str]) -> Drawn:
    return stack(["space", *texts, "space"], 20, 16, WIDTH - 40, HEIGHT - 16)


def draw_picture(texts: list[str]) -> Drawn:
    """The SVG of one picture, and where the finger goes in hundredths of its width and height."""
    body, finger = draw_bare(texts[1:]) if texts[0] == "bare" else draw_on_phone(texts)
    paper = f'<path fill="{SHEET}" stroke="none" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" stroke="{INK}" '
        f'stroke-width="{STROKE}" stroke-linecap="round" stroke-linejoin="round" '
        f'font-family="system-ui,sans-serif">{paper}{body}</svg>\n'
    )
    if len(svg.encode()) > LARGEST_PICTURE:
        raise ValueError(f"{len(svg.encode())} bytes: {texts}")
    return svg, (finger[0] / WIDTH * 100, finger[1] / HEIGHT * 100) if finger else None


def write_pointer(step: Path, finger: tuple[float, float] | None) -> None:
    """Put `pointeur:` right after `image:` in a step, or take it out when the finger goes nowhere."""
    kept = [line for line in step.read_text("utf-8").splitlines() if not line.startswith("pointeur:")]
    if finger:
        after = next(n for n, line in enumerate(kept) if line.startswith("image:")) + 1
        kept.insert(after, f"pointeur: {finger[0]:.0f},{finger[1]:.0f}")
    step.write_text("\n".join(kept) + "\n", "utf-8")


def draw_sheet(slug: str, pictures: dict[str, list[str]], with_pointers: bool) -> int:
    """Write the pictures of one sheet; how many."""
    sheet = next(path.parent for path in CONTENT.rglob("sheet.toml") if path.parent.name == slug)
    folder = sheet / "images"
    folder.mkdir(parents=True, exist_ok=True)
    for number_of_step, texts in pictures.items():
        svg, finger = draw_picture(texts)
        (folder / f"{number_of_step}.svg").write_text(svg, "utf-8")
        step = sheet / "steps" / f"{number_of_step}.txt"
        if with_pointers and step.is_file():
            write_pointer(step, finger)
    return len(pictures)


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("slugs", nargs="*")
    reader.add_argument("--pointers", action="store_true")
    asked = reader.parse_args()
    sheets = tomllib.loads((HERE / "sheet_pictures.toml").read_text("utf-8"))
    for slug in asked.slugs or sheets:
        print(f"{slug}: {draw_sheet(slug, sheets[slug], asked.pointers)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
