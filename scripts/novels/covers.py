"""Draws the covers: a bound book of one collection, a window with a scene, the title in EB Garamond (OFL 1.1).

Needs Pillow and Debian's `fonts-ebgaramond`. The drawings are kept in `covers/`: making the books needs neither.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from novels.catalogue import Entry
from novels.palette import BRASS, GROUNDS, PAPER, SCALE, Colour, Pen, darker, mixed
from novels.scenes import SCENES

FONTS = Path("/usr/share/fonts/opentype/ebgaramond")
REGULAR, SMALL_CAPITALS, ITALIC = "EBGaramond12-Regular.otf", "EBGaramondSC12-Regular.otf", "EBGaramond12-Italic.otf"
WIDTH, HEIGHT, SPINE = 800, 1200, 58
WINDOW = (SPINE + 92, 478, WIDTH - 92, 1066)
MIDDLE = (SPINE + WIDTH) / 2
COLOURS = 56


def draw_cover(entry: Entry) -> bytes:
    """A PNG of 800 by 1200 with a small palette."""
    ground = GROUNDS[entry.cover.ground]
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground)
    pen = Pen(ImageDraw.Draw(image))
    _draw_binding(pen, ground)
    _draw_window(image, entry.cover.scene)
    _draw_window_frame(pen)
    _draw_words(pen, entry)
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    few = small.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(target, "PNG", optimize=True)
    return target.getvalue()


def _draw_binding(pen: Pen, ground: Colour) -> None:
    """The spine with its seam of brass thread, and a fine double frame."""
    pen.box((0, 0, SPINE, HEIGHT), darker(ground, 0.72))
    pen.box((SPINE, 0, SPINE + 3, HEIGHT), darker(ground, 0.55))
    for top in range(22, HEIGHT - 20, 34):
        pen.stroke([(SPINE - 16, top), (SPINE - 16, top + 18)], BRASS, 4)
    pen.frame((SPINE + 30, 32, WIDTH - 32, HEIGHT - 32), BRASS, 3)
    pen.frame((SPINE + 40, 42, WIDTH - 42, HEIGHT - 42), BRASS, 1)


def _draw_window(image: Image.Image, scene: str) -> None:
    """The scene, seen through an arched window."""
    left, top, right, bottom = WINDOW
    size = ((right - left) * SCALE, (bottom - top) * SCALE)
    view = Image.new("RGB", size, PAPER)
    SCENES[scene](Pen(ImageDraw.Draw(view)), right - left, bottom - top)
    mask = Image.new("L", size, 0)
    shape = ImageDraw.Draw(mask)
    shape.ellipse((0, 0, size[0], size[0]), fill=255)
    shape.rectangle((0, size[0] // 2, size[0], size[1]), fill=255)
    image.paste(view, (left * SCALE, top * SCALE), mask)


def _draw_window_frame(pen: Pen) -> None:
    left, top, right, bottom = WINDOW
    radius = (right - left) / 2
    for gap, width in ((0, 5), (12, 2)):
        box = (left - gap, top - gap, right + gap, top + 2 * radius + gap)
        half = width / 2  # an arc is drawn inside its box, a stroke astride its line
        pen.arc((box[0] - half, box[1] - half, box[2] + half, box[3] + half), 180, 360, BRASS, width)
        for x in (left - gap, right + gap):
            pen.stroke([(x, top + radius), (x, bottom + gap)], BRASS, width)
        pen.stroke([(left - gap, bottom + gap), (right + gap, bottom + gap)], BRASS, width)


def _draw_words(pen: Pen, entry: Entry) -> None:
    lines = entry.cover.lines
    size = _fitting_size(lines)
    pitch = size * 0.98
    pen.words((MIDDLE, 112), entry.author, _font(SMALL_CAPITALS, 46), PAPER)
    middle = 318 - pitch * (len(lines) - 1) / 2
    for number, line in enumerate(lines):
        pen.words((MIDDLE, middle + number * pitch), line, _font(REGULAR, size), PAPER)
    pen.words((MIDDLE, 1112), "la valise nomade", _font(SMALL_CAPITALS, 30), mixed(BRASS, PAPER, 0.6))
    for side in (-1, 1):
        pen.stroke([(MIDDLE + side * 14, 158), (MIDDLE + side * 90, 158)], BRASS, 2)
    pen.diamond((MIDDLE, 158), 6, BRASS)


def _fitting_size(lines: tuple[str, ...]) -> int:
    """The largest size at which every line fits between the frames."""
    tallest = {1: 150, 2: 116, 3: 86}[len(lines)]
    widest = (WIDTH - SPINE - 150) * SCALE
    return next(
        size for size in range(tallest, 30, -2) if max(_font(REGULAR, size).getlength(one) for one in lines) <= widest
    )


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size * SCALE, layout_engine=ImageFont.Layout.BASIC)
