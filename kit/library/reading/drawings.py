"""SVG made by strangers: rebuilt from a list of shapes that only draw, with its words kept for those who cannot see.

A drawing is always shown through <img>, where a browser runs no script and fetches nothing; what is rebuilt here would
be harmless without that too.
"""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

from kit.library.formats.markup import Element, attribute, descendants, local

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
MOST_PICTURE_BYTES = 8 << 20
Fetch = Callable[[str], "tuple[str, bytes] | None"]
_SHAPE_NAMES = (
    "svg g path rect circle ellipse line polyline polygon text tspan textPath defs linearGradient radialGradient "
    "stop clipPath mask image use style title desc symbol pattern marker"
)
_SHAPES = {name.lower(): name for name in _SHAPE_NAMES.split()}
_DRAWN = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "image", "use"})
_ATTRIBUTES_WORDS = (
    "id class x y x1 x2 y1 y2 cx cy r rx ry fx fy d points width height viewbox preserveaspectratio transform "
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke- "
    "dasharray stroke-miterlimit opacity font-family font-size font-style font-weight text-anchor letter-spacing "
    "word-spacing clip-path clip-rule mask offset stop-color stop-opacity gradientunits gradienttransform "
    "spreadmethod patternunits patterntransform patterncontentunits clippathunits maskunits maskcontentunits dx "
    "dy rotate textlength lengthadjust display visibility dominant-baseline baseline-shift version markerwidth "
    "markerheight refx refy orient"
)
_ATTRIBUTES = frozenset(_ATTRIBUTES_WORDS.split())
_INSIDE = re.compile(r"^\s*url\(\s*[\"']?#[\w.-]{1,80}[\"']?\s*\)\s*$")
_FAMILY = re.compile(r"font-family\s*:[^;}]{1,200}")
_STYLE_OUT = re.compile(r"@|url\s*\(|expression|javascript|<|\\", re.IGNORECASE)


def only_picture(svg: Element) -> str:
    """The address of the one picture a drawing is made of (a common way to set a full page), or ""."""
    drawn = {local(one.tag) for one in svg.iter()} - {
        "svg",
        "g",
        "defs",
        "clippath",
        "path",
        "style",
        "title",
        "desc",
        "image",
    }
    pictures = list(descendants(svg, "image"))
    loose = [one for one in descendants(svg, "path") if not _is_in_clip(svg, one)]
    return attribute(pictures[0], "href") if len(pictures) == 1 and not drawn and not loose else ""


def _is_in_clip(svg: Element, path: Element) -> bool:
    return any(path in list(clip.iter()) for clip in descendants(svg, "clippath"))


def is_empty(svg: Element) -> bool:
    """True when nothing is drawn: a page left white."""
    return not any(local(one.tag) in _DRAWN for one in svg.iter())


def text_of(svg: Element) -> str:
    """The words of a drawing in one run, words cut at a line's end made whole."""
    run = ""
    for element in descendants(svg, "text"):
        for line in _lines(element):
            words = " ".join(line.split())
            is_cut = run.endswith("-") and words[:1].islower()
            run = run[:-1] + words if is_cut else f"{run} {words}".strip()
    return run


def _lines(element: Element) -> list[str]:
    """The lines of a text element: a span placed lower, or not further along, starts a new one."""
    lines, last = [element.text or ""], ("", -1.0)
    for span in element:
        start = re.match(r"\s*(-?\d{1,6}(?:\.\d{1,9})?)", span.get("x", ""))
        place = float(start.group(1)) if start else last[1] + 1
        said = "".join(span.itertext()) + (span.tail or "")
        if span.get("y", last[0]) == last[0] and place > last[1]:
            lines[-1] += said
        else:
            lines.append(said)
        last = (span.get("y", last[0]), place)
    return lines


def draw(svg: Element, fetch: Fetch) -> bytes:
    """A drawing that only draws. `fetch` gives (media type, bytes) of a picture of the book, or None."""
    budget = [MOST_PICTURE_BYTES]
    root = _rebuild(svg, fetch, budget)
    if root is None:
        root = ET.Element(f"{{{SVG}}}svg")
    if "viewBox" not in root.attrib:
        width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
        if width and height:
            root.set("viewBox", f"0 0 {width:g} {height:g}")
    ET.register_namespace("", SVG)
    drawn: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return drawn


def _pixels(text: str) -> float:
    found = re.match(r"^\s*(\d{1,5}(?:\.\d{1,6})?)(px|pt)?\s*$", text)
    return float(found.group(1)) if found else 0.0


def _rebuild(element: Element, fetch: Fetch, budget: list[int]) -> Element | None:
    name = _SHAPES.get(local(element.tag))
    if name is None:
        return None
    made = ET.Element(f"{{{SVG}}}{name}")
    for key, value in element.attrib.items():
        if local(key) in _ATTRIBUTES and _is_harmless(value):
            made.set(_spelled(key), value)
    if name in ("use", "image", "textPath"):
        _link(made, attribute(element, "href"), name, fetch, budget)
    made.text = _words(name, element.text)
    for child in element:
        rebuilt = _rebuild(child, fetch, budget)
        if rebuilt is not None:
            rebuilt.tail = child.tail if name in ("text", "tspan", "textPath") else None
            made.append(rebuilt)
    return made


def _words(name: str, text: str | None) -> str | None:
    if name == "style":
        return _FAMILY.sub(_with_serif, text) if text and not _STYLE_OUT.search(text) else None
    return text if name in ("text", "tspan", "textPath", "title", "desc") else None


def _with_serif(found: re.Match[str]) -> str:
    """The book's own font is not served: a bookish one stands in, closer in width than the phone's plain one."""
    return f"{found.group(0).rstrip()},Georgia,'Noto Serif',serif"


def _spelled(key: str) -> str:
    """An attribute without its namespace, in its own capitals (viewBox)."""
    return key.rsplit("}", 1)[-1]


def _is_harmless(value: str) -> bool:
    low = value.lower()
    if "url(" in low.replace(" ", ""):
        return _INSIDE.match(value) is not None
    return "javascript:" not in low and len(value) < 500_000


def _link(made: Element, href: str, name: str, fetch: Fetch, budget: list[int]) -> None:
    if name != "image":
        if href.startswith("#"):
            made.set(XLINK, href)
        return
    found = fetch(href) if href else None
    if found is not None and len(found[1]) <= budget[0]:
        budget[0] -= len(found[1])
        made.set(XLINK, f"data:{found[0]};base64,{base64.b64encode(found[1]).decode()}")
