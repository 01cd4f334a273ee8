"""The scene in the window of each cover: flat shapes, few colours. Each takes a pen, a width and a height."""

from __future__ import annotations

import math
from collections.abc import Callable

from novels.palette import BRASS, INK, LEATHER, PAPER, PINE, ROSE, SKY, Colour, Pen, Point, darker, mixed

Scene = Callable[[Pen, float, float], None]
DUSK = mixed(PAPER, BRASS, 0.45)
MIST = mixed(PAPER, SKY, 0.18)
NIGHT = mixed(INK, SKY, 0.35)


def _bands(pen: Pen, width: float, top: float, bottom: float, colours: list[Colour]) -> None:
    """Flat stripes of sky or sea from top to bottom."""
    step = (bottom - top) / len(colours)
    for number, colour in enumerate(colours):
        pen.box((0, top + number * step, width, top + (number + 1) * step + 1), colour)


def _shades(one: Colour, other: Colour, count: int) -> list[Colour]:
    return [mixed(one, other, number / (count - 1)) for number in range(count)]


def _hill(pen: Pen, width: float, height: float, crest: Callable[[float], float], colour: Colour) -> None:
    """Everything below the line `crest`."""
    points: list[Point] = [(x, crest(x)) for x in range(0, round(width) + 4, 4)]
    pen.shape([*points, (width, height), (0, height)], colour)


def _waves(pen: Pen, width: float, y: float, height: float, length: float, shift: float, colour: Colour) -> None:
    """A sea whose surface is a row of round waves."""
    _hill(pen, width, height, lambda x: y - abs(math.sin((x + shift) * math.pi / length)) * length * 0.16, colour)


def _stars(pen: Pen, places: list[Point], colour: Colour = PAPER) -> None:
    for number, place in enumerate(places):
        pen.disc(place, 2.2 if number % 3 else 3.4, colour)


def _sheep(pen: Pen, x: float, y: float, size: float, faces: int) -> None:
    """One sheep standing at (x, y); `faces`: 1 to the right, -1 to the left."""
    for leg in (-0.5, -0.3, 0.32, 0.52):
        pen.stroke([(x + leg * size, y - size * 0.4), (x + leg * size, y)], INK, size * 0.1)
    wool = mixed(PAPER, BRASS, 0.08)
    pen.oval((x - size * 0.75, y - size * 1.0, x + size * 0.75, y - size * 0.22), wool)
    for lump, rise in ((-0.5, 0.84), (-0.12, 0.96), (0.28, 0.92), (0.58, 0.76)):
        pen.disc((x + lump * size, y - rise * size), size * 0.24, wool)
    head = x + faces * size * 0.86
    pen.oval((head - size * 0.2, y - size * 0.98, head + size * 0.2, y - size * 0.46), INK)
    pen.oval((head - faces * size * 0.32, y - size * 0.98, head - faces * size * 0.02, y - size * 0.82), INK)


def _fir(pen: Pen, x: float, y: float, height: float, colour: Colour) -> None:
    pen.box((x - height * 0.025, y - height * 0.2, x + height * 0.025, y), darker(LEATHER, 0.6))
    for level in range(4):
        top, half = y - height + level * height * 0.19, height * (0.12 + level * 0.05)
        pen.shape([(x, top), (x + half, top + height * 0.3), (x - half, top + height * 0.3)], colour)


def flock(pen: Pen, width: float, height: float) -> None:
    _bands(pen, width, 0, height * 0.7, _shades(DUSK, mixed(PAPER, ROSE, 0.18), 5))
    pen.disc((width * 0.62, height * 0.42), 96, BRASS)
    for x, tall in ((20, 250), (84, 310), (150, 220), (430, 270), (496, 200)):
        _fir(pen, x, height * 0.66, tall, mixed(PINE, INK, 0.35))
    _hill(pen, width, height, lambda x: height * 0.63 - 22 * math.sin(x / 150), mixed(PINE, BRASS, 0.45))
    _hill(pen, width, height, lambda x: height * 0.76 + 18 * math.sin(x / 120), mixed(PINE, BRASS, 0.2))
    for x, y, size, faces in ((120, 0.72, 40, 1), (250, 0.76, 48, -1), (402, 0.74, 44, 1)):
        _sheep(pen, x, height * y, size, faces)
    for x, y, size, faces in ((90, 0.89, 62, 1), (330, 0.94, 78, -1)):
        _sheep(pen, x, height * y, size, faces)


def lake(pen: Pen, width: float, height: float) -> None:
    shore = height * 0.6
    _bands(pen, width, 0, shore, _shades(mixed(PAPER, SKY, 0.3), PAPER, 5))
    pen.disc((width * 0.27, height * 0.24), 46, BRASS)
    pen.box((0, shore, width, height), mixed(SKY, PINE, 0.35))
    for left, peak, right, tall, colour in (
        (-80, 130, 330, 270, mixed(SKY, PAPER, 0.45)),
        (240, 430, 640, 240, mixed(SKY, PAPER, 0.35)),
        (60, 280, 500, 330, mixed(SKY, INK, 0.15)),
    ):
        pen.shape([(left, shore), (peak, shore - tall), (right, shore)], colour)
        snow = tall * 0.24
        slopes = (peak - left) / tall, (right - peak) / tall
        top = shore - tall
        pen.shape([(peak, top), (peak + slopes[1] * snow, top + snow), (peak + 10, top + snow * 0.72),
                   (peak - 8, top + snow * 1.15), (peak - slopes[0] * snow, top + snow)], PAPER)  # fmt: skip
        pen.shape([(left, shore), (peak, shore + tall * 0.62), (right, shore)], mixed(colour, PINE, 0.5))
    for row in range(11):
        y, inset = shore + 10 + row * 20, (row * 97) % 190
        pen.stroke([(inset, y), (inset + 70 + row * 14, y)], MIST, 2)
    _sail(pen, 350, shore + 128, 1.15)


def _sail(pen: Pen, x: float, y: float, size: float) -> None:
    """A small boat with one sail; (x, y) is the middle of its waterline."""
    pen.shape([(x - 46 * size, y - 12 * size), (x + 46 * size, y - 12 * size), (x + 30 * size, y + 6 * size),
               (x - 30 * size, y + 6 * size)], LEATHER)  # fmt: skip
    pen.stroke([(x, y - 12 * size), (x, y - 120 * size)], INK, 3 * size)
    pen.shape([(x + 4 * size, y - 118 * size), (x + 4 * size, y - 20 * size), (x + 52 * size, y - 20 * size)], PAPER)
    pen.shape([(x - 4 * size, y - 100 * size), (x - 4 * size, y - 20 * size), (x - 32 * size, y - 20 * size)], BRASS)


def roofs(pen: Pen, width: float, height: float) -> None:
    _bands(pen, width, 0, height, _shades(INK, mixed(SKY, PAPER, 0.12), 9))
    _stars(pen, [(70, 190), (130, 110), (196, 62), (250, 130), (330, 60), (160, 200), (44, 270), (280, 210)])
    pen.disc((width * 0.73, 150), 50, mixed(PAPER, BRASS, 0.25))
    tower = mixed(INK, SKY, 0.5)
    pen.box((92, 250, 152, 480), tower)
    pen.shape([(84, 252), (122, 130), (160, 252)], tower)
    pen.box((112, 282, 132, 330), INK)
    _roof(pen, (-40, 330, 560), mixed(SKY, INK, 0.45), [(60, 0), (250, 0), (400, 0)])
    _roof(pen, (-120, 420, 460), mixed(LEATHER, INK, 0.45), [(120, 1)])
    _roof(pen, (220, 470, 420), mixed(INK, SKY, 0.2), [(90, 0), (200, 0)])
    for x, y in ((300, 362), (338, 372), (40, 296)):
        pen.box((x, y - 70, x + 22, y + 40), mixed(LEATHER, INK, 0.3))
        pen.box((x - 4, y - 76, x + 26, y - 64), mixed(LEATHER, BRASS, 0.3))


def _roof(pen: Pen, place: tuple[float, float, float], colour: Colour, windows: list[tuple[float, int]]) -> None:
    """A mansard roof at (left, top) with a width; windows as (distance from the left, lit or not)."""
    left, top, width = place
    pen.shape([(left, top + 130), (left + 50, top), (left + width - 50, top), (left + width, top + 130)], colour)
    pen.box((left, top + 130, left + width, top + 500), darker(colour, 0.75))
    pen.stroke([(left - 4, top + 130), (left + width + 4, top + 130)], mixed(colour, PAPER, 0.3), 5)
    for x, is_lit in windows:
        x += left + 30
        pen.shape([(x - 10, top + 44), (x + 28, top + 14), (x + 66, top + 44)], darker(colour, 0.6))
        pen.box((x, top + 44, x + 56, top + 116), BRASS if is_lit else darker(colour, 0.5))
        pen.stroke([(x + 28, top + 44), (x + 28, top + 116)], darker(colour, 0.6), 4)
        pen.stroke([(x, top + 80), (x + 56, top + 80)], darker(colour, 0.6), 4)


def cockade(pen: Pen, width: float, height: float) -> None:
    _bands(pen, width, 0, height, _shades(PAPER, DUSK, 5))
    middle = (width / 2, height * 0.43)
    for radius, colour in ((208, SKY), (146, PAPER), (88, ROSE)):
        for petal in range(20):
            angle = petal * math.pi / 10
            pen.disc((middle[0] + math.cos(angle) * radius * 0.9, middle[1] + math.sin(angle) * radius * 0.9),
                     radius * 0.16, colour)  # fmt: skip
        pen.disc(middle, radius * 0.92, colour)
    pen.box((0, height * 0.88, width, height), INK)
    for x in (width / 2 - 78, width / 2 + 58):
        pen.box((x, 96, x + 20, height * 0.9), INK)
    pen.box((width / 2 - 96, 84, width / 2 + 96, 110), INK)
    pen.shape([(width / 2 - 58, 138), (width / 2 + 58, 138), (width / 2 + 58, 178), (width / 2 - 58, 232)],
              mixed(PAPER, INK, 0.45))  # fmt: skip
    pen.box((width / 2 - 58, 120, width / 2 + 58, 146), INK)
    pen.box((width / 2 - 78, height * 0.72, width / 2 + 78, height * 0.76), INK)
    for step in range(4):
        pen.box((width / 2 - 130 - step * 34, height * 0.84 + step * 16, width / 2 + 130 + step * 34, height), INK)


def fan(pen: Pen, width: float, height: float) -> None:
    _bands(pen, width, 0, height, _shades(BRASS, mixed(PAPER, BRASS, 0.2), 6))
    pen.disc((width / 2, height * 0.36), 150, mixed(PAPER, BRASS, 0.12))
    x, y = width / 2, height * 0.84
    blades = 13
    start, sweep = 202.0, 136.0 / blades
    for number in range(blades):
        angle = start + number * sweep
        colour = ROSE if number % 2 == 0 else darker(ROSE, 0.72)
        pen.wedge((x - 330, y - 330, x + 330, y + 330), angle, angle + sweep, colour)
        tip = math.radians(angle + sweep / 2)
        pen.disc((x + math.cos(tip) * 326, y + math.sin(tip) * 326), 330 * math.radians(sweep) / 2, colour)
        pen.disc((x + math.cos(tip) * 276, y + math.sin(tip) * 276), 9, BRASS)
    for radius, colour in ((236, BRASS), (228, INK), (140, BRASS), (132, DUSK)):
        pen.wedge((x - radius, y - radius, x + radius, y + radius), start, start + 136, colour)
    for number in range(blades + 1):
        angle = math.radians(start + number * sweep)
        pen.stroke([(x, y), (x + math.cos(angle) * 232, y + math.sin(angle) * 232)], LEATHER, 5)
    pen.disc((x, y), 16, INK)
    pen.disc((x, y), 7, BRASS)
    pen.stroke([(x, y + 14), (x - 10, y + 50), (x + 4, y + 92)], ROSE, 5)


def sprout(pen: Pen, width: float, height: float) -> None:
    _bands(pen, width, 0, height, _shades(MIST, mixed(PAPER, BRASS, 0.3), 6))
    pen.disc((width / 2, height * 0.33), 132, BRASS)
    table = height * 0.84
    pen.box((0, table, width, height), LEATHER)
    pen.box((0, table, width, table + 8), mixed(LEATHER, BRASS, 0.4))
    x = width / 2
    pen.stroke([(x, table - 70), (x - 6, table - 170), (x + 6, table - 270), (x, table - 330)], PINE, 9)
    for rise, reach, side in ((140, 104, 1), (190, 118, -1), (250, 92, 1), (288, 74, -1)):
        _leaf(pen, x, table - rise, reach * side, mixed(PINE, BRASS, 0.12 if side > 0 else 0.3))
    _leaf(pen, x, table - 322, 34, mixed(PINE, BRASS, 0.4))
    _leaf(pen, x, table - 322, -34, mixed(PINE, BRASS, 0.2))
    _open_book(pen, x, table)


def _open_book(pen: Pen, x: float, table: float) -> None:
    """A book lying open, its back at (x, table)."""
    for side in (-1, 1):
        pen.shape([(x, table + 26), (x + side * 196, table + 4), (x + side * 196, table - 62), (x, table - 40)], ROSE)
        page = [(x + side * step * 18.5, table - 50 - 34 * math.sin(step / 10 * math.pi * 0.92)) for step in range(11)]
        pen.shape([*page, (x + side * 185, table - 8), (x, table + 14)], PAPER if side > 0 else mixed(PAPER, INK, 0.06))
        for line in range(3):
            y = table - 36 + line * 14
            pen.stroke([(x + side * 26, y), (x + side * (160 - line * 12), y - 14)], mixed(PAPER, INK, 0.35), 3)
    pen.stroke([(x, table - 52), (x, table + 20)], mixed(PAPER, INK, 0.4), 3)


def _leaf(pen: Pen, x: float, y: float, reach: float, colour: Colour) -> None:
    """A leaf that springs from (x, y) and rises to one side."""
    tip = (x + reach, y - abs(reach) * 0.62)
    points: list[Point] = []
    for step in range(21):
        part = step / 20 * 2
        along = part if part <= 1 else 2 - part
        bulge = math.sin(along * math.pi) * abs(reach) * 0.26 * (1 if part <= 1 else -1)
        lean = bulge * 0.5 * math.copysign(1, reach)
        points.append((x + (tip[0] - x) * along + lean, y + (tip[1] - y) * along + bulge))
    pen.shape(points, colour)
    pen.stroke([(x, y), tip], mixed(colour, PAPER, 0.35), 2)


def lighthouse(pen: Pen, width: float, height: float) -> None:
    _bands(pen, width, 0, height * 0.77, _shades(INK, SKY, 8))
    _stars(pen, [(90, 150), (140, 90), (240, 48), (60, 240), (420, 210), (380, 120), (300, 90), (200, 150)])
    x, lamp = width * 0.64, 196.0
    for spread, share in ((66, 0.35), (38, 0.7)):
        beam = mixed(SKY, BRASS, share)
        pen.shape([(x, lamp), (-20, lamp - 10 - spread), (-20, lamp + 30 + spread)], beam)
    pen.shape([(x, lamp), (width + 20, lamp - 46), (width + 20, lamp + 50)], mixed(SKY, BRASS, 0.5))
    _sail(pen, 96, height * 0.70, 0.62)
    pen.shape([(x - 110, height * 0.8), (x - 84, height * 0.68), (x - 40, height * 0.64), (x + 54, height * 0.635),
               (x + 100, height * 0.7), (x + 150, height * 0.8)], mixed(INK, LEATHER, 0.3))  # fmt: skip
    pen.shape([(x - 38, height * 0.65), (x - 24, 232), (x + 24, 232), (x + 38, height * 0.65)], PAPER)
    for band in (0, 1):
        y, half = 268 + band * 66, 26 + band * 6
        pen.shape([(x - half, y), (x + half, y), (x + half + 3, y + 32), (x - half - 3, y + 32)], ROSE)
    pen.box((x - 34, 224, x + 34, 234), INK)
    pen.box((x - 18, 172, x + 18, 224), BRASS)
    pen.box((x - 3, 172, x + 3, 224), INK)
    pen.wedge((x - 24, 148, x + 24, 196), 180, 360, ROSE)
    for row, share in enumerate((0.75, 0.5, 0.3, 0.12)):
        colour = mixed(INK, SKY, share + 0.2)
        _waves(pen, width, height * (0.735 + row * 0.075), height, 92 + row * 14, row * 41, colour)


def ship(pen: Pen, width: float, height: float) -> None:
    _bands(pen, width, 0, height * 0.74, _shades(mixed(SKY, PAPER, 0.6), DUSK, 6))
    pen.disc((width * 0.5, height * 0.48), 150, BRASS)
    pen.disc((width * 0.5, height * 0.48), 112, mixed(BRASS, PAPER, 0.35))
    for x, y in ((110, 200), (150, 176), (400, 150), (372, 222)):
        pen.arc((x - 22, y, x, y + 14), 190, 350, INK, 3)
        pen.arc((x, y, x + 22, y + 14), 190, 350, INK, 3)
    _waves(pen, width, height * 0.73, height, 110, 30, mixed(PINE, PAPER, 0.3))
    deck = height * 0.76
    pen.shape(
        [(100, deck - 62), (150, deck - 46), (330, deck - 46), (400, deck - 74), (352, deck + 20), (150, deck + 20)],
        LEATHER,
    )
    pen.stroke([(108, deck - 50), (150, deck - 36), (330, deck - 36), (390, deck - 58)], BRASS, 5)
    pen.stroke([(380, deck - 68), (462, deck - 104)], LEATHER, 7)
    for x, top in ((196, 150), (306, 118)):
        pen.stroke([(x, deck - 44), (x, top)], darker(LEATHER, 0.5), 7)
    for x, top, half, tall in ((196, 176, 46, 76), (196, 262, 60, 96), (306, 146, 50, 88), (306, 244, 66, 112)):
        bow = [(x + half + 22 * math.sin(step / 8 * math.pi), top + tall * step / 8) for step in range(9)]
        back = [(x - half + 22 * math.sin(step / 8 * math.pi), top + tall * step / 8) for step in range(8, -1, -1)]
        pen.shape([*bow, *back], PAPER if half != 60 else mixed(PAPER, BRASS, 0.15))
    pen.shape([(318, 132), (454, deck - 104), (330, deck - 66)], mixed(PAPER, BRASS, 0.22))
    pen.shape([(306, 118), (306, 92), (262, 104)], ROSE)
    for row, share in enumerate((0.12, -0.1, -0.3)):
        colour = mixed(PINE, PAPER, share) if share > 0 else mixed(PINE, INK, -share)
        _waves(pen, width, height * (0.8 + row * 0.075), height, 120 + row * 16, 70 + row * 53, colour)


def cliff(pen: Pen, width: float, height: float) -> None:
    sea = height * 0.7
    _bands(pen, width, 0, sea, _shades(mixed(ROSE, PAPER, 0.4), DUSK, 7))
    pen.disc((108, sea - 26), 76, BRASS)
    _bands(pen, width, sea, height, _shades(mixed(SKY, ROSE, 0.25), mixed(SKY, INK, 0.4), 5))
    for row in range(7):
        half = 84 - row * 9 + (row % 2) * 18
        pen.stroke([(108 - half, sea + 12 + row * 18), (108 + half, sea + 12 + row * 18)], mixed(BRASS, ROSE, 0.2), 4)
    _sail(pen, 52, sea + 52, 0.5)
    shadow = mixed(PAPER, ROSE, 0.22)
    foot = sea + 14
    arch: list[Point] = [(332, 236), (300, 240), (268, 262), (246, 302), (234, 352), (230, foot)]
    pen.shape([(width, 150), (430, 158), (352, 174), (290, 190), (240, 222), (206, 276), (190, 344), (182, foot),
               *reversed(arch), (336, 262), (330, 330), (334, foot), (width, foot + 18)], PAPER)  # fmt: skip
    pen.shape([*arch, (216, foot), (222, 346), (236, 290), (262, 246), (296, 226), (332, 222)], shadow)
    pen.shape([(336, 262), (330, 330), (334, foot), (352, foot), (346, 330), (350, 254)], shadow)
    for y, start in ((218, 382), (250, 420), (282, 372), (314, 446), (346, 386), (378, 410)):
        pen.stroke([(start, y), (start + 92, y - 5)], shadow, 4)
        pen.stroke([(start + 122, y - 6), (width, y - 9)], shadow, 4)
    pen.shape([(width, 136), (430, 144), (352, 160), (290, 178), (236, 214), (230, 230), (292, 198), (354, 182),
               (432, 168), (width, 164)], mixed(PINE, BRASS, 0.2))  # fmt: skip
    pen.shape([(132, foot), (142, 316), (150, 302), (158, 320), (166, foot)], PAPER)
    pen.shape([(width, height * 0.8), (380, height * 0.89), (250, height), (width, height)], mixed(DUSK, LEATHER, 0.25))


def invisible(pen: Pen, width: float, height: float) -> None:
    _bands(pen, width, 0, height, _shades(INK, mixed(SKY, PAPER, 0.25), 9))
    _stars(pen, [(80, 200), (120, 120), (180, 70), (400, 110), (440, 190), (52, 290), (470, 270)])
    pen.disc((width / 2, 196), 138, mixed(PAPER, BRASS, 0.25))
    town = mixed(INK, SKY, 0.3)
    houses = ((0, 60, 440), (60, 104, 400), (104, 170, 452), (334, 396, 430), (396, 436, 380), (436, 558, 446))
    for left, right, top in houses:
        pen.box((left, top, right, height), town)
        pen.shape([(left - 4, top), ((left + right) / 2, top - 44), (right + 4, top)], town)
    pen.shape([(60, 400), (82, 270), (104, 400)], town)
    pen.shape([(396, 380), (416, 256), (436, 380)], town)
    for x, y in ((76, 424), (20, 474), (128, 480), (360, 462), (410, 412), (462, 478)):
        pen.box((x, y, x + 12, y + 20), BRASS)
    pen.box((0, height * 0.91, width, height), INK)
    _empty_coat(pen, width / 2, height * 0.93)


def _empty_coat(pen: Pen, x: float, ground: float) -> None:
    """A hat above a cloak, a cane beside it, and nobody in between."""
    cloth = darker(ROSE, 0.62)
    pen.shape([(x - 46, 262), (x + 46, 262), (x + 88, 304), (x + 122, ground), (x - 122, ground), (x - 88, 304)], cloth)
    pen.shape([(x - 46, 262), (x, 300), (x - 26, 330), (x - 66, 276)], mixed(cloth, ROSE, 0.8))
    pen.shape([(x + 46, 262), (x, 300), (x + 26, 330), (x + 66, 276)], mixed(cloth, ROSE, 0.8))
    pen.oval((x - 44, 248, x + 44, 278), INK)
    pen.stroke([(x, 304), (x, ground)], darker(cloth, 0.6), 4)
    for y in (344, 388, 432):
        pen.disc((x + 12, y), 5, BRASS)
    pen.shape([(x - 48, 86), (x, 76), (x + 48, 86), (x + 34, 164), (x - 34, 164)], INK)
    pen.oval((x - 84, 148, x + 84, 178), INK)
    pen.shape([(x - 38, 140), (x + 38, 140), (x + 36, 156), (x - 36, 156)], ROSE)
    pen.stroke([(x + 146, 356), (x + 160, ground)], darker(LEATHER, 0.8), 8)
    pen.disc((x + 146, 352), 13, BRASS)


SCENES: dict[str, Scene] = {
    "flock": flock, "lake": lake, "roofs": roofs, "cockade": cockade, "fan": fan, "sprout": sprout,
    "lighthouse": lighthouse, "ship": ship, "cliff": cliff, "invisible": invisible,
}  # fmt: skip
