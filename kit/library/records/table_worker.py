"""The cells of a workbook, from standard input to standard output; run alone, within limits, since anybody made it.

python -m kit.library.records.table_worker < BOOK
"""

from __future__ import annotations

import datetime
import io
import resource
import sys
import warnings

from kit.library.formats.archive import check_directory, check_entries
from kit.library.records.table import MOST_COLUMNS, MOST_ROWS, to_answer

MEMORY_BYTES = 512 << 20
CPU_SECONDS = 50
LONGEST_CELL = 32_767  # what a cell of XLSX may hold
_XML_TRAPS = (b"<!DOCTYPE", b"<!ENTITY")


def main() -> None:
    """Read one workbook's first sheet."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    source = io.BytesIO(sys.stdin.buffer.read())
    _check(source)
    from openpyxl import load_workbook

    warnings.simplefilter("ignore")
    sheet = load_workbook(source, read_only=True, keep_links=False).worksheets[0]
    rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
    sys.stdout.write(to_answer([[_text(one) for one in row] for row in rows]))


def _check(source: io.BytesIO) -> None:
    import zipfile

    check_directory(source)
    source.seek(0)
    with zipfile.ZipFile(source) as archive:
        check_entries(archive.infolist())
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                with archive.open(name) as part:
                    if any(trap in part.read(4096).upper() for trap in _XML_TRAPS):
                        raise SystemExit("entities")
    source.seek(0)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)[:LONGEST_CELL]


if __name__ == "__main__":
    main()
