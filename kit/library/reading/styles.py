"""A book's style sheets, cut down to what cannot leave the book: plain selectors, modest lengths, no address at all.

Every selector is confined to `.book`; colours only speak in daylight, so that night reading stays dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import tinycss2

from kit.library.reading.clean import MARK, shift_heading

LARGEST_SHEET = 1 << 20
MOST_RULES = 4000
_PLAIN_WORDS = (
    "text-align text-align-last text-indent font-style font-weight font-variant text-decoration text-transform "
    "letter-spacing vertical-align float clear list-style-type white-space hyphens direction unicode-bidi page- "
    "break-before page-break-after page-break-inside border-style border-top-style border-bottom-style border- "
    "left-style border-right-style border-collapse text-orientation caption-side quotes"
)
_PLAIN = frozenset(_PLAIN_WORDS.split())
_LENGTHS_WORDS = (
    "margin margin-top margin-bottom margin-left margin-right padding padding-top padding-bottom padding-left "
    "padding-right border-width border-radius text-indent letter-spacing border-spacing"
)
_LENGTHS = frozenset(_LENGTHS_WORDS.split())
_SIZES = frozenset({"width", "max-width", "min-width", "height", "max-height"})
_COLOURS = frozenset({"color", "background-color", "border-color"})
_DISPLAYS_WORDS = (
    "block inline inline-block none table table-row table-cell table-row-group table-header-group list-item"
)
_DISPLAYS = frozenset(_DISPLAYS_WORDS.split())
_FONT_SIZES_WORDS = "smaller larger small medium large x-large xx-large x-small"
_FONT_SIZES = frozenset(_FONT_SIZES_WORDS.split())
_LARGEST = {"px": 40.0, "pt": 30.0, "em": 3.0, "rem": 3.0, "ex": 5.0}
_LARGEST_PERCENT = 12.0
_PSEUDO_WORDS = "first-child last-child first-letter first-line before after first-of-type last-of-type"
_PSEUDO = frozenset(_PSEUDO_WORDS.split())
_COLOUR_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla"})
_MEDIA = frozenset({"screen", "all", "print"})


def filter_styles(text: str, *, at_night: bool) -> str:
    """The style sheet that may be served for a book's own."""
    rules = tinycss2.parse_stylesheet(text[:LARGEST_SHEET], skip_comments=True, skip_whitespace=True)
    return "\n".join(_rules(rules[:MOST_RULES], at_night))


def _rules(rules: Sequence[Any], at_night: bool) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield from _rule(rule, at_night)
        elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content:
            media = tinycss2.serialize(rule.prelude).strip().lower()
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if media in _MEDIA:
                body = "\n".join(_rules([one for one in inner if one.type == "qualified-rule"], at_night))
                yield f"@media {media}{{{body}}}"


def _rule(rule: Any, at_night: bool) -> Iterator[str]:
    selectors = [found for part in _split(rule.prelude) if (found := _selector(part))]
    if not selectors:
        return
    declarations = tinycss2.parse_declaration_list(rule.content, skip_comments=True, skip_whitespace=True)
    kept: list[str] = []
    coloured: list[str] = []
    for one in declarations:
        if one.type == "declaration" and (value := _value(one)):
            (coloured if one.lower_name in _COLOURS else kept).append(f"{one.lower_name}:{value}")
    names = ",".join(selectors)
    if kept:
        yield f"{names}{{{';'.join(kept)}}}"
    if coloured and not at_night:
        yield f"@media screen and (prefers-color-scheme:light){{{names}{{{';'.join(coloured)}}}}}"


def _split(tokens: Sequence[Any]) -> Iterator[list[Any]]:
    part: list[Any] = []
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            yield part
            part = []
        elif token.type != "comment":
            part.append(token)
    yield part


def _selector(tokens: list[Any]) -> str:
    """One selector confined to the book, or "" when it is not made of plain parts only."""
    out, before = "", ""
    for token in tokens:
        if token.type == "whitespace":
            out += " "
        elif token.type == "hash" and token.value.isascii():
            out += f"#{MARK}{tinycss2.serializer.serialize_identifier(token.value)}"
        elif token.type == "literal" and token.value in (".", ">", "+", "~", ":", "*"):
            out += token.value if token.value != "." else ""
        elif token.type == "ident" and token.value.isascii():
            name = _ident(token.value, before)
            if not name:
                return ""
            out += name
        else:
            return ""
        before = token.value if token.type == "literal" else ""
    out = out.strip()
    if not out or out.startswith((">", "+", "~", ":")):
        return ""
    return out if out == ".book" or out.startswith((".book ", ".book>", ".book.")) else f".book {out}"


def _ident(name: str, before: str) -> str:
    if before == ".":
        return f".{MARK}{tinycss2.serializer.serialize_identifier(name)}"
    if before == ":":
        return name.lower() if name.lower() in _PSEUDO else ""
    low = name.lower()
    if low in ("body", "html"):
        return ".book"
    return shift_heading(low) if low.isalnum() else ""


def _value(declaration: Any) -> str:
    """The value of a declaration that may stay, or ""; what it says of importance is not listened to."""
    name = declaration.lower_name
    tokens = [token for token in declaration.value if token.type not in ("whitespace", "comment")]
    if not tokens or len(tokens) > 6:
        return ""
    if name == "line-height":
        # In pixels it would make lines overlap once the reader asks for large letters.
        is_kept = len(tokens) == 1 and (tokens[0].type == "number" or _is_relative(tokens[0])) and _is_modest(tokens[0])
    elif name in _PLAIN or name in _LENGTHS:
        is_kept = all(token.type == "ident" or _is_modest(token) for token in tokens)
    elif name in _COLOURS:
        is_kept = len(tokens) == 1 and _is_colour(tokens[0])
    else:
        is_kept = len(tokens) == 1 and _is_single(name, tokens[0])
    return tinycss2.serialize(declaration.value).strip() if is_kept else ""


def _is_modest(token: Any) -> bool:
    """True for a length that fits on a small phone, and is not negative."""
    if token.type == "number":
        return bool(0 <= token.value <= 1000)
    if token.type == "percentage":
        return bool(0 <= token.value <= _LARGEST_PERCENT or token.value == 100)
    return bool(token.type == "dimension" and 0 <= token.value <= _LARGEST.get(token.lower_unit, -1.0))


def _is_relative(token: Any) -> bool:
    return bool(token.type == "percentage" or (token.type == "dimension" and token.lower_unit in ("em", "rem")))


def _is_colour(token: Any) -> bool:
    if token.type == "function":
        return token.lower_name in _COLOUR_FUNCTIONS and all(
            one.type in ("number", "percentage", "whitespace", "literal") for one in token.arguments
        )
    return token.type in ("ident", "hash")


def _is_single(name: str, token: Any) -> bool:
    if name == "display":
        return token.type == "ident" and token.lower_value in _DISPLAYS
    if name == "font-size":
        is_relative = token.type == "dimension" and token.lower_unit in ("em", "rem") and 0.6 <= token.value <= 3
        is_percent = token.type == "percentage" and 60 <= token.value <= 300
        return is_relative or is_percent or (token.type == "ident" and token.lower_value in _FONT_SIZES)
    if name in _SIZES:
        is_percent = token.type == "percentage" and 0 < token.value <= 100
        return is_percent or (token.type != "number" and _is_modest(token))
    return name == "content" and token.type == "string" and len(token.value) < 40
