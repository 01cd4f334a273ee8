"""The table itself: its columns, how it is written as CSV or XLSX, and read back with the address of every cell."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kit.errors import Problem
from kit.library.lists import COLUMNS as OTHER_NAMES
from kit.library.reading.child import ask
from kit.web.cells import neutral, plain_cell
from kit.web.workbooks import describe, lay_table

LARGEST = 16 << 20
MOST_ROWS = 20_000
MOST_COLUMNS = 60
WORKER = "kit.library.records.table_worker"
# What the code calls a column, and what people read above it. The last two are told, never taken back.
HEADS: Mapping[str, str] = {
    "id": "identifiant", "title": "titre", "creators": "auteurs", "language": "langue", "licence": "licence",
    "source": "source", "attribution": "citation", "summary": "résumé", "subjects": "sujets", "shelf": "étagère",
    "level": "niveau", "state": "état", "file": "fichier",
}  # fmt: skip
_KNOWN = {**OTHER_NAMES, **{head: name for name, head in HEADS.items()}, "etat": "state", "id": "id"}


class Row(msgspec.Struct, frozen=True):
    """One line as it came back: its number, and its cells by the code's name of their column, addresses beside them."""

    number: int
    cells: dict[str, str]
    places: dict[str, str]


class Table(msgspec.Struct, frozen=True):
    """What came back. `unknown` are columns nobody understands: address and head."""

    rows: list[Row]
    unknown: list[tuple[str, str]]


def address(column: int, row: int) -> str:
    """« B7 » for the second column (counted from 0) of row 7."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


# -- out ----------------------------------------------------------------------------------------------------------


def write_csv(rows: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
    """CSV as French spreadsheets open it: UTF-8 with its mark, semicolons."""
    held = io.StringIO()
    out = csv.writer(held, delimiter=";")
    out.writerow(HEADS.values())
    yield b"\xef\xbb\xbf"
    for row in rows:
        out.writerow([neutral(row.get(name, "")) for name in HEADS])
        if held.tell() > 1 << 16:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def write_xlsx(path: Path, rows: Iterable[Mapping[str, str]], licences: Sequence[tuple[str, str]]) -> None:
    """XLSX: the table, and a second sheet with what may stand in the column of licences."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Documents")

    def cell(text: str) -> Any:
        made = WriteOnlyCell(sheet)
        try:
            made.value = text
        except IllegalCharacterError:
            made.value = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
        made.data_type = "s"  # never a formula, whatever it begins with
        return made

    sheet.freeze_panes = "C2"
    for column, width in zip("ABCDEFGHIJKLM", (14, 40, 28, 8, 16, 36, 30, 50, 24, 20, 14, 16, 36), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.append([cell(head) for head in HEADS.values()])
    count = 0
    for row in rows:
        sheet.append([cell(row.get(name, "")) for name in HEADS])
        count += 1
    lay_table(sheet, list(HEADS.values()), count, 1)
    listed = book.create_sheet("Licences")
    listed.column_dimensions["A"].width, listed.column_dimensions["B"].width = 26, 80
    heads = ("licence", "ce que c’est")
    for pair in (heads, *licences):
        listed.append(list(pair))
    lay_table(listed, heads, len(licences), 2)
    describe(book, "Tableau des documents")
    book.save(path)


# -- back ---------------------------------------------------------------------------------------------------------


def read_table(name: str, raw: bytes) -> Table:
    """A table that came back. Raises Problem `records.*` when it is none, or has no column of ids."""
    if not raw:
        raise Problem("records.not_a_table")
    if len(raw) > LARGEST:
        raise Problem("records.too_large", rows=MOST_ROWS)
    is_book = raw.startswith(b"PK")
    if not is_book and name.lower().endswith((".xls", ".ods")):
        raise Problem("records.not_a_table")
    lines = _read_xlsx(raw) if is_book else _read_csv(raw)
    if len(lines) > MOST_ROWS + 1:
        raise Problem("records.too_large", rows=MOST_ROWS)
    return _to_table(lines)


def _read_xlsx(raw: bytes) -> list[list[str]]:
    try:
        found: list[list[str]] = msgspec.json.decode(ask(WORKER, told=raw), type=list[list[str]])
    except (Problem, msgspec.MsgspecError) as refusal:
        raise Problem("records.not_a_table") from refusal
    return found


def _read_csv(raw: bytes) -> list[list[str]]:
    text = _to_text(raw)
    first = text.split("\n", 1)[0]
    sign = max(";,\t", key=first.count)
    try:
        return [line[:MOST_COLUMNS] for line in csv.reader(io.StringIO(text, newline=""), delimiter=sign)]
    except csv.Error as refusal:
        raise Problem("records.not_a_table") from refusal


def _to_text(raw: bytes) -> str:
    """By its mark, else as UTF-8, else in the older Windows letters."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw[:4096]:
        raise Problem("records.not_a_table")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _to_table(lines: list[list[str]]) -> Table:
    heads = [" ".join(one.split()) for one in lines[0]] if lines else []
    names = [_KNOWN.get(one.lower(), "") for one in heads]
    if "id" not in names:
        raise Problem("records.no_ids")
    unknown = [(address(n, 1), head) for n, head in enumerate(heads) if head and names[n] not in HEADS]
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = {name: plain_cell(value.strip()) for name, value in zip(names, line, strict=False) if name in HEADS}
        if any(cells.values()):
            rows.append(Row(number, cells, {name: address(n, number) for n, name in enumerate(names) if name}))
    return Table(rows, unknown)


def to_answer(lines: list[list[str]]) -> str:
    """What the worker says to us."""
    return json.dumps(lines)
