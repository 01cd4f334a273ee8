"""Lists that speak for many files: CSV in a folder, and library records (UNIMARC, MARC 21) by pymarc.

A list's line names its file in a column `fichier` (or `path`, `file`), relative to the list's folder: whatever a CSV is
called, such a column and another that is known make it a list.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from kit.errors import Problem
from kit.library.folders import names_in
from kit.library.formats.metadata import to_line

LARGEST_LIST = 16 << 20
LONGEST_HEAD = 4096  # bytes of a first line
MOST_LINES = 50_000
CSV_NAMES = ("catalogue.csv", "metadonnees.csv", "métadonnées.csv")
RECORD_NAMES = ("catalogue.mrc", "catalogue.xml")
COLUMNS: Mapping[str, str] = {
    "fichier": "file", "path": "file", "file": "file", "titre": "title", "title": "title", "auteur": "creators",
    "auteurs": "creators", "author": "creators", "creators": "creators", "langue": "language", "lang": "language",
    "language": "language", "licence": "licence", "license": "licence", "source": "source", "résumé": "summary",
    "resume": "summary", "description": "summary", "summary": "summary", "sujets": "subjects", "subjects": "subjects",
    "étagère": "shelf", "etagere": "shelf", "shelf": "shelf", "droits": "rights_note", "rights": "rights_note",
    "niveau": "level", "level": "level", "citation": "attribution", "attribution": "attribution",
    "série": "series", "serie": "series", "series": "series", "numéro": "series_place", "numero": "series_place",
}  # fmt: skip
_LISTED = ("creators", "subjects")
Notes = dict[str, dict[str, object]]


def read_listed(path: Path, top: Path) -> dict[str, object]:
    """What the lists of a work's folder, or of those above it up to `top`, say of it; the nearest list wins."""
    folder = path.parent
    while True:
        beside = names_in(folder)
        names = (*CSV_NAMES, *RECORD_NAMES, f"{path.stem}.mrc", *_other_lists(folder, beside))
        for name in dict.fromkeys(one for one in names if one in beside):
            inside = str(path.relative_to(folder))
            reader = read_csv if name.lower().endswith(".csv") else read_records
            found = _notes(folder / name, reader).get(inside) if (folder / name).is_file() else None
            if found:
                return found
        if folder == top or top not in folder.parents:
            return {}
        folder = folder.parent


@lru_cache(maxsize=16)
def _other_lists(folder: Path, beside: frozenset[str]) -> list[str]:
    found = [name for name in sorted(beside) if name.lower().endswith((".csv", ".mrc"))]
    return [name for name in found if name.lower().endswith(".mrc") or is_list(folder / name)]


def is_list(path: Path) -> bool:
    """True for a CSV whose first line names a column of files and another that is known: it speaks for works."""
    try:
        with path.open("rb") as source:
            head = source.readline(LONGEST_HEAD).decode("utf-8-sig", "replace")
    except OSError:
        return False
    columns = {COLUMNS.get(one.strip().strip('"').lower(), "") for one in re.split("[;,]", head)}
    return "file" in columns and len(columns - {"", "file"}) > 0


def _notes(note: Path, reader: Any) -> Notes:
    stat = note.stat()
    return _kept(note, reader, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=8)
def _kept(note: Path, reader: Any, _changed: int, size: int) -> Notes:
    if size > LARGEST_LIST:
        raise Problem("library.side_file", name=note.name)
    found: Notes = reader(note)
    return found


def read_csv(note: Path) -> Notes:
    """A list in CSV (`,` or `;`, UTF-8 or the older Windows letters), by file. Raises Problem `library.side_file`."""
    raw = note.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    try:
        lines = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
        return dict(_lines(lines))
    except csv.Error as refusal:
        raise Problem("library.side_file", name=note.name) from refusal


def _lines(lines: Iterable[dict[Any, Any]]) -> Iterable[tuple[str, dict[str, object]]]:
    for number, line in enumerate(lines):
        if number > MOST_LINES:
            return
        named = {COLUMNS.get(str(name).strip().lower(), ""): value for name, value in line.items() if value}
        file = to_line(named.pop("file", ""), 1000).replace("\\", "/")
        note: dict[str, object] = {
            name: split_names(str(value)) if name in _LISTED else str(value) for name, value in named.items() if name
        }
        if file and note:
            yield file, note


def split_names(text: str) -> list[str]:
    """Several names in one cell: parted by `|` or `;`."""
    return [one.strip() for one in text.replace("|", ";").split(";") if one.strip()]


# -- library records ------------------------------------------------------------------------------------------------

# (MARC 21, UNIMARC): field and subfields. Sources: loc.gov/marc/bibliographic; IFLA UNIMARC Bibliographic, 3rd ed.
_FIELDS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "title": (("245", "ab"), ("200", "ae")),
    "language": (("041", "a"), ("101", "a")),
    "summary": (("520", "a"), ("330", "a")),
    "subjects": (("650", "a"), ("606", "a")),
    "rights_note": (("540", "a"), ("371", "a")),
    "source": (("856", "u"), ("856", "u")),
}
_FILE = (("856", "f"), ("856", "f"))


def read_records(note: Path) -> Notes:
    """Records in ISO 2709 or MARCXML. 856 $f names the file; a lone record speaks for the file of its own name."""
    import pymarc

    parse_records: Any = pymarc.parse_xml_to_array  # published without types

    try:
        with note.open("rb") as source:
            if note.suffix.lower() == ".xml":
                records = list(parse_records(io.BytesIO(_safe_xml(source.read()))))
            else:
                records = list(pymarc.MARCReader(source, to_unicode=True, permissive=True, utf8_handling="replace"))
    except Exception as refusal:  # a stranger’s file may break a parser in any way
        raise Problem("library.side_file", name=note.name) from refusal
    found: Notes = {}
    for record in records[:MOST_LINES]:
        if record is None:
            continue  # one record that is broken; the others stand
        about = read_record(record)
        file = _subfields(record, *_FILE[_is_unimarc(record)])
        for name in file or _same_name(note):
            found[name] = about
    return found


def _safe_xml(raw: bytes) -> bytes:
    """The bytes, when they declare no entity: such a declaration serves attacks only."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise ValueError("entities")
    return raw


def _same_name(note: Path) -> list[str]:
    return [path.name for path in note.parent.glob("*") if path.stem == note.stem and path != note]


def _is_unimarc(record: Any) -> bool:
    """UNIMARC has its title in 200 and no 245."""
    return not record.get_fields("245") and bool(record.get_fields("200"))


def read_record(record: Any) -> dict[str, object]:
    """One record as the note it is."""
    kind = int(_is_unimarc(record))
    note: dict[str, object] = {}
    for name, places in _FIELDS.items():
        values = [to_line(one).rstrip(" /:;,") for one in _subfields(record, *places[kind])]
        note[name] = values if name in _LISTED else " ".join(values[:2]) if name == "title" else next(iter(values), "")
    note["creators"] = _authors(record, kind)
    return {name: value for name, value in note.items() if value}


def _authors(record: Any, kind: int) -> list[str]:
    if kind:
        fields = record.get_fields("700", "701", "710", "711")
        pairs = [(" ".join(one.get_subfields("b")), " ".join(one.get_subfields("a"))) for one in fields]
        return [to_line(f"{first} {last}".strip(" ,")) for first, last in pairs]
    found = [to_line(one).rstrip(" ,.") for one in _subfields(record, "100", "a") + _subfields(record, "700", "a")]
    return [" ".join(reversed(one.split(", ", 1))) for one in found]


def _subfields(record: Any, tag: str, codes: str) -> list[str]:
    return [value for one in record.get_fields(tag) for value in one.get_subfields(*codes)]
