"""The colours of the collection, and a pen that draws with them in units of the finished cover."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import ImageDraw, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

SCALE = 2  # drawn larger, then reduced: smooth edges
PAPER: Colour = (0xFB, 0xF7, 0xF0)
INK: Colour = (0x1D, 0x24, 0x33)
LEATHER: Colour = (0x8A, 0x3B, 0x12)
BRASS: Colour = (0xE3, 0xA7, 0x2F)
PINE: Colour = (0x17, 0x5E, 0x4C)
SKY: Colour = (0x1F, 0x5F, 0x9E)
ROSE: Colour = (0xA3, 0x20, 0x4A)
GROUNDS = {"ink": INK, "leather": LEATHER, "pine": PINE, "sky": SKY, "rose": ROSE, "brass": (0xB0, 0x6F, 0x12)}


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with this share (0 to 1) of `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def darker(colour: Colour, share: float) -> Colour:
    return mixed((0, 0, 0), colour, share)


class Pen:
    """Shapes in units of the finished picture."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def box(self, box: Box, colour: Colour) -> None:
        self._draw.rectangle(_scaled(box), fill=colour)

    def frame(self, box: Box, colour: Colour, width: float) -> None:
        self._draw.rectangle(_scaled(box), outline=colour, width=round(width * SCALE))

    def disc(self, middle: Point, radius: float, colour: Colour) -> None:
        self.oval((middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius), colour)

    def oval(self, box: Box, colour: Colour) -> None:
        left, right = sorted((box[0], box[2]))
        self._draw.ellipse(_scaled((left, box[1], right, box[3])), fill=colour)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def wedge(self, box: Box, start: float, end: float, colour: Colour) -> None:
        """A slice of an oval; degrees, clockwise from three o'clock."""
        self._draw.pieslice(_scaled(box), start, end, fill=colour)

    def arc(self, box: Box, start: float, end: float, colour: Colour, width: float) -> None:
        self._draw.arc(_scaled(box), start, end, fill=colour, width=round(width * SCALE))

    def stroke(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=round(width * SCALE), joint="curve")

    def diamond(self, middle: Point, radius: float, colour: Colour) -> None:
        x, y = middle
        self.shape([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], colour)

    def words(self, middle: Point, text: str, font: ImageFont.FreeTypeFont, colour: Colour) -> None:
        self._draw.text((middle[0] * SCALE, middle[1] * SCALE), text, font=font, fill=colour, anchor="mm")


def _scaled(box: Box) -> Box:
    return box[0] * SCALE, box[1] * SCALE, box[2] * SCALE, box[3] * SCALE
