"""The team's pages in another language: a template's French is read as it stands, and compiled again in the other.

Nothing is wrapped in a team's template: each run of text between two blocks of a page, each attribute that people read
and each French text in an expression is a key of `locale/team.LANGUAGE.po`. What is put in a sentence stands in the key
as `%(name)s`, tags without their attributes, and a choice of words (`{{ "s" if many > 1 }}`) as it is written. It is
done once for each template and process, before jinja2 compiles it: a page costs in English what it does in French, and
French does not know of it. Participants' words go through `_()` and are not touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

Find = Callable[[str], str | None]  # the words of the other language for French ones, or None

_JINJA = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"
_PIECE = re.compile(rf"(?P<jinja>{_JINJA})|(?P<tag><!--.*?-->|<[!/a-zA-Z](?:{_JINJA}|[^<>])*>)", re.S)
_NO_WORDS = r"\{% block (?:body_class|listen) %\}(?!\{% endblock).*?\{% endblock"
_MUTE = re.compile(rf"<(?:script|style|svg)\b.*?</(?:script|style|svg)>|{_NO_WORDS}", re.S)
_TAG_NAME = re.compile(r"</?([a-zA-Z][\w-]*)")
_ATTRIBUTE = re.compile(rf"(\s(?:title|aria-label|placeholder|alt|data-label|label)=)\"((?:{_JINJA}|[^\"])*)\"", re.S)
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.S)
_CODE = re.compile(rf"(?P<string>{_STRING.pattern})|(?P<name>[A-Za-z_]\w*)|(?P<sign>[()\[\]{{}},=]=?|\S)", re.S)
_LETTER = re.compile(r"[^\W\d_]|[«»]")  # French quotation marks are told too
_CODE_TEXT = re.compile(
    r"\w=\"|\w=$|^/\w|^[?&]\w+=|^ required$|^(?:quiet|bad|wide|reading)\b[ a-z]*$"
)  # attributes and addresses that a template puts together
_ENTITY = re.compile(r"&#?\w+;")
_SPACED_COLON = re.compile(r"^(?:[ \xa0\u202f]|&nbsp;)+(:)")
_EDGE = re.compile(r"^((?:[\s·|]|&nbsp;)*)(.*?)((?:[\s·|]|&nbsp;)*)$", re.S)
_PLACE = re.compile(r"%\((\w+)\)s")
_INLINE = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span",
     "strong", "sub", "sup", "time", "u", "var")
)  # fmt: skip
_WORD_SIGNS = re.compile(r"\||\b(?:if|or|and|else)\b")
_LOADING = re.compile(r"\{%-?\s*(?:import|from|extends|include)\b")
_CHOICE = re.compile(rf"\{{\{{-?\s*(?:{_STRING.pattern})\s+if\b|\belse\s+(?:{_STRING.pattern})\s*-?\}}\}}", re.S)
_COUNTED = re.compile(r"\{\{-?\s*counted\(")
_CALL = re.compile(r"\{\{-?\s*[\w.]+\(.*\)\s*-?\}\}", re.S)
# Where a call takes words for people: by its place, or by its name. Elsewhere words are known by how they look.
_SPOKEN_AT = {
    "tag": {0}, "gauge": {1}, "button": {0}, "link": {0}, "field": {1}, "notice": {1}, "empty": {1, 2}, "select": {1},
    "checkbox": {1}, "radios": {1}, "print_button": {0}, "listen_button": {1}, "counted": {1, 2}, "door": {2, 3},
    "ticket": {1, 2}, "radio_faces": {2}, "roll_row": {2}, "on_shelf": {2},
}  # fmt: skip
_SPOKEN_AS = frozenset({"group", "hint", "label", "action_label", "legend", "lead", "detail"})
_SPOKEN_BY_LOOK = frozenset({"error", "caption", "heading", "what", "text", "title", "words", "note", "who"})
_PLAIN = frozenset(
    {"absent", "arabe", "anglais", "bien", "incertaine", "moyen", "tous"}
)  # single words, without a capital
_MUTE_CALLS = frozenset({"_", "_n", "_in", "url_for", "static_url", "static_data", "icon", "may", "opens", "said"})


class Piece(NamedTuple):
    """A piece of a template: text, tag, expression ({{ }}) or statement ({% %}, comments)."""

    kind: str
    text: str

    @property
    def is_plain(self) -> bool:
        """True for an expression that says a value: neither a choice of words nor a call of a macro."""
        return self.kind == "expression" and not _CHOICE.search(self.text) and not self.is_macro

    @property
    def is_macro(self) -> bool:
        """True for the call of a macro: it makes a part of the page, not a part of a sentence."""
        return self.kind == "expression" and bool(_CALL.fullmatch(self.text)) and not _COUNTED.match(self.text)


def translate(source: str, find: Find) -> str:
    """A template whose French is told by `find`; what it does not know stays as it is."""
    return "".join(_told(source, find))


def _told(source: str, find: Find) -> Iterator[str]:
    run: list[Piece] = []
    for piece in _pieces(source):
        if piece.kind in ("text", "expression") or (piece.kind == "tag" and _tag(piece.text) in _INLINE):
            run.append(piece)
        else:
            yield from _tell_run(run, find)
            yield _tell_alone(piece, find)
            run = []
    yield from _tell_run(run, find)


def _pieces(source: str) -> Iterator[Piece]:
    end = 0
    for mute in [*_MUTE.finditer(source), None]:
        yield from _cut(source[end : mute.start() if mute else len(source)])
        if mute:
            yield Piece("mute", mute[0])
            end = mute.end()


def _cut(source: str) -> Iterator[Piece]:
    end = 0
    for found in _PIECE.finditer(source):
        if found.start() > end:
            yield Piece("text", source[end : found.start()])
        kind = "tag" if found["tag"] else "expression" if found[0].startswith("{{") else "statement"
        yield Piece(kind, found[0])
        end = found.end()
    if end < len(source):
        yield Piece("text", source[end:])


def _tag(text: str) -> str:
    found = _TAG_NAME.match(text)
    return found[1].lower() if found else ""


# -- a run: a sentence with what stands in it ---------------------------------------------------------------------


def _tell_run(run: list[Piece], find: Find) -> Iterator[str]:
    for part in _balanced(run):
        start, end = _core(part)
        yield from (_tell_alone(piece, find) for piece in part[:start])
        yield from _tell_sentence(part[start:end], find)
        yield from (_tell_alone(piece, find) for piece in part[end:])


def _balanced(run: list[Piece]) -> Iterator[list[Piece]]:
    """The run cut where a tag has its other half elsewhere."""
    partners = _partners(run)
    part: list[Piece] = []
    for place, piece in enumerate(run):
        if piece.kind == "tag" and _tag(piece.text) != "br" and place not in partners:
            yield part
            yield [piece]
            part = []
        else:
            part.append(piece)
    yield part


def _partners(run: list[Piece]) -> dict[int, int]:
    open_tags: list[tuple[str, int]] = []
    partners: dict[int, int] = {}
    for place, (kind, text) in enumerate(run):
        name = _tag(text) if kind == "tag" else ""
        if name and name != "br" and not text.startswith("</"):
            open_tags.append((name, place))
        elif name and open_tags and open_tags[-1][0] == name:
            first = open_tags.pop()[1]
            partners |= {first: place, place: first}
    return partners


def _core(run: list[Piece]) -> tuple[int, int]:
    """Where the words begin and end: without drawings, separators and tags around them."""
    start, end, partners = 0, len(run), _partners(run)
    while start < end:
        last = end - 1
        if _is_edge(run[start]):
            start += 1
        elif _is_edge(run[last]):
            end -= 1
        elif start in partners and not any(map(_speaks, run[start : partners[start]])):
            start = partners[start] + 1
        elif last in partners and not any(map(_speaks, run[partners[last] : last])):
            end = partners[last]
        elif partners.get(start) == last:
            start, end = start + 1, last
        else:
            break
    return start, end


def _is_edge(piece: Piece) -> bool:
    match = _EDGE.match(piece.text)
    return (
        piece.is_macro or (piece.kind == "tag" and _tag(piece.text) == "br")
        or (piece.kind == "text" and match is not None and not match[2])
    )  # fmt: skip


def _speaks(piece: Piece) -> bool:
    return piece.kind in ("text", "expression") and not _is_edge(piece)


def _tell_sentence(run: list[Piece], find: Find) -> Iterator[str]:
    if not any(piece.kind == "text" and _has_letters(piece.text) for piece in run):
        yield from (_tell_alone(piece, find) for piece in run)
        return
    key, places, tags = _make_key(run, find)
    before, words, after = _edges(key)
    told = find(" ".join(words.split(" ")))
    if told is None:
        yield "".join(piece.text if _CHOICE.search(piece.text) else _tell_alone(piece, find) for piece in run)
        return
    before = _before(before, told)
    rest = iter(tags)
    told = re.sub(r"<(?!/)(\w+)>", lambda tag: next(rest, tag[0]) if tag[1] != "br" else tag[0], told)
    yield before + _PLACE.sub(lambda place: places.get(place[1], place[0]), told) + after


def _make_key(run: list[Piece], find: Find) -> tuple[str, dict[str, str], list[str]]:
    """The key of a sentence, what each of its places holds, and its opening tags with their attributes."""
    key, places, tags = "", dict[str, str](), list[str]()
    for piece in run:
        if piece.kind == "tag":
            is_opening = not piece.text.startswith("</") and _tag(piece.text) != "br"
            tags += [_tell_tag(piece.text, find)] if is_opening else []
            key += f"<{'' if is_opening or _tag(piece.text) == 'br' else '/'}{_tag(piece.text)}>"
        elif piece.kind == "expression" and not _CHOICE.search(piece.text):
            told = _tell_code(piece.text, find)
            key += f"%({_name_place(piece.text, told, places)})s"
        else:
            key += re.sub(r"[ \t\n]+", " ", piece.text)
    return key, places, tags


def _name_place(expression: str, told: str, places: dict[str, str]) -> str:
    """A name for a value in a sentence, kept in `places`: the last name of its expression before filters."""
    names = re.findall(r"[A-Za-z_]\w*", _STRING.sub("", _WORD_SIGNS.split(expression)[0]))
    name = (names[0] if "counted(" in expression else names[-1]) if names else "value"
    number = 1
    while places.get(name if number == 1 else f"{name}{number}", told) != told:
        number += 1
    name = name if number == 1 else f"{name}{number}"
    places[name] = told
    return name


def _edges(text: str) -> tuple[str, str, str]:
    found = _EDGE.match(text)
    return (found[1], found[2], found[3]) if found else ("", text, "")


def _before(space: str, told: str) -> str:
    """What stands before words: French sets a space before a colon, others do not."""
    return space.rstrip() if told[:1] in tuple(":;!?.,") else space


def _has_letters(text: str) -> bool:
    return bool(_LETTER.search(_ENTITY.sub("", text))) and not _CODE_TEXT.search(text)


# -- what stands alone: tags with their attributes, expressions and statements ------------------------------------


def _tell_alone(piece: Piece, find: Find) -> str:
    if piece.kind == "tag":
        return _tell_tag(piece.text, find)
    if piece.kind == "text":
        return _SPACED_COLON.sub(lambda colon: find(colon[1]) or colon[0], piece.text)
    if piece.kind in ("expression", "statement") and not _LOADING.match(piece.text) and piece.text[1] != "#":
        return _tell_code(piece.text, find, is_choice=piece.kind == "expression")
    return piece.text


def _tell_tag(tag: str, find: Find) -> str:
    return _ATTRIBUTE.sub(lambda found: f'{found[1]}"{"".join(_tell_sentence(list(_cut(found[2])), find))}"', tag)


def _tell_code(code: str, find: Find, is_choice: bool = False) -> str:
    """An expression or statement whose French texts are told. `is_choice`: a choice of words is shown as it is."""
    calls: list[list[str | int]] = []  # of each open bracket: whose it is, which argument, by which name
    before, told, end = ["", ""], "", 0
    choices = {place for found in _CHOICE.finditer(code) for place in range(*found.span())} if is_choice else set()
    for found in _CODE.finditer(code):
        text = found[0]
        is_colon = bool(found["string"]) and text[1:-1].strip() == ":"  # what stands between two values
        if found["string"] and (is_colon or _is_spoken(text[1:-1], before, calls, found.start() in choices)):
            told += code[end : found.start()] + _tell_string(text, find)
            end = found.end()
        elif text in "([{":
            calls.append([before[-1] if text == "(" and re.match(r"\w", before[-1]) else text, 0, ""])
        elif text in ")]}" and calls:
            calls.pop()
        elif text == "," and calls:
            calls[-1][1:] = [int(calls[-1][1]) + 1, ""]
        elif text == "=" and calls:
            calls[-1][2] = before[-1]
        before = [before[-1], text]
    return told + code[end:]


def _is_spoken(words: str, before: list[str], calls: list[list[str | int]], is_shown: bool) -> bool:
    """True for a text that people read, by its place or by its look."""
    call, place, named = calls[-1] if calls else ("", 0, "")
    if before[-1] in ("==", "!=", "in", "[") or "".join(before) in ("!=", "==") or not _has_letters(words):
        return False
    if re.match(r"[#/?]|https?:|<\w[^>]*>$", words):
        return False
    if any(one[0] in _MUTE_CALLS for one in calls):
        return False
    if named and re.match(r"\w", str(call)):
        return named in _SPOKEN_AS or (named in _SPOKEN_BY_LOOK and looks_spoken(words))
    by_place = place in _SPOKEN_AT.get(str(call), ())
    is_joined = bool(re.match(r"\s+[a-zA-Z]|[a-z]+,?\s+$", words))  # a piece of a sentence brings its space along
    return is_shown or by_place or is_joined or words in _PLAIN or looks_spoken(words)


def looks_spoken(words: str) -> bool:
    """True for what can only be French for people: a capital, an accent, a French sign, or several words."""
    return bool(re.search(r"[À-ÿŒœ’«»…]|^\W*[A-Z][a-z]|[a-z],?\s+[a-z]|^\([a-z]", words))


def _tell_string(literal: str, find: Find) -> str:
    quote, words = literal[0], literal[1:-1]
    before, core, after = _edges(words.replace(f"\\{quote}", quote))
    told = find(core)
    if told is None:
        return literal
    return quote + _before(before, told) + told.replace(quote, f"\\{quote}") + after + quote
