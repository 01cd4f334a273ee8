"""Participants' words: found in templates and sources, kept in kit/web/locale/*.po by Babel. See scripts/words.

What stands in `_()`, `_n()` or `_in()` in a template, in `say()`, `say_count()` or `say_in()` in a source, in the
vocabularies named below, and in the errors a participant can meet, is read by participants and must stand in every
catalogue. What only the team reads (scripts/team_words.py) stands in catalogues of its own, `team.LANGUAGE.po`.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.nodes import Call, CondExpr, Const, Name, Node

from kit.directory import errands, finding
from kit.directory import vocabulary as national
from kit.directory.advisers import vocabulary as advisers
from kit.directory.forms import outside
from kit.directory.halls import vocabulary as halls
from kit.errors import CATALOGUE
from kit.errors.kind import plain
from kit.feedback.questionnaires import shipped
from kit.library.licences import all_licences
from kit.web.language import LOCALE, OWN_NAMES
from kit.web.navigation import CENTRAL, HOME, PUBLIC
from kit.workshops import vocabulary as workshops

REPO = Path(__file__).resolve().parents[1]
SINGLE, COUNTED, IN_CONTEXT = ("_", "say"), ("_n", "say_count"), ("_in", "say_in")

# Words that reach `_()` by a name: constants of modules (a mapping's values, a sequence's items, all the way down).
NAMED: dict[str, tuple[str, ...]] = {
    "kit.web.pages": ("WEEKDAYS", "MONTHS", "SIZES"),
    "kit.library.rules": ("DEFAULT_SHELF", "KIND_WORDS", "LEVEL_WORDS", "LANGUAGE_WORDS", "ACCESS_WORDS", "FILE_WORDS"),
    "kit.library.deposits.rules": (
        "RIGHTS", "SUPPORTS", "PURPOSES", "TERRITORIES", "DURATIONS", "CAPACITIES", "THIRD_PARTIES", "LICENCES",
    ),
    "kit.library.sheets.rules": ("WHAT_WORDS", "DEVICE_WORDS", "GESTURE_WORDS", "NEVER_CHECKED"),
    "kit.library.routes_site": ("PLACE_WORDS",),
    "kit.directory.freshness.actions": ("HOW",),
    "kit.directory.freshness.routes": ("WORDS",),
    "kit.directory.advisers.vocabulary": ("ROLES",),
    "kit.feedback.personal_data": ("WORDS",),
    "kit.workshops.vocabulary": ("LANGUAGES",),
}  # fmt: skip
# Errors that only the team can meet: whole rooms, but for those named FOR_ALL, and single ones.
STAFF_ROOMS = frozenset(
    {"api", "backup", "bench", "central", "hotspot", "https", "journal", "keys", "machine", "names", "packs", "people",
     "records", "reports", "sheets", "start", "store", "sync", "taking", "updates", "vouchers", "xlsform"}
)  # fmt: skip
FOR_ALL = frozenset(
    {"people.sign_in", "people.slow_down", "people.forbidden", "store.full", "store.busy", "store.readonly",
     "store.conflict", "store.gone"}
)  # fmt: skip
# One room to a line; the codes of a room that has others for participants.
STAFF_ONLY: dict[str, str] = {
    "directory": (
        "adviser_changed adviser_elsewhere bad_cursor bad_file bad_picture bad_since bad_size bad_tiles "
        "code_insee code_postal degrees email ends_before equipment_changed equipment_elsewhere equipment_out "
        "equipment_taken equipment_unfit hall_changed hall_elsewhere no_equipment no_hall no_loan no_proposal "
        "no_rejects pivot place_elsewhere proposal_elsewhere proposal_settled stop_cancelled stop_changed stop_closed "
        "stop_elsewhere too_many_links"
    ),
    "library": (
        "captions changed chapter link no_cover no_such_work no_twin not_your_shelf nothing_given side_file too_many"
    ),
    "deposits": "gone settled answer_there not_arrived",
    "printing": "bad_address gone no_answer refused",
    "thanks": "not_found",
    "letters": "told_elsewhere told_personal",
    "feedback": "not_found",
    "polls": "options paper too_few closed",
    "questionnaires": (
        "bounds cell choices condition empty faces if_answers lines name not_for_grid not_for_kiosk "
        "question_changed question_gone too_large"
    ),
    "workshops": (
        "already_closed changed_meanwhile counts merged_already name_closed names_closed no_card no_kit "
        "no_next_stop no_proposal no_visit nobody not_elsewhere paper_left place proposal_settled slots "
        "too_many_supports window"
    ),
}
_UNSTEADY = tuple(
    f'"{name}'
    for name in ("POT-Creation", "PO-Revision", "Generated", "Report", "Project", "Last-Translator", "Language-T")
)
PLACES = re.compile(r"%\((\w+)\)[sd]")


class Words(NamedTuple):
    """Words, or words for one and for many; `context` where French says the same of two things."""

    one: str
    many: str = ""
    context: str = ""


def find_words() -> Iterator[tuple[Words, str]]:
    """Everything participants read, with the file it stands in."""
    for folder, kind, read in (("templates", "html", in_template), ("kit", "py", in_source)):
        for path in sorted((REPO / folder).rglob(f"*.{kind}")):
            yield from ((words, str(path.relative_to(REPO))) for words in read(path.read_text("utf-8")))
    named = ((module, getattr(import_module(module), name)) for module, names in NAMED.items() for name in names)
    for module, value in named:
        yield from ((Words(text), module.replace(".", "/") + ".py") for text in flatten(value))
    yield from ((Words(text), place) for place, text in in_tables())
    yield from (
        (Words(kind.words), f"kit/errors ({code})") for code, kind in CATALOGUE.items() if not is_for_staff(code)
    )


def in_template(text: str) -> Iterator[Words]:
    """The words of a template: first arguments of `_`, `_n` and `_in`, when they are written there."""
    for call in Environment().parse(text).find_all(Call):  # noqa: S701 - nothing is rendered
        if isinstance(call.node, Name):
            yield from translated(call.node.name, [list(branches(arg)) for arg in call.args[:2]])


def branches(arg: Node) -> Iterator[str]:
    """The texts an argument of a template may be: itself, or both sides of a choice."""
    if isinstance(arg, Const) and isinstance(arg.value, str):
        yield arg.value
    elif isinstance(arg, CondExpr):
        yield from branches(arg.expr1)
        yield from branches(arg.expr2) if arg.expr2 is not None else ()


def in_source(text: str) -> Iterator[Words]:
    """The same of a source: first arguments of `say`, `say_count` and `say_in`."""
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            yield from translated(call.func.id, [list(choices(arg)) for arg in call.args[:2]])


def choices(arg: ast.expr) -> Iterator[str]:
    """The texts an argument may be: itself, or both sides of a choice."""
    if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
        yield arg.value
    elif isinstance(arg, ast.IfExp):
        yield from choices(arg.body)
        yield from choices(arg.orelse)


def translated(name: str, given: list[list[str]]) -> Iterator[Words]:
    """What a call of that name has translated."""
    if name in SINGLE and given:
        yield from (Words(one) for one in given[0])
    elif len(given) == 2 and all(len(one) == 1 for one in given):
        if name in COUNTED:
            yield Words(given[0][0], given[1][0])
        elif name in IN_CONTEXT:
            yield Words(given[1][0], context=given[0][0])


def in_tables() -> Iterator[tuple[str, str]]:
    """The words of the tables that rooms read from TOML files, with the module that reads each."""
    spoken = ("services", "publics_specifiquement_adresses", "prise_en_charge_specifique", "frais_a_charge",
              "modalites_acces", "modalites_accompagnement", "typologie")  # fmt: skip
    tables = {
        "kit/directory/vocabulary.py": [national.words(field) for field in spoken],
        "kit/directory/finding.py": [finding.days(), finding.publics(), finding.ways()],
        "kit/directory/forms.py": [[words for words, _ in outside().values()]],
        "kit/directory/halls/vocabulary.py": [
            (words, dict(answers)) for words, answers, is_public in halls.QUESTIONS.values() if is_public
        ],
        "kit/directory/advisers/vocabulary.py": [[one.words for one in advisers.skills().values()]],
        "kit/directory/errands.py": [(one.title, one.steps, one.papers) for one in errands.errands().values()],
        "kit/library/licences.py": [(one.may, one.must, one.short, one.name) for one in all_licences().values()],
        "kit/workshops/vocabulary.py": [
            *(list(workshops.labels(name).values()) for name in ("level", "theme", "access", "kind", "audience")),
            workshops.consents(),
        ],
        "kit/feedback/questionnaires.py": list(in_questionnaires()),
        "kit/web/navigation.py": [one.label for one in (HOME, *PUBLIC, *CENTRAL) if not one.power],
    }  # fmt: skip
    yield from ((module, text) for module, table in tables.items() for text in flatten(table))


def in_questionnaires() -> Iterator[str]:
    """What the standard questionnaires say."""
    for one in shipped().values():
        yield from (one.title, one.intro)
        for question in one.questions:
            yield from (question.text, question.hint, *(choice.label for choice in question.choices))


def flatten(value: object) -> Iterator[str]:
    """The words of a constant: a mapping's values, a sequence's items, all the way down."""
    if isinstance(value, str):
        if value:
            yield plain(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from flatten(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from flatten(one)


def is_for_staff(code: str) -> bool:
    """True for an error that no participant can meet."""
    room, _, name = code.partition(".")
    return code not in FOR_ALL and (room in STAFF_ROOMS or name in STAFF_ONLY.get(room, "").split())


# -- catalogues ---------------------------------------------------------------------------------------------------


@cache
def list_words() -> tuple[tuple[Words, str], ...]:
    """The same, read once: it parses every template and source."""
    return tuple(find_words())


def make_template(language: str = "") -> Catalog:
    """All there is to translate for participants, or in a catalogue of the team's, as gettext's template."""
    from scripts.team_words import list_team_words

    template = Catalog(charset="utf-8")
    for words, place in list_team_words() if is_team(language) else list_words():
        told_as = (words.one, words.many) if words.many else words.one
        template.add(told_as, locations=[(place, 0)], context=words.context or None)
    return template


def is_team(name: str) -> bool:
    """True for the name of one of the team's catalogues (`team.en`)."""
    return name.startswith("team.")


def read(language: str) -> Catalog:
    """The catalogue of a language, or an empty one."""
    path, locale = LOCALE / f"{language}.po", language.removeprefix("team.")
    if not path.is_file():
        return Catalog(locale, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def write(catalog: Catalog, language: str) -> None:
    """Keep it so that the changes of two people seldom meet: in the order of the words, without dates and lines."""
    own_name = OWN_NAMES[language.removeprefix("team.")]
    who = "the team reads" if is_team(language) else "participants read"
    catalog.header_comment = f"# What {who}: {own_name}. How to work on it: CONTRIBUTING.md, “Languages”."
    made = io.BytesIO()
    write_po(made, catalog, width=0, sort_output=True, include_lineno=False, ignore_obsolete=True)
    lines = made.getvalue().decode().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(_UNSTEADY)]
    (LOCALE / f"{language}.po").write_text("".join(kept), "utf-8")


def update(language: str) -> int:
    """Bring a catalogue up to date; how many words wait for a translation."""
    catalog = read(language)
    catalog.update(make_template(language), no_fuzzy_matching=True, update_creation_date=False)
    catalog.fuzzy = False
    write(catalog, language)
    return len([one for one in catalog if one.id and not is_told(one)])


def is_told(message: Message) -> bool:
    """True when nothing of it is left empty."""
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def problems(language: str) -> list[str]:
    """What is wrong with a catalogue: words missing, left empty, gone from the program, or with other placeholders."""
    catalog, template = read(language), make_template(language)
    found = [f"missing: {one.id}" for one in template if one.id and one.id not in catalog]
    found += [f"gone: {one.id}" for one in catalog if one.id and one.id not in template]
    for one in catalog:
        if one.id and not is_told(one):
            found.append(f"empty: {one.id}")
        elif one.id and one.fuzzy:
            found.append(f"guessed, not read by anybody: {one.id}")
        elif one.id:
            found += placeholder_problems(one)
    return found


def placeholder_problems(message: Message) -> list[str]:
    """A translation says what its French says: the same `%(name)s`. Forms for one or two may leave the count out."""
    pair = isinstance(message.id, tuple | list)
    wanted = set(PLACES.findall(message.id[1] if pair else message.id))
    told = message.string if pair else (message.string,)
    allowed = (wanted, wanted - {"count"}) if pair else (wanted,)
    return [f"other placeholders: {text}" for text in told if set(PLACES.findall(text)) not in allowed]


def main(arguments: list[str]) -> int:
    """update, check, or add a language."""
    command, *rest = arguments or ["check"]
    languages = [path.stem for path in sorted(LOCALE.glob("*.po"))]
    if command == "add":
        unknown = [one for one in rest if one.removeprefix("team.") not in OWN_NAMES]
        if unknown or not rest:
            print(f"Name it first in OWN_NAMES (kit/web/language.py): {' '.join(unknown)}", file=sys.stderr)
            return 1
        languages = rest
    if command in ("update", "add"):
        for language in languages:
            print(f"{language}: {update(language)} without translation (kit/web/locale/{language}.po)")
        return 0
    wrong = {language: problems(language) for language in languages}
    for language, lines in wrong.items():
        print("\n".join(f"{language}: {line}" for line in lines) or f"{language}: complete")
    return int(any(wrong.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
