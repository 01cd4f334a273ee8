"""Spreadsheets of any length in little memory: openpyxl makes the frame, the rows are streamed into it.

openpyxl's own write-only mode took 12.9 s of CPU for 40,000 rows of 19 cells on a 2-core machine, because it renders
each cell alone; rows of one activity share nearly all of theirs, so they are rendered once per activity here.
Cells are inline strings (ECMA-376 part 1, 18.3.1.53): no text can be taken for a formula.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from kit.web.cells import neutral
from kit.web.workbooks import describe, lay_table

Cell = str | int | float | None
Rows = Iterable[Sequence[Cell]]
_ROW = "\x00"
_LAST_ROW = re.compile(r'(ref="A1:[A-Z]+)2(")')
_AT_ONCE = 256 * 1024


class Sheet:
    """One sheet: its name, its headers, and its rows as `Lines`, read once while the file is written."""

    def __init__(self, name: str, headers: Sequence[str], lines: Iterable[str]) -> None:
        self.name, self.headers, self.lines = name, headers, lines


@cache
def _letters(column: int) -> str:
    """The letters of a column from 1."""
    column, last = divmod(column - 1, 26)
    return (_letters(column) if column else "") + chr(65 + last)


def row_xml(cells: Sequence[Cell], first: int = 1) -> str:
    """Cells of a row from column `first`, with a mark where the number of the row goes."""
    parts = []
    for column, value in enumerate(cells, first):
        if value is None or value == "":
            continue
        place = f'r="{_letters(column)}{_ROW}"'
        if isinstance(value, str):
            style = ' s="1"' if "\n" in value else ""
            parts.append(f'<c {place}{style} t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>')
        else:
            parts.append(f"<c {place}><v>{value}</v></c>")
    return "".join(parts)


def _text(value: str) -> str:
    """Text that XML 1.0 can hold."""
    return escape("".join(sign for sign in value if sign in "\n\t" or sign >= " "))


def write_xlsx(target: Path | IO[bytes], sheets: Sequence[Sheet], title: str = "") -> None:
    """Write a workbook; each sheet's lines are asked for one after the other and never held.

    title: what a reader hears of it first; the name of its first sheet where none is given.
    """
    frame = io.BytesIO()
    _make_frame(sheets, title or sheets[0].name).save(frame)
    with zipfile.ZipFile(frame) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as made:
        names = {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(sheets, 1)}
        for name in parts.namelist():
            part = parts.read(name)
            if name in names:
                counted = _stream(made, name, part.decode(), names[name].lines)
            elif name.startswith("xl/tables/"):  # that of the sheet before it
                made.writestr(name, _LAST_ROW.sub(rf"\g<1>{max(1, counted) + 1}\2", part.decode()))
            else:
                made.writestr(name, part)


def _make_frame(sheets: Sequence[Sheet], title: str) -> Any:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    book.remove(book.active)
    describe(book, title)
    for number, sheet in enumerate(sheets, 1):
        page = book.create_sheet(sheet.name)
        page.append(list(sheet.headers))
        page.freeze_panes = "A2"
        page["A1"].alignment = Alignment(wrap_text=True, vertical="top")  # becomes style 1: text of several lines
        for column, header in enumerate(sheet.headers, 1):
            page.cell(1, column).font = Font(bold=True)
            page.column_dimensions[_letters(column)].width = max(12, min(32, len(header) + 2))
        lay_table(page, sheet.headers, 1, number)
    return book


def _stream(made: zipfile.ZipFile, name: str, frame: str, lines: Iterable[str]) -> int:
    """How many rows were written."""
    # The frame knows its header only: a reader that trusts its dimension (18.3.1.35, optional) would stop there.
    head, tail = re.sub(r"<dimension [^>]*/>", "", frame, count=1).split("</sheetData>")
    count = 0
    with made.open(name, "w", force_zip64=True) as part:
        part.write(head.encode())
        for so_far, block in _blocks(lines):
            part.write(block.encode())
            count = so_far
        part.write(f"</sheetData>{tail}".encode())
    return count


def _blocks(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(how many rows so far, some of them)."""
    waiting: list[str] = []
    size, number = 0, 1
    for number, line in enumerate(lines, 2):
        waiting.append(f'<row r="{number}">{line.replace(_ROW, str(number))}</row>')
        size += len(line)
        if size > _AT_ONCE:
            yield number - 1, "".join(waiting)
            waiting, size = [], 0
    yield number - 1, "".join(waiting)


def write_csv(headers: Sequence[str], rows: Rows) -> Iterator[str]:
    """The same as CSV (RFC 4180, semicolons and a byte order mark as French spreadsheets expect), line by line.

    A text that a spreadsheet would take for a formula is given an apostrophe.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(headers)
    for row in rows:
        writer.writerow([neutral(value) if isinstance(value, str) else value for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()
