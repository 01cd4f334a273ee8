"""Bars as SVG, drawn by hand: a picture of a table, without a library."""

from __future__ import annotations

from html import escape
from pathlib import Path

WIDTH, LINE, LEFT = 760, 26, 250


def draw_bars(title: str, unit: str, bars: list[tuple[str, float]], top: int = 0) -> tuple[str, int]:
    """One group of bars as the inside of an SVG, from `top` on; and where it ends."""
    most = max((value for _, value in bars), default=0) or 1.0
    lines = [f'<text x="0" y="{top + 18}" font-weight="700">{escape(title)} ({escape(unit)})</text>']
    for number, (words, value) in enumerate(bars):
        y = top + 30 + number * LINE
        width = round((WIDTH - LEFT - 90) * value / most, 1)
        lines.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(words)}</text>')
        lines.append(f'<rect x="{LEFT}" y="{y}" width="{width}" height="18" fill="#84360f"/>')
        lines.append(f'<text x="{LEFT + width + 6}" y="{y + 14}">{value:.4g}</text>')
    return "\n".join(lines), top + 44 + len(bars) * LINE


def write_plot(path: Path, groups: list[tuple[str, str, list[tuple[str, float]]]]) -> None:
    """All groups, one under the other, on paper-coloured ground."""
    inside, top = [], 8
    for title, unit, bars in groups:
        drawn, top = draw_bars(title, unit, bars, top)
        inside.append(drawn)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 {WIDTH + 20} {top}"'
    head += ' font-family="sans-serif" font-size="14">'
    ground = f'<rect x="-10" width="{WIDTH + 20}" height="{top}" fill="#fbf7f0"/>'
    path.write_text("\n".join([head, ground, *inside, "</svg>"]) + "\n", "utf-8")
