"""Workbooks as rows of filled cells with their addresses: what an .xlsx holds, under hard limits."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kit.errors import Problem

MOST_BYTES = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 100
_OLD = b"\xd0\xcf\x11\xe0"  # the first bytes of an .xls


@dataclass(frozen=True)
class Cell:
    """One filled cell: where it stands (`survey!C4`) and its text."""

    address: str
    text: str


Row = Mapping[str, Cell]


def read_sheets(raw: bytes) -> dict[str, list[Row]]:
    """The filled rows of each sheet, by the names of its first row, both in small letters. Raises `xlsform.*`."""
    _check_archive(raw)
    from openpyxl import load_workbook  # heavy, and rarely needed

    warnings.filterwarnings("ignore", module=r"openpyxl\.")  # extensions it does not know: nothing we read
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        return {sheet.title.strip().lower(): list(_rows(sheet)) for sheet in book.worksheets}
    except Problem:
        raise
    except Exception as refusal:  # whatever a damaged workbook makes of its reader
        raise Problem("xlsform.unreadable") from refusal


def _check_archive(raw: bytes) -> None:
    if len(raw) > MOST_BYTES:
        raise Problem("xlsform.too_large")
    if raw.startswith(_OLD):
        raise Problem("xlsform.old")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            sizes = [one.file_size for one in archive.infolist()]
            is_other = "mimetype" in archive.namelist()  # OpenDocument says what it is in a file of this name
    except (zipfile.BadZipFile, ValueError, OSError) as refusal:
        raise Problem("xlsform.unreadable") from refusal
    if is_other:
        raise Problem("xlsform.old")
    if sum(sizes) > MOST_UNPACKED or len(sizes) > 500:
        raise Problem("xlsform.too_large")


def _rows(sheet: Any) -> Iterator[Row]:
    from openpyxl.utils import get_column_letter

    head: list[str] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            raise Problem("xlsform.too_large")
        texts = ["" if value is None else _text(value) for value in cells]
        if not any(texts):
            continue
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
    return re.sub(r"[ \t\r\n\v\f]+", " ", str(value)).strip()[:1000]  # no-break spaces stay
