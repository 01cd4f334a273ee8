"""Questionnaires from and to XLSForm workbooks (xlsform.org): the subset below, and a list of what was not taken.

Taken: the sheets survey, choices, settings; the types text, integer, range, select_one, select_multiple, rank, note,
begin/end group (a heading); name, label, hint (also `label::Français (fr)`), required, relevant (`${q} = 'a'`,
`selected(${q}, 'a')`, `${q} >= 3`, joined by `or` for one question, by `and` for several), constraint of numbers
(`. >= 0 and . <= 120`), appearance multiline. Everything else is listed with its cell and left out; what makes no sense
is refused with its cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kit.errors import Problem
from kit.feedback.questionnaires import Choice, Condition, Question, Questionnaire
from kit.feedback.soundness import RESERVED, check_questionnaire

MOST_BYTES = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 100
KNOWN = frozenset({"type", "name", "label", "hint", "required", "relevant", "constraint", "appearance", "constraint_message"})  # fmt: skip # noqa: E501
_LANGUAGE = re.compile(r"^(label|hint)(?:::?\s*(.+))?$")
_ISO = re.compile(r"\(([a-z]{2})\)\s*$")
_SELECT = {"select_one": "one", "select_multiple": "several", "rank": "ranking"}
_PLAIN = {"text": "short", "integer": "number", "range": "number", "note": "section"}
_EQUAL = re.compile(r"^\$\{([^}]+)\}\s*=\s*['\"]?([^'\"]*?)['\"]?$")
_SELECTED = re.compile(r"^selected\(\s*\$\{([^}]+)\}\s*,\s*['\"]([^'\"]+)['\"]\s*\)$")
_COMPARED = re.compile(r"^\$\{([^}]+)\}\s*(>=|<=|>|<)\s*(-?\d+)$")
_BOUND = re.compile(r"^\.\s*(>=|<=|>|<)\s*(-?\d+)$")


@dataclass(frozen=True)
class Cell:
    """One filled cell: where it stands (`survey!C4`) and its text."""

    address: str
    text: str


Row = Mapping[str, Cell]


@dataclass
class Imported:
    """A questionnaire read from a workbook; `left` are (cell, what was not taken)."""

    questionnaire: Questionnaire
    left: list[tuple[str, str]] = field(default_factory=list)


def read_xlsform(raw: bytes, code: str, title: str = "") -> Imported:
    """The questionnaire of a workbook. Raises Problem `xlsform.*`, with the cell where one is to blame."""
    sheets = _read_sheets(raw)
    reader = _Reader(_read_choices(sheets.get("choices", [])))
    for row in sheets["survey"]:
        reader.read(row)
    if reader.groups:
        raise Problem("xlsform.group", cell=reader.groups[-1].address)
    settings = next(iter(sheets.get("settings", [])), {})
    name = settings["form_title"].text if "form_title" in settings else title or "Questionnaire"
    made = Questionnaire(code, 1, name[:120], tuple(reader.questions))
    return Imported(check_questionnaire(made), reader.left)


# -- the workbook -------------------------------------------------------------------------------------------------


def _read_sheets(raw: bytes) -> dict[str, list[Row]]:
    _check_archive(raw)
    from openpyxl import load_workbook  # heavy, and rarely needed

    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheets = {sheet.title.strip().lower(): list(_rows(sheet)) for sheet in book.worksheets}
    except Problem:
        raise
    except Exception as refusal:  # whatever a damaged workbook makes of its reader
        raise Problem("xlsform.unreadable") from refusal
    if not sheets.get("survey"):
        raise Problem("xlsform.no_survey")
    return sheets


def _check_archive(raw: bytes) -> None:
    if len(raw) > MOST_BYTES:
        raise Problem("xlsform.too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            sizes = [one.file_size for one in archive.infolist()]
    except (zipfile.BadZipFile, ValueError, OSError) as refusal:
        raise Problem("xlsform.unreadable") from refusal
    if sum(sizes) > MOST_UNPACKED or len(sizes) > 500:
        raise Problem("xlsform.too_large")


def _rows(sheet: Any) -> Iterator[Row]:
    """The filled rows of a sheet by the names of its first row."""
    from openpyxl.utils import get_column_letter

    head: list[str] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            raise Problem("xlsform.too_large")
        texts = ["" if value is None else _text(value) for value in cells]
        if not head:
            head = [text.strip().lower() for text in texts]
            continue
        row = {
            name: Cell(f"{sheet.title}!{get_column_letter(place)}{number}", text)
            for place, (name, text) in enumerate(zip(head, texts, strict=False), start=1)
            if name and text
        }
        if row:
            yield row


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())[:1000]


def _read_choices(rows: Sequence[Row]) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for row in rows:
        name = row.get("list_name") or row.get("list name")
        if name is None or "name" not in row:
            raise Problem("xlsform.choice", cell=next(iter(row.values())).address)
        label, labels = _words(row, "label")
        listed = lists.setdefault(name.text, [])
        if any(one.name == row["name"].text for one in listed):
            raise Problem("xlsform.twice", cell=row["name"].address, name=row["name"].text)
        label = label or row["name"].text
        listed.append(Choice(_value(row["name"].text, listed), label[:200], "", row["name"].text[:60], labels))
    return {name: tuple(choices) for name, choices in lists.items()}


def _value(name: str, listed: Sequence[Choice]) -> int:
    """A number for a choice: its own name when that is one, else the next that is free."""
    taken = {one.value for one in listed}
    if re.fullmatch(r"-?\d{1,5}", name) and int(name) not in taken:
        return int(name)
    return max([0, *taken]) + 1


def _words(row: Row, what: str) -> tuple[str, dict[str, str]]:
    """French words (or those without a language, or the first there are), and those of other languages."""
    plain, told = "", dict[str, str]()
    for name, cell in row.items():
        found = _LANGUAGE.match(name)
        if found and found[1] == what:
            iso = _ISO.search(found[2] or "")
            if not found[2]:
                plain = cell.text
            else:
                told[iso[1] if iso else {"français": "fr", "french": "fr", "english": "en"}.get(found[2], "")] = (
                    cell.text
                )
    french = told.pop("fr", "") or plain or next(iter(told.values()), "")
    return french[:300], {name: text[:600] for name, text in told.items() if name}


# -- the survey ---------------------------------------------------------------------------------------------------


class _Reader:
    """Reads the rows of a survey one after another."""

    def __init__(self, choices: Mapping[str, tuple[Choice, ...]]) -> None:
        self.choices = choices
        self.questions: list[Question] = []
        self.left: list[tuple[str, str]] = []
        self.groups: list[Cell] = []
        self.names: dict[str, Question] = {}

    def read(self, row: Row) -> None:
        """One row: a question, the edge of a group, or something that is not taken."""
        cell = row.get("type")
        if cell is None:
            raise Problem("xlsform.no_type", cell=next(iter(row.values())).address)
        words = cell.text.replace("select one", "select_one").replace("select multiple", "select_multiple").split()
        kind = words[0].lower()
        if kind in ("begin", "begin_group", "end", "end_group"):
            self._group(row, cell, cell.text.lower().replace("_", " "))
        elif kind in _SELECT or kind in _PLAIN:
            self._question(row, cell, kind, words[1] if len(words) > 1 else "", len(words) > 2)
        else:
            self.left.append((cell.address, cell.text[:60]))

    def _group(self, row: Row, cell: Cell, words: str) -> None:
        if words.startswith("begin repeat") or words.startswith("end repeat"):
            self.left.append((cell.address, words))
        elif words.startswith("end"):
            if not self.groups:
                raise Problem("xlsform.group", cell=cell.address)
            self.groups.pop()
        else:
            self.groups.append(cell)
            label, texts = _words(row, "label")
            if label:
                name = self._new_name(row["name"].text if "name" in row else "groupe", cell, may_repeat=True)
                self.questions.append(Question(name, "section", label, texts=texts))
            if "relevant" in row:
                self.left.append((row["relevant"].address, row["relevant"].text[:60]))

    def _question(self, row: Row, cell: Cell, kind: str, listed: str, has_more: bool) -> None:
        if "name" not in row:
            raise Problem("xlsform.no_name", cell=cell.address)
        if kind in _SELECT and listed not in self.choices:
            raise Problem("xlsform.no_list", cell=cell.address, name=listed)
        label, texts = _words(row, "label")
        hint, hints = _words(row, "hint")
        name = self._new_name(row["name"].text, row["name"])
        low, high = self._bounds(row) if _PLAIN.get(kind) == "number" else (0, 1000)
        is_long = kind == "text" and "multiline" in (row["appearance"].text if "appearance" in row else "")
        made = Question(
            name, "long" if is_long else _SELECT.get(kind) or _PLAIN[kind],  # type: ignore[arg-type]
            label or row["name"].text, self._is_required(row), hint, low=low, high=high,
            choices=self.choices.get(listed, ()) if kind in _SELECT else (), texts=texts, hints=hints,
            shown_if=self._conditions(row),
        )  # fmt: skip
        self.questions.append(made)
        self.names[row["name"].text] = made
        if has_more:
            self.left.append((cell.address, cell.text[:60]))
        self.left += [
            (one.address, f"{column} : {one.text[:50]}") for column, one in row.items() if not _is_known(column)
        ]

    def _new_name(self, given: str, cell: Cell, *, may_repeat: bool = False) -> str:
        stem = re.sub(r"[^a-z0-9_]", "_", given.lower())[:28].strip("_") or "q"
        stem = stem if stem[0].isalpha() and stem not in RESERVED else f"q_{stem}"[:30]
        taken = {one.id for one in self.questions}
        if given in self.names and not may_repeat:
            raise Problem("xlsform.twice", cell=cell.address, name=given[:60])
        return next(name for name in (stem, *(f"{stem}_{n}" for n in range(2, 99))) if name not in taken)

    def _is_required(self, row: Row) -> bool:
        return "required" in row and row["required"].text.lower() in ("yes", "true", "true()", "1")

    def _bounds(self, row: Row) -> tuple[int, int]:
        low, high = -1_000_000, 1_000_000
        if "constraint" not in row:
            return low, high
        for part in re.split(r"\s+and\s+", row["constraint"].text):
            found = _BOUND.match(part.strip())
            if found is None:
                self.left.append((row["constraint"].address, row["constraint"].text[:60]))
                return -1_000_000, 1_000_000
            low, high = _narrow(found[1], int(found[2]), low, high)
        return low, high

    def _conditions(self, row: Row) -> tuple[Condition, ...]:
        if "relevant" not in row:
            return ()
        read = [self._condition(part) for part in re.split(r"\s+and\s+", row["relevant"].text)]
        known = tuple(one for one in read if one is not None)
        if len(known) != len(read) or len(known) > 5:
            self.left.append((row["relevant"].address, row["relevant"].text[:60]))
            return ()
        return known

    def _condition(self, text: str) -> Condition | None:
        """One condition on one question, or None when it is beyond the subset."""
        parts = [part.strip().strip("()") if "selected" not in part else part.strip() for part in text.split(" or ")]
        compared = _COMPARED.match(parts[0]) if len(parts) == 1 else None
        if compared and compared[1] in self.names:
            low, high = _narrow(compared[2], int(compared[3]), -1_000_000, 1_000_000)
            return Condition(self.names[compared[1]].id, (), low, high)
        found = [_EQUAL.match(part) or _SELECTED.match(part) for part in parts]
        names = {one[1] for one in found if one}
        if not all(found) or len(names) != 1 or not names <= set(self.names):
            return None
        asked = self.names[names.pop()]
        values = [next((c.value for c in asked.choices if c.name == one[2]), None) for one in found if one]
        if asked.kind in ("short", "long", "section", "ranking") or None in values:
            return None
        return Condition(asked.id, tuple(one for one in values if one is not None))


def _is_known(column: str) -> bool:
    return column in KNOWN or _LANGUAGE.match(column) is not None


def _narrow(sign: str, number: int, low: int, high: int) -> tuple[int, int]:
    if sign in (">", ">="):
        return max(low, number + (sign == ">")), high
    return low, min(high, number - (sign == "<"))
