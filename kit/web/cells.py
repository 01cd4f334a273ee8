"""Texts as they may stand in a cell of a spreadsheet."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what would begin one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain_cell(text: str) -> str:
    """The text behind `neutral`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
