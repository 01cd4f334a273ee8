"""The look keeps its promises: contrast in both themes, weight, nothing inline, no rule that old phones choke on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "kit" / "web" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLE = "".join((STATIC / name).read_text("utf-8") for name in ("style.css", "desk.css", "answer.css", "reader.css"))

BODY, OTHER, SHAPE = 7.0, 4.5, 3.0  # WCAG 2.2: 1.4.6 for running text, 1.4.3 for the rest, 1.4.11 for edges
COLOURS = ("leather", "pine", "sky", "rose", "warn", "bad")
PAIRS = [
    *[(text, ground, BODY) for text in ("ink", "ink-2") for ground in ("paper", "sheet")],
    *[(text, ground, OTHER) for text in COLOURS for ground in ("paper", "sheet")],
    *[("on", ground, OTHER) for ground in COLOURS],
    ("paper", "ink", BODY),
    ("edge", "paper", SHAPE),
    ("edge", "sheet", SHAPE),
    ("brass", "lid", SHAPE),
]


def tokens(opening: str) -> dict[str, str]:
    """The colours that the first rule starting with `opening` gives to custom properties."""
    body = STYLE.split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", body))


LIGHT = tokens(":root{")
THEMES = {
    "light": LIGHT,
    "dark": LIGHT | tokens("(prefers-color-scheme:dark){:root{"),
    "night": LIGHT | tokens(".reader-night{"),
}


def luminance(colour: str) -> float:
    """Relative luminance of `#rgb` or `#rrggbb` (WCAG 2.2, "relative luminance")."""
    digits = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_colours_are_told_apart(theme: str, text: str, ground: str, least: float) -> None:
    colours = THEMES[theme]
    assert ratio(colours[text], colours[ground]) >= least


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [("ink", "paper", BODY), ("ink-2", "paper", BODY), ("ink-2", "sheet", BODY), ("sky", "paper", OTHER),
     ("leather", "paper", OTHER), ("on", "leather", OTHER)],
)  # fmt: skip
def test_night_reading_is_told_apart(text: str, ground: str, least: float) -> None:
    assert ratio(THEMES["night"][text], THEMES["night"][ground]) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_white_is_read_on_leather_and_on_drawn_covers(theme: str) -> None:
    grounds = [THEMES[theme]["lid"], *re.findall(r"--k:(#[0-9a-f]{6})", STYLE)]
    assert len(grounds) > 5
    assert min(ratio("#fff", ground) for ground in grounds) >= BODY


def test_each_theme_redefines_every_ground_it_darkens() -> None:
    assert set(tokens("(prefers-color-scheme:dark){:root{")) >= set(LIGHT) - {"brass"}


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("style.css", 12_000),
        ("desk.css", 6_000),
        ("answer.css", 2_000),
        ("reader.css", 2_000),
        ("icons.svg", 6_000),
        ("app.js", 3_600),
        ("favicon.svg", 500),
    ],
)
def test_statics_are_light(name: str, most: int) -> None:
    assert len((STATIC / name).read_bytes()) <= most


def test_the_welcome_page_has_room_left_for_its_words() -> None:
    """The welcome page asks for these three and weighs at most 20 KB in all, before compression."""
    shared = sum((STATIC / name).stat().st_size for name in ("style.css", "icons.svg", "favicon.svg"))
    assert shared <= 17_400


def test_style_works_on_old_phones_and_in_both_directions() -> None:
    for word in (":has(", "color-mix(", "@import", "url(", "@layer", "&", "text-align:left", "text-align:right"):
        assert word not in STYLE, word
    assert STYLE.count("{") == STYLE.count("}")
    one_sided = re.findall(r"(?:margin|padding|border)-(?:left|right)\b", STYLE)
    assert one_sided.count("margin-left") <= 2 and "padding-left" not in one_sided  # a pair, and a centred eyelet


def test_every_icon_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="i-([\w-]+)" viewBox="0 0 48 48">', (STATIC / "icons.svg").read_text("utf-8")))
    for page in TEMPLATES:
        words = page.read_text("utf-8")
        asked = set(re.findall(r"(?:icon|_draw)\([\"']([\w-]+)[\"']\)", words)) - {"face-"}
        asked |= set(re.findall(r"(?:icon=|#i-|empty\(|door\([^,]+, )[\"']?([\w-]+)[\"']", words))
        assert asked <= drawn, (page.name, asked - drawn)


# What people take home is one file without a server: its style must stand inside it, and it has no script at all.
TAKEN_HOME = {"take_home_file.html"}


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_templates_obey_the_content_policy(page: Path) -> None:
    words = page.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", words), "inline style is refused by the browser: use a class"
    assert page.name in TAKEN_HOME or not re.search(r"<style\b", words)
    assert page.name not in TAKEN_HOME or "<script" not in words
    assert not re.search(r"\son\w+\s*=\s*[\"']", words), "inline handlers are refused by the browser"
    # A data block (HTML, 4.12.1) is no script: one value for search engines, which `tojson` keeps inside its element.
    code = re.sub(r'<script type="application/ld\+json">\{\{ \w+\|tojson \}\}</script>', "", words)
    assert not re.search(r"<script(?![^>]*\ssrc=)", code), "inline scripts are refused by the browser"
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", words), "no address outside the box"
