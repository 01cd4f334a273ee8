"""French typography of one paragraph, as a pure function over its text.

Rules: Imprimerie nationale, Lexique des règles typographiques (narrow no-break space inside « » and before ; ! ?,
no-break space before the colon and after the dash of a speech). Characters of the private use area stand for the
edges of inline elements: see `OPENINGS` and `CLOSINGS`. They are carried through and never count as text.
"""

from __future__ import annotations

import re

NARROW = "\u202f"
NO_BREAK = "\xa0"
OPENINGS = range(0xE000, 0xF000)
CLOSINGS = range(0xF000, 0xF900)
_TIGHT = f"([{NARROW}{NO_BREAK}"  # no space of its own is wanted after these
_OPEN, _CLOSE, _MARK = "[\ue000-\uefff]", "[\uf000-\uf8ff]", "[\ue000-\uf8ff]"

_SPACES = re.compile(r"[ \t\r\n\xa0\u202f]+")
_SPACE_BEFORE_CLOSING = re.compile(f" ({_CLOSE}+)")
_SPACE_AFTER_OPENING = re.compile(f"({_OPEN}+) ")
_STRAY_BEFORE_STOP = re.compile(f"({_CLOSE}) (?=[.,…])")
_STRAY_AFTER_APOSTROPHE = re.compile(f"’ (?={_OPEN})")
_ELLIPSIS = re.compile(r"(?<!\.)\.{2,6}(?!\.)")
_FIRST_DASH = re.compile(rf"^({_MARK}*)(?:--|[–—]|-(?= )) *")
_QUOTED_DASH = re.compile(rf"(« ?{_MARK}*)(?:--|[–—]|-) *")
_DOUBLE_HYPHEN = re.compile(r"(?<!-)( ?)--(?!-)( ?)")
_SPEECH_DASH = re.compile(rf"([.!?…:»]{_MARK}*) — ")
_LEFT_QUOTE = re.compile(r"« ?")
_RIGHT_QUOTE = re.compile(r" ?»")
_FIRST_RIGHT_QUOTE = re.compile(rf"^({_MARK}*){NARROW}» ?")
_HIGH = re.compile(r" ?([;!?]+)")
_COLON = re.compile(r"( ?):(?!//)")
_ABBREVIATED = re.compile(r"\b(MM?\.|Mmes?|Mlles?|[nN]°) (?=\S)")


def typeset(text: str) -> str:
    """The paragraph as a French compositor would set it. Setting it twice changes nothing more."""
    text = _ELLIPSIS.sub("…", _even_spaces(text.replace("'", "’")))
    text = _set_straight_quotes(text)
    text = _set_dashes(text)
    text = _set_guillemets(text)
    text = _HIGH.sub(_set_high, text)
    text = _COLON.sub(_set_colon, text)
    return _ABBREVIATED.sub(rf"\1{NO_BREAK}", text)


def _even_spaces(text: str) -> str:
    """One plain space where there were several of any kind, none at the inner edges of elements."""
    text = _SPACES.sub(" ", text)
    text = _SPACE_AFTER_OPENING.sub(r" \1", _SPACE_BEFORE_CLOSING.sub(r"\1 ", text))
    text = _SPACES.sub(" ", text).strip(" ")
    return _STRAY_AFTER_APOSTROPHE.sub("’", _STRAY_BEFORE_STOP.sub(r"\1", text))


def _is_mark(character: str) -> bool:
    return 0xE000 <= ord(character) <= 0xF8FF


def _before(text: str, index: int) -> str:
    """The nearest character before `index` that is text; "" at the start."""
    return next((one for one in reversed(text[:index]) if not _is_mark(one)), "")


def _after(text: str, index: int) -> str:
    return next((one for one in text[index:] if not _is_mark(one)), "")


def _set_straight_quotes(text: str) -> str:
    """`"` becomes « or »; what stands on its left decides, and for a lone one, whether a quotation is open."""
    is_open = False
    characters = list(text)
    for index, character in enumerate(characters):
        if character != '"':
            continue
        left, right = _before(text, index), _after(text, index + 1)
        may_open = left == "" or left in " ’([—-«"
        must_close = is_open and (right == "" or right in " ,.;:!?…)")
        is_open = may_open and not must_close
        characters[index] = "«" if is_open else "»"
    return "".join(characters)


def _set_dashes(text: str) -> str:
    text = _FIRST_DASH.sub(rf"\1—{NO_BREAK}", text)
    text = _QUOTED_DASH.sub(rf"\1—{NO_BREAK}", text)
    text = _DOUBLE_HYPHEN.sub(lambda found: " — " if found[1] or found[2] else "—", text)
    text = text.replace("— ,", "—,")
    return _SPEECH_DASH.sub(rf"\1 —{NO_BREAK}", text.replace(" – ", " — "))


def _set_guillemets(text: str) -> str:
    text = _RIGHT_QUOTE.sub(f"{NARROW}»", _LEFT_QUOTE.sub(f"«{NARROW}", text))
    return _FIRST_RIGHT_QUOTE.sub(rf"\1»{NARROW}", text)


def _set_high(found: re.Match[str]) -> str:
    """A narrow space before ; ! ? but for a bare sign glued between two letters (an address, a file name)."""
    left, right = _before(found.string, found.start()), _after(found.string, found.end())
    is_glued = not found[0].startswith(" ") and right.isalnum()
    if left == "" or is_glued:
        return found[0]
    return found[1] if left in _TIGHT else NARROW + found[1]


def _set_colon(found: re.Match[str]) -> str:
    """A no-break space before the colon, but for one glued between two letters or digits (10:30, doi:10.5281)."""
    left, right = _before(found.string, found.start()), _after(found.string, found.end())
    if left == "" or left in _TIGHT or (not found[1] and right.isalnum()):
        return found[0]
    return f"{NO_BREAK}:"
