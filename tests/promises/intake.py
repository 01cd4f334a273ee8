"""P5 for works: a librarian's batch goes to the shelves with two flushes of the disk for fifty works (one as they are
read, one as they get their names), and power cuts.

What must hold: a work that the database speaks of has its bytes, whole, whatever the disk had not written yet; also
once the box was switched on again and went on with what was left of the batch.

Usage: python -m tests.promises.intake DATA COUNT [first|second]   (that flush left out: the control that must lose)
"""

from __future__ import annotations

import hashlib
import io
import random
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from kit.app import build_node
from kit.library import blobs
from kit.library.bench import acceptance, arrival, queries, reading
from kit.settings import read_settings
from tests.library.library_makers import epub_parts, png
from tests.promises.powercut import Event, cut, record, said_before
from tests.promises.writer import tell

FIRST, SECOND = "first", "second"
NOTE = 'title = "{}"\nlicence = "CC0-1.0"\nsource = "nous"\n'


def take(data: Path, count: int, left_out: str = "") -> None:
    """Drop works on the bench, sort them, accept them all; each one that is on the shelves then is told."""
    node = build_node(read_settings({}, data=data))
    batch_id = arrival.open_batch(node, "upload", "Essai")
    for number in range(count):
        for name, raw in _work(number):
            arrival.take_stream(node, batch_id, name, io.BytesIO(raw))
    arrival.close_batch(node, batch_id)
    flush, is_read = blobs.sync_disk, False

    def sync_disk(folder: Path) -> None:
        if left_out != (SECOND if is_read else FIRST):
            flush(folder)

    blobs.sync_disk = sync_disk
    print("ready", flush=True)
    reading.work(node)
    is_read = True
    acceptance.choose(node, queries.entry_ids(node.store, "proposed"))
    taken = acceptance.take_chosen(node)
    assert taken == count, f"{taken} of {count} works were taken"
    for row in node.store.rows("SELECT item_id FROM item"):
        tell("work", row["item_id"])
    node.store.close()


def _work(number: int) -> Iterator[tuple[str, bytes]]:
    """A text, or for every sixth a book whose cover is drawn as it is read; and the note beside it."""
    if number % 6:
        yield f"{number}.txt", f"Texte {number} {'mot ' * 300}".encode()
    else:
        cover = '<item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>'
        parts = epub_parts(title=f"Livre {number}", more_manifest=cover)
        book = io.BytesIO()
        with zipfile.ZipFile(book, "w") as archive:
            for name, raw in {**parts, "OEBPS/cover.png": png(160, 240, (number * 3, 90, 70))}.items():
                archive.writestr(name, raw)
        yield f"{number}.epub", book.getvalue()
    yield f"{number}.toml", NOTE.format(number).encode()


def look(data: Path, said: Iterable[str]) -> tuple[int, list[str]]:
    """How many works the database of a cut speaks of, and what is wrong: one without its bytes, one told and gone."""
    looked, wrongs = _look(data, said)
    node = build_node(read_settings({}, data=data))
    reading.work(node)
    acceptance.choose(node, queries.entry_ids(node.store, "proposed"))
    acceptance.take_chosen(node)
    node.store.close()
    again, more = _look(data, said)
    return looked + again, [*wrongs, *(f"after going on: {what}" for what in more)]


def _look(data: Path, said: Iterable[str]) -> tuple[int, list[str]]:
    database = sqlite3.connect(data / "valise.db")
    try:
        rows = database.execute("SELECT item_id, sha256 FROM item_file").fetchall()
        covers = database.execute("SELECT cover_small FROM item WHERE cover_small IS NOT NULL").fetchall()
    finally:
        database.close()
    files = [bytes(row[-1]) for row in (*rows, *covers)]
    wrongs = [f"{sha256.hex()[:12]} is not whole" for sha256 in files if not _is_whole(data, sha256)]
    told = {line.split()[1] for line in said if line.startswith("work ")}
    wrongs += [f"work {name} was told and is gone" for name in told - {bytes(row[0]).hex() for row in rows}]
    return len(rows), wrongs


def _is_whole(data: Path, sha256: bytes) -> bool:
    path = blobs.blob_path(data, sha256)
    return path.is_file() and hashlib.sha256(path.read_bytes()).digest() == sha256


def command(folder: Path, count: int, *more: str) -> list[str]:
    """The command of such an intake."""
    return [sys.executable, "-m", "tests.promises.intake", str(folder), str(count), *more]


def try_intake(folder: Path, count: int, cuts: int, *more: str) -> tuple[int, list[str]]:
    """Cut the power at points of an intake; how many works were looked at, and what was violated."""
    folder.mkdir(exist_ok=True)
    events = record(command(folder / "data", count, *more), folder, folder / "trace")
    begin = next(at for at, event in enumerate(events) if _is_ready(event))
    chance, looked, violations = random.Random(1), 0, list[str]()
    for part in range(1, cuts + 1):
        point, state = begin + (len(events) - begin) * part // cuts, folder / f"cut-{part}"
        cut(events, point, state, folder, chance)
        seen, wrongs = look(state / "data", said_before(events, point))
        looked += seen
        violations += [f"{point}: {what}" for what in wrongs]
        shutil.rmtree(state, ignore_errors=True)
    return looked, violations


def _is_ready(event: Event) -> bool:
    return event.kind == "said" and event.data.startswith(b"ready")


if __name__ == "__main__":
    take(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
