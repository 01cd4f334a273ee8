"""What makes a workbook readable by ear (RGAA 13.3): its title, its language, and a header over each column.

A screen reader says the header of a column with each of its cells where the sheet declares a table (ECMA-376 part 1,
18.5.1); a header that stays on the screen (frozen) and on each printed page is for the eyes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def describe(book: Any, title: str) -> None:
    """Give an openpyxl workbook the title and the language of what is in it: our columns and values are French."""
    book.properties.title, book.properties.language, book.properties.creator = str(title), "fr", "La Valise nomade"


def lay_table(page: Any, headers: Sequence[str], rows: int, number: int) -> None:
    """Declare row 1 of a sheet as the headers of the `rows` below it; `number`: of the sheet in its book, from 1.

    Headers stand in their cells already, no two alike. A table has a row at least: an empty one when there is none.
    """
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableStyleInfo

    table = Table(displayName=f"Tableau{number}", ref=f"A1:{get_column_letter(len(headers))}{max(1, rows) + 1}")
    table._initialise_columns()
    for column, header in zip(table.tableColumns, headers, strict=True):
        column.name = str(header)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    page.tables.add(table)  # add_table warns a sheet of rows to do what is done above
    page.print_title_rows = "1:1"
