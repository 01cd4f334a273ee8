"""Files of places, as published: a JSON list or a CSV table, to rows of cells. Nothing is converted here."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from kit.errors import Problem
from kit.errors.kind import fr

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 100_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_rows(path: Path) -> list[dict[str, object] | None]:
    """The rows of a file; None for one that is no row at all. Raises Problem `directory.bad_file`."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Problem("directory.bad_file", reason=fr("trop gros"))
        text = _decode(path.read_bytes())
    except OSError as refusal:
        raise Problem("directory.bad_file", reason=refusal.strerror or "illisible") from refusal
    rows = _read_json(text) if text.lstrip()[:1] in ("[", "{") else _read_csv(text)
    if len(rows) > MOST_ROWS:
        raise Problem("directory.bad_file", reason=fr("trop de lignes"))
    return rows


def _decode(raw: bytes) -> str:
    """UTF-8, or what French spreadsheets write when nobody tells them otherwise (Windows-1252).

    Raises Problem `directory.bad_file` for what is no text.
    """
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or not _CONTROLS.search(text):
            return text
    raise Problem("directory.bad_file", reason=fr("ce n’est pas du texte UTF-8"))


def _read_json(text: str) -> list[dict[str, object] | None]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as refusal:
        raise Problem("directory.bad_file", reason=fr("JSON abîmé")) from refusal
    if not isinstance(found, list):
        raise Problem("directory.bad_file", reason=fr("une liste de lieux est attendue"))
    return [row if isinstance(row, dict) else None for row in found]


def _read_csv(text: str) -> list[dict[str, object] | None]:
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        if "nom" not in (reader.fieldnames or ()):
            raise Problem("directory.bad_file", reason=fr("la première ligne doit nommer les colonnes"))
        return [{name: cell for name, cell in row.items() if isinstance(name, str)} for row in reader]
    except csv.Error as refusal:
        raise Problem("directory.bad_file", reason=fr("CSV abîmé")) from refusal
