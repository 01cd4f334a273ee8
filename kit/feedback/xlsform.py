"""Questionnaires from and to XLSForm workbooks (xlsform.org): the subset below, and a list of what was not taken.

Taken: the sheets survey, choices (or columns), settings; the types text, integer, decimal (two places), date, time,
dateTime (its day), range, select_one, select_multiple (with or_other: « Autre », and a few words), rank, geopoint (in
words: no position is taken), note, begin/end group (a heading; its condition goes to its questions; a repeat is asked
once, and listed), and the older words for them (« select one from »); name, label, hint (also `label::Français (fr)`),
required, relevant (`${q} = 'a'`, `selected(${q}, 'a')`, `${q} >= 3`, joined by `or` for one question, by `and` for
several), constraint of numbers (`. >= 0 and . <= 120`), appearance multiline. Everything else is listed with its cell,
and the reason where there is one, and left out; nonsense is refused with its cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from kit.errors import Problem
from kit.errors.kind import fr
from kit.feedback.questionnaires import Choice, Questionnaire
from kit.feedback.soundness import check_questionnaire, encode
from kit.feedback.workbooks import Cell, Row, read_sheets
from kit.feedback.xlsform_rows import Left, SurveyReader, is_label, with_plain_names, words_of

_SHEETS = frozenset({"survey", "choices", "settings"})
_SETTINGS = frozenset({"form_title", "title", "form_id", "id_string", "version", "default_language", "name"})
_DUPLICATES = "allow_choice_duplicates"


@dataclass
class Imported:
    """A questionnaire read from a workbook; `left` are (cell, what was not taken)."""

    questionnaire: Questionnaire
    left: list[tuple[str, str]] = field(default_factory=list)


def read_xlsform(raw: bytes, code: str, title: str = "") -> Imported:
    """The questionnaire of a workbook. Raises Problem `xlsform.*`, with the cell where one is to blame."""
    sheets = read_sheets(raw)
    if not sheets.get("survey"):
        raise Problem("xlsform.no_survey")
    left = Left()
    settings = next(iter(sheets.get("settings", [])), {})
    survey = [with_plain_names(row) for row in sheets["survey"]]
    may_repeat = "choice_filter" in {name for row in survey for name in row} or _is_yes(settings.get(_DUPLICATES))
    listed = "choices" if sheets.get("choices") else "columns"
    reader = SurveyReader(_read_choices(sheets.get(listed, []), left, may_repeat=may_repeat), left)
    for row in survey:
        reader.read(row)
    if reader.groups:
        raise Problem("xlsform.group", cell=reader.groups[-1].cell.address)
    _leave_the_rest(sheets, settings, left, listed)
    named = settings.get("form_title") or settings.get("title")
    made = Questionnaire(code, 1, ((named.text if named else title) or "Questionnaire")[:120], tuple(reader.questions))
    return Imported(_check(made, left), left.cells)


def _check(made: Questionnaire, left: Left) -> Questionnaire:
    """The same when it can be asked and kept. Raises Problem `xlsform.nothing` or `questionnaires.*`."""
    if not made.asked:
        told = ", ".join(f"{cell} ({what})" for cell, what in left.cells[:5])
        raise Problem("xlsform.nothing", what=told or "survey")
    try:
        return msgspec.msgpack.decode(encode(check_questionnaire(made)), type=Questionnaire)
    except msgspec.ValidationError as refusal:
        raise Problem("questionnaires.too_large") from refusal


def _is_yes(cell: Cell | None) -> bool:
    return cell is not None and cell.text.lower() in ("yes", "true", "true()", "1")


def _leave_the_rest(sheets: Mapping[str, Sequence[Row]], settings: Row, left: Left, listed: str) -> None:
    """List the settings and whole sheets that are not read."""
    for name, cell in settings.items():
        if name not in _SETTINGS | {_DUPLICATES}:
            left.add(cell, f"{name} : {cell.text[:50]}")
    for title, rows in sheets.items():
        if title not in _SHEETS | {listed} and rows:
            left.cells.append((title, fr("feuille entière")))


# -- the choices --------------------------------------------------------------------------------------------------


def _read_choices(rows: Sequence[Row], left: Left, *, may_repeat: bool) -> dict[str, tuple[Choice, ...]]:
    """The lists of choices. `may_repeat`: of one name several times in a list (to be filtered) the first is taken."""
    lists: dict[str, list[Choice]] = {}
    for row in rows:
        name = row.get("list_name") or row.get("list name")
        if name is None and "name" not in row:
            left.add(next(iter(row.values())), "remarque")
            continue
        if name is None or "name" not in row:
            raise Problem("xlsform.choice", cell=next(iter(row.values())).address)
        listed = lists.setdefault(name.text, [])
        if any(one.name == row["name"].text[:60] for one in listed):
            if not may_repeat:
                raise Problem("xlsform.twice", cell=row["name"].address, name=row["name"].text)
            left.add(row["name"], fr("%(text)s (déjà dans la liste)") % {"text": row["name"].text[:50]})
            continue
        listed.append(_read_choice(row, listed, left))
    return {name: tuple(choices) for name, choices in lists.items()}


def _read_choice(row: Row, listed: Sequence[Choice], left: Left) -> Choice:
    label, labels = words_of(row, "label", left)
    for column, cell in row.items():
        if column not in ("list_name", "list name", "name") and not is_label(column):
            left.once(cell, column, column)
    name = row["name"].text
    return Choice(_value(name, listed), (label or name)[:200], "", name[:60], labels)


def _value(name: str, listed: Sequence[Choice]) -> int:
    """A number for a choice: its own name when that is one, else the next that is free."""
    taken = {one.value for one in listed}
    if re.fullmatch(r"-?\d{1,5}", name) and int(name) not in taken:
        return int(name)
    return max([0, *taken]) + 1
