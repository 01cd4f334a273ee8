"""What only the team reads: found in templates and sources, kept in kit/web/locale/team.*.po. See scripts/words.py.

Templates are plain French, which `kit/web/translated.py` cuts into sentences; the French texts of sources stand in
`fr("...")`; then the errors that only the team meets, its links, and the vocabularies that no participant's page shows.
What participants read too stands in their catalogues, and is not asked twice.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kit.central import coordination
from kit.directory.advisers import vocabulary as advisers
from kit.errors import CATALOGUE
from kit.errors.kind import plain
from kit.library.packs import rules as packs
from kit.web.language import PAPERS
from kit.web.navigation import CENTRAL, CONSOLE
from kit.web.translated import translate
from kit.workshops import vocabulary as workshops
from kit.workshops.reports import vocabulary as reports
from scripts.words import REPO, Words, flatten, is_for_staff, list_words

TEMPLATES = REPO / "templates"


@cache
def list_team_words() -> tuple[tuple[Words, str], ...]:
    """Everything the team reads and participants do not, with the file it stands in."""
    shared = {words.one for words, _ in list_words() if not words.context and not words.many}
    return tuple((Words(text), place) for text, place in _find() if text not in shared)


def _find() -> Iterator[tuple[str, str]]:
    for path in list_team_templates():
        yield from ((text, str(path.relative_to(REPO))) for text in in_team_template(path.read_text("utf-8")))
    for path in sorted((REPO / "kit").rglob("*.py")):
        yield from ((text, str(path.relative_to(REPO))) for text in in_team_source(path.read_text("utf-8")))
    yield from ((kind.words, f"kit/errors ({code})") for code, kind in CATALOGUE.items() if is_for_staff(code))
    yield from ((link.label, "kit/web/navigation.py") for link in (*CONSOLE, *CENTRAL))
    yield from in_team_tables()


def list_team_templates() -> list[Path]:
    """The templates that are told in the team's languages: all but papers."""
    return [path for path in sorted(TEMPLATES.rglob("*.html")) if str(path.relative_to(TEMPLATES)) not in PAPERS]


def in_team_template(source: str) -> list[str]:
    """The French that stands in a template as it is."""
    found: list[str] = []
    translate(source, lambda words: found.append(words))  # type: ignore[func-returns-value]
    return found


def in_team_source(source: str) -> Iterator[str]:
    """What a source says in `fr("...")`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "fr":
            yield from (one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def in_team_tables() -> Iterator[tuple[str, str]]:
    """The words of the tables that only the team's pages show, with the module that reads each."""
    coop = tomllib.loads(reports.FILE.read_text("utf-8"))
    meetings = tomllib.loads(coordination.FILE.read_text("utf-8"))
    tables: dict[str, object] = {
        "kit/workshops/vocabulary.py": [
            *(list(workshops.labels(name).values()) for name in tomllib.loads(workshops.FILE.read_text("utf-8"))),
            list(workshops.themes_by_group()),
        ],
        "kit/workshops/reports/vocabulary.py": [[one["label"] for one in table] for table in coop.values()],
        "kit/central/coordination.py": [[one["label"] for one in table] for table in meetings.values()],
        "kit/directory/advisers/vocabulary.py": [(one.domain, one.words) for one in advisers.skills().values()],
        "kit/library/packs/rules.py": packs.competences(),
    }
    yield from ((plain(text), module) for module, table in tables.items() for text in flatten(table))
