"""What a spreadsheet program, and who listens to it, is told of a workbook (RGAA 13.3)."""

from __future__ import annotations

import io
import warnings
from typing import Any


def read_book(raw: bytes) -> Any:
    """The workbook; what the reader warns of is an error."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_workbook(io.BytesIO(raw))


def list_faults(raw: bytes) -> list[str]:
    """What is missing for a reader who listens: a title, a language, names of sheets, a header over each column."""
    book = read_book(raw)
    faults = [] if book.properties.title else ["no title"]
    faults += [] if book.properties.language == "fr" else ["no language"]
    for sheet in book.worksheets:
        named = [cell.value for cell in sheet[1]]
        faults += [f"{sheet.title}: a name of nothing"] if sheet.title.startswith(("Sheet", "Feuil")) else []
        faults += [f"{sheet.title}: merged cells"] if sheet.merged_cells.ranges else []
        faults += [f"{sheet.title}: a picture"] if sheet._images or sheet._charts else []
        if len(sheet.tables) != 1:
            faults.append(f"{sheet.title}: no headers said")
            continue
        (table,) = sheet.tables.values()
        faults += [f"{sheet.title}: headers {named}"] if not all(named) or len({*named}) < len(named) else []
        faults += [] if table.column_names == named and table.headerRowCount == 1 else [f"{sheet.title}: other headers"]
        last = sheet.cell(max(2, sheet.max_row), len(named)).coordinate
        faults += (
            [] if table.ref == f"A1:{last}" == table.autoFilter.ref else [f"{sheet.title}: {table.ref}, not {last}"]
        )
        faults += [] if sheet.print_title_rows == "$1:$1" else [f"{sheet.title}: no header on paper"]
    return faults
