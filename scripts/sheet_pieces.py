"""The pieces that pictures of step-by-step sheets are made of: a row of a menu, a button, a message, a keyboard...

Each `draw_NAME` answers to `NAME` in `sheet_pictures.toml`. A piece draws from its own top left corner, as wide as it
is told, and says how high it is and where the finger goes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

STROKE = 3
# The light values of kit/web/static/style.css, hard-coded: a picture keeps its own paper at night too.
PAPER, SHEET, INK, EDGE, BRASS = "#fbf7f0", "#fffdf9", "#1d2433", "#7d7262", "#e3a72f"
TONES = {"ink": INK, "leather": "#84360f", "pine": "#14584a", "sky": "#174f87", "rose": "#96194a", "bad": "#9b1420"}
ICONS: dict[str, str] = tomllib.loads((Path(__file__).parent / "sheet_icons.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Piece:
    """One drawn piece: its SVG from its own top left corner, its height, and where the finger goes, if it does."""

    svg: str
    height: float
    finger: tuple[float, float] | None = None


@dataclass(frozen=True)
class Order:
    """What a piece was asked for: the width it may fill, its arguments, and which of them is starred."""

    width: float
    args: tuple[str, ...]
    is_target: bool
    starred: int | None

    def arg(self, index: int, otherwise: str = "") -> str:
        return self.args[index] if index < len(self.args) else otherwise

    def fill(self, index: int | None = None) -> str:
        hit = self.is_target if index is None else self.starred == index
        return BRASS if hit else SHEET


def number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def box(x: float, y: float, w: float, h: float, radius: float = 10, more: str = "") -> str:
    place = " ".join(f'{key}="{number(n)}"' for key, n in (("x", x), ("y", y), ("width", w), ("height", h)))
    return f'<rect {place} rx="{number(radius)}"{more}/>'


def filled(colour: str) -> str:
    return f' fill="{colour}"'


def icon(name: str, x: float, y: float, size: float, tone: str = "") -> str:
    """An icon in a square of `size`; its stroke is as wide as everywhere else."""
    scale = size / 48
    colour = f' stroke="{TONES[tone]}"' if tone else ""
    return (
        f'<path transform="translate({number(x)} {number(y)}) scale({scale:.3g})" '
        f'stroke-width="{number(STROKE / scale)}"{colour} d="{ICONS[name]}"/>'
    )


def words(text: str, x: float, y: float, size: float = 16, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{at}{weight} '
        f'fill="{INK}" stroke="none">{escape(text)}</text>'
    )


def grey_lines(x: float, y: float, widths: list[float], step: float = 13) -> str:
    """Writing that need not be read."""
    path = "".join(f"M{number(x)} {number(y + step * n)}h{number(w)}" for n, w in enumerate(widths))
    return f'<path stroke="{EDGE}" d="{path}"/>'


def middle(order: Order, height: float, part: float = 0.5) -> tuple[float, float] | None:
    """Where the finger goes on a starred piece: half its height, and `part` of its width, not to hide its words."""
    return (order.width * part, height / 2) if order.is_target else None


def draw_title(order: Order) -> Piece:
    back = icon("back", 0, 3, 26)
    finger = (13.0, 16.0) if order.is_target else None
    spot = f'<circle cx="13" cy="16" r="17" stroke="none" fill="{BRASS}"/>' if finger else ""
    line = f'<path stroke="{EDGE}" d="M0 36h{number(order.width)}"/>'
    return Piece(spot + back + words(order.arg(0), 36, 23, 18, bold=True) + line, 38, finger)


def draw_row(order: Order) -> Piece:
    """A line of a menu: icon and words, or grey lines in place of words."""
    height, label = 46.0, order.arg(1)
    said = words(label, 46, 29) if label else grey_lines(48, 17, [order.width * 0.5, order.width * 0.32])
    tone = order.arg(2)
    svg = box(0, 0, order.width, height, more=filled(order.fill())) + icon(order.args[0], 11, 11, 24, tone) + said
    return Piece(svg, height, middle(order, height, 0.84))


def draw_switch(order: Order) -> Piece:
    """A line with a switch: `icon|words|on` or `off`."""
    height, is_on, w = 46.0, order.arg(2) == "on", order.width
    knob_x = w - 22 if is_on else w - 42
    svg = box(0, 0, w, height, more=filled(order.fill())) + icon(order.args[0], 11, 11, 24)
    svg += words(order.arg(1), 44, 29) + box(w - 54, 11, 44, 24, 12, filled(TONES["pine"] if is_on else SHEET))
    svg += f'<circle cx="{number(knob_x)}" cy="23" r="7" fill="{SHEET}"/>'
    return Piece(svg, height, (w - 32, 23) if order.is_target else None)


def draw_field(order: Order) -> Piece:
    height = 44.0
    text = words(order.arg(0), 12, 28, 17)
    caret = "" if order.arg(0) else f'<path stroke="{TONES["leather"]}" d="M14 12v20"/>'
    tail = icon(order.args[1].removesuffix("*"), order.width - 36, 9, 26) if order.arg(1) else ""
    spot, finger = "", middle(order, height, 0.62 if order.arg(1) else 0.84)
    if order.starred == 1:
        finger = (order.width - 23, 22.0)
        spot = f'<circle cx="{number(finger[0])}" cy="22" r="19" stroke="none" fill="{BRASS}"/>'
    frame = box(0, 0, order.width, height, 6, filled(order.fill()))
    return Piece(frame + spot + text + tail + caret, height, finger)


def draw_buttons(order: Order) -> Piece:
    """One or more buttons side by side."""
    height, count = 46.0, len(order.args)
    each = (order.width - 10 * (count - 1)) / count
    svg, finger = "", None
    for n, label in enumerate(order.args):
        x = n * (each + 10)
        is_hit = order.starred == n or (order.is_target and count == 1)
        svg += box(x, 0, each, height, 23, filled(BRASS if is_hit else SHEET))
        svg += words(label, x + each / 2, 29, 16, "middle", bold=True)
        finger = (x + each / 2, height / 2) if is_hit else finger
    return Piece(svg, height, finger)


def draw_big(order: Order) -> Piece:
    """One or more large icons: what the step is about. `icon:tone` colours one."""
    count = len(order.args)
    size = {1: 96.0, 2: 74.0}.get(count, 54.0) * (1 if order.width < 200 else 1.35)
    each = order.width / count
    svg, finger = "", None
    for n, name in enumerate(order.args):
        x, (shape, _, tone) = n * each + (each - size) / 2, name.partition(":")
        if order.starred == n or (order.is_target and count == 1):
            finger = (x + size / 2, size / 2 + 8)
            svg += box(x - 12, -2, size + 24, size + 20, 20, filled(BRASS))
        svg += icon(shape, x, 8, size, tone)
    return Piece(svg, size + 16, finger)


def draw_small(order: Order) -> Piece:
    """One icon in the middle, where there is no room for a big one."""
    shape, _, tone = order.args[0].partition(":")
    half = order.width / 2
    spot = f'<circle cx="{number(half)}" cy="27" r="34" stroke="none" fill="{BRASS}"/>' if order.is_target else ""
    return Piece(spot + icon(shape, half - 27, 0, 54, tone), 54, middle(order, 54))


def draw_icons(order: Order) -> Piece:
    """Applications on the home screen, three in a row."""
    size, step, svg, finger = 50.0, order.width / 3, "", None
    for n, name in enumerate(order.args):
        x, y = (n % 3) * step + (step - size) / 2, (n // 3) * (size + 16)
        svg += box(x, y, size, size, 13, filled(order.fill(n))) + icon(name, x + 11, y + 11, size - 22)
        finger = (x + size / 2, y + size / 2) if order.starred == n else finger
    return Piece(svg, ((len(order.args) + 2) // 3) * (size + 16) - 16, finger)


def draw_bubble(order: Order) -> Piece:
    """A message: `left|first line|second line`; without lines, grey writing. `_` before a line: it is a link."""
    lines = order.args[1:]
    w, height = order.width - 24, 22.0 + 21 * max(len(lines), 2)
    x = 0.0 if order.args[0] == "left" else 24.0
    svg = box(x, 0, w, height, 16, filled(order.fill()))
    tail = (x + 18, 24) if order.args[0] == "left" else (x + w - 18, -24)
    svg += f'<path{filled(order.fill())} d="M{number(tail[0])} {number(height)}v14l{tail[1]}-14"/>'
    svg += "" if lines else grey_lines(x + 14, 24, [w * 0.75, w * 0.5], 20)
    for n, line in enumerate(lines):
        y = 27 + 21 * n
        if line:
            svg += words(line.removeprefix("_"), x + 14, y, 16)
        else:
            svg += grey_lines(x + 14, y - 6, [w * 0.7])
        if line.startswith("_"):
            svg += f'<path stroke="{TONES["sky"]}" d="M{number(x + 14)} {y + 5}h{number(w - 28)}"/>'
    return Piece(svg, height + 14, (x + w / 2, height / 2) if order.is_target else None)


def draw_note(order: Order) -> Piece:
    """A notification: icon, words or grey lines."""
    height = 56.0
    label = order.arg(1)
    said = words(label, 50, 34) if label else grey_lines(52, 20, [order.width * 0.55, order.width * 0.4], 17)
    frame = box(0, 0, order.width, height, 16, filled(order.fill()))
    svg = frame + icon(order.args[0], 13, 15, 26, order.arg(2)) + said
    return Piece(svg, height, middle(order, height, 0.84))


def draw_photos(order: Order) -> Piece:
    """Nine photos; `marked` says which are ticked (from 1), a starred argument is the one to touch."""
    marked = {int(part.removesuffix("*")) for part in order.args if part}
    target = int(order.args[order.starred]) if order.starred is not None else 0
    w, h = (order.width - 16) / 3, 50.0
    svg, finger = "", None
    for n in range(9):
        x, y = (n % 3) * (w + 8), (n // 3) * (h + 8)
        svg += box(x, y, w, h, 5, filled(BRASS if n + 1 == target else SHEET))
        if n + 1 in marked and not (n + 1 == target and len(marked) == 1):
            svg += icon("check", x + w / 2 - 14, y + h / 2 - 14, 28, "pine")
        else:
            svg += f'<path stroke="{EDGE}" d="M{number(x + 6)} {number(y + 41)}l14-17 10 11 8-8 10 14"/>'
        finger = (x + w / 2, y + h / 2) if n + 1 == target else finger
    return Piece(svg, 3 * h + 16, finger)


def draw_keyboard(order: Order) -> Piece:
    key, step = 13, order.width / 9
    rows = "".join(
        f"M{number(step * n + 3 + (row % 2) * 3)} {row * 26 + 14}h{key}" for row in range(3) for n in range(9 - row % 2)
    )
    keys = f'<path stroke="{EDGE}" stroke-width="13" stroke-linecap="butt" d="{rows}"/>'
    return Piece(keys + box(order.width * 0.22, 84, order.width * 0.56, 14, 6, filled(SHEET)), 100)


def draw_meter(order: Order) -> Piece:
    part = float(order.args[0]) / 100
    tone = TONES[order.arg(1, "leather")]
    bar = box(5, 5, (order.width - 10) * part, 16, 6, f' fill="{tone}" stroke="none"')
    return Piece(box(0, 0, order.width, 26, 10, filled(SHEET)) + bar, 26, middle(order, 26))


def draw_slider(order: Order) -> Piece:
    """From a small A to a large one; the knob at so many hundredths, with the arrow the finger follows."""
    left, right = 26.0, order.width - 34
    x = left + (right - left) * float(order.args[0]) / 100
    svg = words("A", 0, 44, 18, bold=True) + words("A", order.width - 24, 48, 34, bold=True)
    svg += f'<path d="M{number(left)} 38H{number(right)}"/>'
    svg += f'<circle cx="{number(x)}" cy="38" r="13" fill="{BRASS if order.is_target else SHEET}"/>'
    if order.is_target:
        svg += f'<path stroke="{TONES["leather"]}" d="M{number(x)} 8h54m-9-8l9 8-9 8"/>'
    return Piece(svg, 58, (x, 38) if order.is_target else None)


def draw_month(order: Order) -> Piece:
    """A month of days; the one to touch is in brass."""
    step, target = order.width / 7, int(order.args[0])
    svg, finger = "", None
    places = [(step * (n % 7) + step / 2, 34 + 28 * (n // 7)) for n in range(28)]
    dots = "".join(f"M{number(left)} {top}h.1" for n, (left, top) in enumerate(places) if n + 1 != target)
    x, y = places[target - 1]
    if order.is_target:
        finger = (x, float(y))
        svg = f'<circle cx="{number(x)}" cy="{y}" r="14" fill="{BRASS}"/>'
        svg += words(str(target), x, y + 6, 15, "middle", bold=True)
    frame = box(0, 0, order.width, 142, 8, filled(SHEET)) + f'<path d="M0 16h{number(order.width)}"/>'
    return Piece(f'{frame}<path stroke="{EDGE}" stroke-width="9" d="{dots}"/>{svg}', 142, finger)


def draw_face(order: Order) -> Piece:
    """A person on the screen of a video call, and oneself small in a corner."""
    height, w = float(order.arg(0, "170")), order.width
    svg = box(0, 0, w, height, 10, filled(SHEET)) + icon("person", w / 2 - 56, height - 112, 112)
    svg += box(w - 54, 8, 46, 58, 8, filled(PAPER)) + icon("person", w - 47, 20, 32)
    return Piece(svg, height)


def draw_rounds(order: Order) -> Piece:
    """Round buttons in a row: those of a call or a camera."""
    step, svg, finger = order.width / len(order.args), "", None
    for n, name in enumerate(order.args):
        x, (shape, _, tone) = n * step + step / 2, name.partition(":")
        svg += f'<circle cx="{number(x)}" cy="26" r="25" fill="{order.fill(n)}"/>'
        svg += icon(shape, x - 14, 12, 28, tone) if shape != "o" else f'<circle cx="{number(x)}" cy="26" r="15"/>'
        finger = (x, 26.0) if order.starred == n else finger
    return Piece(svg, 52, finger)


def draw_frame(order: Order) -> Piece:
    """The four corners of a camera's view around an icon."""
    w, h = order.width, 160
    corners = f"M2 30V2h28M{w - 30:g} 2h28v28M{w - 2:g} {h - 30}v28h-28M30 {h - 2}H2v-28"
    shape, _, tone = order.args[0].partition(":")
    return Piece(f'<path d="{corners}"/>' + icon(shape, w / 2 - 64, h / 2 - 64, 128, tone), h, middle(order, h))


def draw_paper(order: Order) -> Piece:
    """A sheet of paper with handwriting and a pen."""
    lines, w = order.args, order.width
    height = 60.0 + 32 * len(lines)
    svg = box(24, 0, w - 48, height, 3, filled(SHEET))
    for n, line in enumerate(lines):
        svg += words(line, 42, 46 + 32 * n, 19) if line else grey_lines(42, 40 + 32 * n, [w - 90])
    return Piece(svg + icon("pen", w - 74, height - 52, 60, "leather"), height + 8)


def draw_lines(order: Order) -> Piece:
    widths = [order.width * (0.92 if n % 2 == 0 else 0.7) for n in range(int(order.args[0]))]
    return Piece(grey_lines(2, 6, widths, 16), 16 * len(widths))


def draw_words(order: Order) -> Piece:
    """Words to be read, in the middle; an argument is a line. A last argument in digits is their size."""
    lines, size = order.args, 18.0
    if lines[-1].isdigit():
        lines, size = lines[:-1], float(lines[-1])
    svg = "".join(words(line, order.width / 2, size + n * size * 1.25, size, "middle") for n, line in enumerate(lines))
    return Piece(svg, size * 1.25 * len(lines) + 4, middle(order, size))


PIECES: dict[str, Callable[[Order], Piece]] = {
    name.removeprefix("draw_"): made for name, made in list(globals().items()) if name.startswith("draw_")
}


def make_piece(text: str, width: float) -> Piece:
    """`row* wifi|Wi-Fi` to a piece. Raises KeyError for a name that is not drawn here."""
    name, _, rest = text.partition(" ")
    parts = [part.strip() for part in rest.split("|")] if rest else []
    starred = next((n for n, part in enumerate(parts) if part.endswith("*")), None)
    args = tuple(part.removesuffix("*") for part in parts)
    return PIECES[name.removesuffix("*")](Order(width, args, name.endswith("*"), starred))
