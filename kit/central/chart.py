"""A line of means with their margins, as points of a drawing made on the server. Pure numbers, no database."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 240, 36, 16, 36


class Point(msgspec.Struct, frozen=True):
    """One mean: where it stands, and where its margin begins and ends (`low` is further down)."""

    label: str
    x: float
    y: float
    high: float
    low: float


class Chart(msgspec.Struct, frozen=True):
    """`ticks` are (number, height); `path` joins the points in their order."""

    points: tuple[Point, ...]
    ticks: tuple[tuple[int, float], ...]
    path: str


def draw(values: Sequence[tuple[str, float, float | None]], least: int, most: int) -> Chart:
    """A chart of (label, mean, margin) between two bounds; a margin never leaves them."""
    room = (WIDTH - LEFT - 12) / max(1, len(values))

    def height(value: float) -> float:
        share = (min(max(value, least), most) - least) / max(1, most - least)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    points = tuple(
        Point(
            label, round(LEFT + room * (place + 0.5), 1), height(mean),
            height(mean + (margin or 0)), height(mean - (margin or 0)),
        )
        for place, (label, mean, margin) in enumerate(values)
    )  # fmt: skip
    ticks = tuple((mark, height(mark)) for mark in sorted({least, (least + most) // 2, most}))
    return Chart(points, ticks, " ".join(f"{'L' if place else 'M'}{one.x} {one.y}" for place, one in enumerate(points)))
