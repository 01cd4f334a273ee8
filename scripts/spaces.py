"""French typography: a no-break space before ; : ! ? and », and after «, in the words people read.

Read are templates (text, attributes, what is quoted inside expressions), texts of sources (neither docstrings nor SQL),
what scripts quote, and tables of words. The catalogues' French follows, so that no translation is lost.

Usage: python -m scripts.spaces [--mend]      (without it: says where a sign could stand alone on a line)
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
NO_BREAK = "\u00a0"
# A plain space that lets a sign begin a line. What stands before it is a word's end, not an operator's (`x = ?`).
LOOSE = re.compile(r"(?<!<>)(?<! [->])(?<=[^\s({\[=<,;:!?/|&*+]) (?=[;:!?](?:[\s\"'<)»…]|\\n|$)|»)|(?<=«) (?=\S)")
SQL = re.compile(r"\b(SELECT|WHERE|VALUES|LIKE|MATCH|LIMIT|BETWEEN|ESCAPE|IN \()")
# Read letter by letter by another program or a standard: not ours to set.
EXACT = frozenset({"kit/directory/vocabulary.toml", "kit/central/coordination.toml"})
OF_LA_COOP = "(Ex : "  # stands in its labels, which the team's catalogue has as they are
EXACT_WORDS = frozenset({"Qui est à l’initiative de cette intervention ?"})  # a column of the national export
JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
HELD = "\ue000"
_BEFORE_A_DOCSTRING = frozenset({tokenize.INDENT, tokenize.NEWLINE, tokenize.ENCODING, tokenize.DEDENT})


def mend_words(text: str) -> str:
    """The same words, each sign beside its own."""
    return LOOSE.sub(NO_BREAK, text)


def mend_quoted(text: str) -> str:
    """The same script or expression: only what it quotes."""
    return QUOTED.sub(lambda found: mend_words(found.group()), text)


def mend_template(text: str) -> str:
    """The same template; an expression counts as a word, a comment as nothing."""
    held = JINJA.findall(text)
    kept = (one if one.startswith("{#") else mend_quoted(one) for one in held)
    return re.sub(HELD, lambda _: next(kept), mend_words(JINJA.sub(HELD, text)))


def mend_source(text: str) -> str:
    """The same source; docstrings are for builders, SQL is for the database."""
    lines, before = text.splitlines(keepends=True), tokenize.ENCODING
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING and before not in _BEFORE_A_DOCSTRING and is_words(token.string):
            (first, start), (last, end) = token.start, token.end
            for row in range(first - 1, last):
                left = start if row == first - 1 else 0
                right = end if row == last - 1 else len(lines[row])
                lines[row] = lines[row][:left] + mend_words(lines[row][left:right]) + lines[row][right:]
        before = before if token.type in (tokenize.NL, tokenize.COMMENT) else token.type
    return "".join(lines)


def is_words(quoted: str) -> bool:
    """False for SQL, for expressions (`r"..."`) and for the words of a standard."""
    return quoted[0] not in "rR" and not SQL.search(quoted) and quoted.strip("\"'") not in EXACT_WORDS


def mend_catalogue(text: str) -> str:
    """The same catalogue: its French (msgid), never what translators wrote."""
    lines, french = text.splitlines(keepends=True), False
    for place, line in enumerate(lines):
        if not line.startswith('"'):
            french = line.startswith(("msgid", "msgctxt"))
        lines[place] = mend_words(line) if french and OF_LA_COOP not in line else line
    return "".join(lines)


MENDERS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("templates", "*.html", mend_template),
    ("kit", "*.py", mend_source),
    ("kit", "*.js", mend_quoted),
    ("kit", "*.toml", mend_words),
    ("kit", "*.po", mend_catalogue),
    ("content", "*.md", mend_words),
)


def list_loose() -> Iterator[tuple[Path, str, str]]:
    """Files with a space to mend: where, what stands there, what it should be."""
    for folder, pattern, mend in MENDERS:
        for path in sorted(one for one in (REPO / folder).rglob(pattern) if one.name != "README.md"):
            text = path.read_text("utf-8")
            if str(path.relative_to(REPO)) not in EXACT and (mended := mend(text)) != text:
                yield path, text, mended


def main(arguments: list[str]) -> int:
    """Say where, or mend."""
    found = list(list_loose())
    for path, text, mended in found:
        if "--mend" in arguments:
            path.write_text(mended, "utf-8")
        for number, (old, new) in enumerate(zip(text.splitlines(), mended.splitlines(), strict=True), 1):
            if old != new:
                print(f"{path.relative_to(REPO)}:{number}: {new.strip()[:110]}")
    return int(bool(found) and "--mend" not in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
