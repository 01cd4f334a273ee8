"""The directory as open data: places in the national standard, data·inclusion v1, and pages of changes. No Flask.

Only what anybody may read anyway on the public pages leaves by here; nothing about people.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec

from kit.directory import inclusion
from kit.directory.rules import FIELDS
from kit.directory.standard import Exported, to_standard
from kit.errors import Problem
from kit.ids import read_text, to_text
from kit.journal.queries import get_state, set_state
from kit.people.node import Node
from kit.store import Row, Store

AT_ONCE = 500
MOST_PER_PAGE = 500
_SHARED_IDS = "(SELECT id FROM place GROUP BY id HAVING count(*) > 1)"
_ROW = (
    f"SELECT p.*, f.checked_on, p.id IN {_SHARED_IDS} AS is_shared FROM place p JOIN place_find f "
    "USING (log_no, place_id)"
)
_STATE = "open_places"
_SINCE = re.compile(r"\d{4}-\d\d-\d\d([Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?)?", re.ASCII)


def version_of(store: Store) -> str:
    """Changes whenever a place does: for ETags."""
    row = store.row(
        "SELECT count(*) AS many, coalesce(sum(version), 0) AS versions, coalesce(sum(changed_ms), 0) AS moments "
        "FROM place"
    )
    waiting = store.value("SELECT count(*) FROM place_proposal")
    assert row is not None
    return f"{row['many']}-{row['versions']}-{row['moments']}-{waiting}"


def each_place(store: Store) -> Iterator[Exported]:
    """Every place by id, as the standard takes it or does not."""
    return (to_standard(_fields(row)) for row in _each_row(store))


def _each_row(store: Store) -> Iterator[Row]:
    """A few hundred at a time: memory stays flat, and writers never wait for a slow reader."""
    after = b""
    while rows := store.rows(
        f"{_ROW} WHERE p.place_id > ? ORDER BY p.place_id LIMIT ?",
        after, AT_ONCE,
    ):  # fmt: skip
        yield from rows
        after = rows[-1]["place_id"]


def _fields(row: Row) -> dict[str, str]:
    """The 32 fields, dated by the newest check; an id that two sources use carries its source in front, because the
    file wants each once."""
    fields = {name: str(row[name]) for name in FIELDS} | {"date_maj": str(row["checked_on"])}
    if row["is_shared"]:
        fields["id"] = f"{fields['source'] or to_text(row['place_id'])}--{fields['id']}"
    return fields


def publishable(store: Store) -> Iterator[dict[str, str]]:
    """The rows that the standard takes."""
    return (one.row for one in each_place(store) if one.row is not None)


def csv_pieces(store: Store) -> Iterator[str]:
    """The national CSV: UTF-8, commas, 32 columns in order, all quoted as its official example is."""
    piece = io.StringIO(newline="")
    writer = csv.DictWriter(piece, FIELDS, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    for row in publishable(store):
        writer.writerow(row)
        if piece.tell() > 64 * 1024:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def json_pieces(store: Store) -> Iterator[str]:
    """The national JSON: a list of places, fields that say nothing left out, numbers as numbers."""
    return _list_pieces(_as_json(row) for row in publishable(store))


def _as_json(row: dict[str, str]) -> dict[str, object]:
    said: dict[str, object] = {name: value for name, value in row.items() if value}
    return said | {name: float(row[name]) for name in ("latitude", "longitude") if row[name]}


def structure_pieces(store: Store) -> Iterator[str]:
    """data·inclusion v1 structures, as a JSON list."""
    return _list_pieces(_each(store, inclusion.to_structure))


def service_pieces(store: Store) -> Iterator[str]:
    """data·inclusion v1 services, as a JSON list."""
    return _list_pieces(_each(store, inclusion.to_service))


def _each(store: Store, convert: Callable[[dict[str, str]], dict[str, object] | None]) -> Iterator[dict[str, object]]:
    return (found for row in publishable(store) if (found := convert(row)) is not None)


def _list_pieces(rows: Iterator[dict[str, object]]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]\n"


# -- pages of changes ---------------------------------------------------------------------------------------------


class Change(msgspec.Struct, frozen=True):
    """One place as it is now (`row`; None: gone), and since when (ms since 1970) the open data says so."""

    place_id: bytes
    local_id: str
    seen_ms: int
    row: dict[str, str] | None

    @property
    def cursor(self) -> str:
        """Where a reader goes on after this one."""
        return f"{self.seen_ms}.{to_text(self.place_id)}"


def read_cursor(text: str) -> tuple[int, bytes]:
    """A cursor as given by an earlier page. Raises Problem `directory.bad_cursor`."""
    ms, _, place = text.partition(".")
    place_id = read_text(place)
    if not ms.isascii() or not ms.isdigit() or len(ms) > 15 or place_id is None:
        raise Problem("directory.bad_cursor")
    return int(ms), place_id


def read_size(text: str | None, default: int) -> int:
    """How many places a page shall hold. Raises Problem `directory.bad_size`."""
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= MOST_PER_PAGE:
        raise Problem("directory.bad_size", most=MOST_PER_PAGE)
    return int(text)


def read_since(text: str) -> int:
    """`2026-01-31` or `2026-01-31T10:00:00Z` in ms since 1970 (UTC when it does not say). Raises Problem
    `directory.bad_since`."""
    if not _SINCE.fullmatch(text):
        raise Problem("directory.bad_since")
    try:
        moment = datetime.fromisoformat(text.upper())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError) as refusal:
        raise Problem("directory.bad_since") from refusal


def take_note(node: Node) -> None:
    """Write down what the open data says of each place now, and since when it does.

    A correction made on a box last week arrives today: who copies the open data asks for what changed since yesterday,
    so that the date that counts is the day it could first be read here. Done again only after something changed.
    """
    store, version = node.store, version_of(node.store).encode()
    if get_state(store, _STATE) == version:
        return
    with store.write():
        known = {row["place_id"]: row["digest"] for row in store.rows("SELECT place_id, digest FROM open_place")}
        newest = int(store.value("SELECT max(seen_ms) FROM open_place") or 0)
        now, seen = max(node.clock.wall_ms(), newest + 1), []
        for place_id, local_id, digest in _digests(store):
            if known.pop(place_id, None) != digest:
                seen.append((place_id, local_id, digest, now))
        gone = [(b"", now, place_id) for place_id, digest in known.items() if digest]
        store.run_many(
            "INSERT INTO open_place (place_id, id, digest, seen_ms) VALUES (?,?,?,?) ON CONFLICT (place_id) DO UPDATE "
            "SET id = excluded.id, digest = excluded.digest, seen_ms = excluded.seen_ms",
            seen,
        )
        store.run_many("UPDATE open_place SET digest = ?, seen_ms = ? WHERE place_id = ?", gone)
        set_state(store, _STATE, version)


def _digests(store: Store) -> Iterator[tuple[bytes, str, bytes]]:
    for row in _each_row(store):
        told = to_standard(_fields(row)).row
        if told is not None:
            yield (
                row["place_id"],
                told["id"],
                hashlib.blake2b("\0".join(told.values()).encode(), digest_size=16).digest(),
            )


def list_changes(store: Store, since_ms: int, after: tuple[int, bytes] | None, limit: int) -> list[Change]:
    """Places and tombstones in the order in which they were last seen to change, those of `since_ms` and later."""
    rows = store.rows(
        "SELECT place_id, id, seen_ms FROM open_place WHERE (seen_ms, place_id) > (?, ?) "
        "ORDER BY seen_ms, place_id LIMIT ?",
        *(after or (since_ms, b"")), limit,
    )  # fmt: skip
    marks = ",".join("?" for _ in rows)
    full = store.rows(
        f"{_ROW} WHERE p.place_id IN ({marks})",
        *(row["place_id"] for row in rows),
    )
    known = {row["place_id"]: to_standard(_fields(row)).row for row in full}
    return [Change(row["place_id"], row["id"], row["seen_ms"], known.get(row["place_id"])) for row in rows]
