"""The guides against the running program, step by step, as a new user follows them: a renamed button fails here.

A walk stands beside a numbered list of a guide: one gesture for each of its steps, in order. What a step puts between
« » must be on the page before or after its gesture, or be named in `ELSEWHERE` (words of phones and of people).
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.content.walking import (
    GUIDES,
    NAMED,
    QUOTED,
    plain,
    sections,
)

# Between « » in a guide and no name of ours: why.
NOT_OURS = {
    "pas d’Internet": "phones say it", "Rester connecté": "phones say it", "E3": "a cell of a spreadsheet",
    "Votre avis nous sert à changer. Il n’a pas de nom.": "what the team says aloud",
    "Vous trouviez les lettres trop petites. Nous avons agrandi les fiches.": "an example of what to write",
    "Public domain in the USA": "what files say of their rights", "Valise de la Roya": "an example of a name",
    "pas ce que son nom annonce": "the sense of a refusal",
    "Quelqu’un vient de changer ce document.": "the beginning of a refusal",
    "avec sous-titres": "the sense of a choice",
    "en langue des signes": "the sense of a choice",
    **dict.fromkeys(("AirPrint", "Mopria", "IPP Everywhere"), "what boxes of printers say"),
}  # fmt: skip


def program_words() -> str:
    """Everything that pages may say: templates, texts of sources, tables and questionnaires."""
    repo = GUIDES.parents[1]
    kinds = (("templates", "html"), ("kit", "py"), ("kit", "toml"), ("content/questionnaires", "toml"))
    return plain(
        " ".join(path.read_text("utf-8") for where, kind in kinds for path in (repo / where).rglob(f"*.{kind}"))
    )


def titles() -> str:
    """What our own works and shelves are called."""
    about = (path for path in GUIDES.parent.rglob("*") if path.suffix in (".md", ".toml"))
    return plain(" ".join(" ".join(map("".join, NAMED.findall(path.read_text("utf-8")))) for path in about))


def is_named(words: str, program: str) -> bool:
    """True when a page has these words as a whole: a button, a link, a title, a label; not as a piece of a sentence."""
    return bool(re.search(r"[\"'>}] ?" + re.escape(words) + r" ?[.,:…]?[\"'<{(]", program))


def test_everything_a_guide_names_is_called_so() -> None:
    program, ours = program_words(), titles()
    missing = [
        f"{path.stem}: « {words} »"
        for path in sorted(GUIDES.glob("*.md"))
        for words in dict.fromkeys(QUOTED.findall(plain(path.read_text("utf-8").split("+++", 2)[2])))
        if words not in NOT_OURS and words not in ours and not is_named(words, program)
    ]
    assert missing == [], "a guide names a button, a page or a label that is called otherwise"


def test_every_numbered_list_is_walked() -> None:
    """No guide has steps that no test follows; read from the tests themselves."""
    walked = {
        tuple(ast.literal_eval(one) for one in call.args[1:3])
        for path in Path(__file__).parent.glob("test_guide_*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "follow"
        if all(isinstance(one, ast.Constant) for one in call.args[1:3])
    }
    written = {
        (path.stem, title) for path in GUIDES.glob("*.md") for title, steps in sections(path.stem).items() if steps
    }
    # To put a backup back takes a second machine: tests/backup/test_restore_page.py does it, as real processes.
    assert written - walked == {("reparer", "La carte est morte")}


def test_a_renamed_button_would_be_noticed() -> None:
    program = program_words()
    assert is_named("Demander une place", program)
    assert not is_named("Demander une place", program.replace("Demander une place", "Demander sa place"))
    assert not is_named("place qui se libère", program), "a piece of a sentence is no name"
