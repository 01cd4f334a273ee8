"""Measures how the bench takes many EPUBs: CPU-seconds and memory of the worker, from files dropped to shelves.

    python scripts/bench_intake.py [FOLDER_OF_EPUBS]

Without a folder it makes 2,000 books by `../shared/bench/make_epubs.py`, when that is there. It runs `valise sort` as
the kit does, on a data folder that is thrown away, and prints one table. Fetching the files onto the bench is not
counted; starting the two workers, reading, covers, accepting, and reading the words inside are. A busy machine makes
every millisecond longer: so the least that such an import has to do is measured beside it, in the same run, and
Calibre's own importer where it is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from html import unescape
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit.app import build_node
from kit.library.bench import acceptance, arrival, queries
from kit.people.node import Node
from kit.settings import read_settings
from scripts.bench_kit import Row
from scripts.bench_rivals import calibre_rows

MADE = 2000
WANTED_MS = 7.0  # CPU-milliseconds a book: 14 s for 2,000


def run_worker(data: Path) -> tuple[float, float]:
    """Run `valise sort` to its end: its CPU-seconds and its largest memory in megabytes."""
    command = [sys.executable, "-m", "kit.cli", "--data", str(data), "sort"]
    pid = os.posix_spawn(sys.executable, command, {**os.environ})
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit("the worker failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def drop(node: Node, folder: Path) -> int:
    """Put every EPUB of a folder on the bench, as a librarian's browser would."""
    batch_id = arrival.open_batch(node, "upload", "Mesure")
    paths = sorted(folder.rglob("*.epub"))
    for path in paths:
        with path.open("rb") as source:
            arrival.take_stream(node, batch_id, str(path.relative_to(folder)), source)
    arrival.close_batch(node, batch_id)
    return len(paths)


def least(folder: Path) -> float:
    """CPU-milliseconds a book of the least: a hash, the text of every chapter, a cover drawn as WebP."""
    begun, paths = time.process_time(), sorted(folder.rglob("*.epub"))
    for path in paths:
        hashlib.sha256(path.read_bytes()).digest()
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".xhtml"):
                    unescape(re.sub(r"<[^>]*>", " ", archive.read(name).decode())).split()
                elif name.endswith((".png", ".jpg")):
                    picture = Image.open(io.BytesIO(archive.read(name))).convert("RGB")
                    picture.reduce(max(1, picture.width // 180)).save(io.BytesIO(), "WEBP", quality=70, method=0)
    return 1000 * (time.process_time() - begun) / len(paths)


def make_books(place: Path) -> Path:
    """Books from the generator beside the repository."""
    maker = Path(__file__).resolve().parents[2] / "shared" / "bench" / "make_epubs.py"
    if not maker.is_file():
        raise SystemExit("no folder was given, and ../shared/bench/make_epubs.py is not there: intake is not measured")
    command = [sys.executable, str(maker), "--n", str(MADE), "--seed", "1", "--out", str(place)]
    subprocess.run(command, check=True, capture_output=True)
    return place


def main() -> None:
    """Drop, read, accept all; print what it took beside what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    given: Path | None = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as place:
        folder = given or make_books(Path(place) / "books")
        node = build_node(read_settings({}, data=Path(place) / "kit"))
        count = drop(node, folder)
        read_seconds, read_mb = run_worker(node.data)
        proposed = queries.entry_ids(node.store, "proposed")
        accepted = acceptance.choose(node, proposed)
        shelve_seconds, shelve_mb = run_worker(node.data)
        node.store.close()
        floor = least(folder)
        taken = 1000 * (read_seconds + shelve_seconds) / count
        rivals = calibre_rows(folder, taken, 1000 * read_seconds / count)
    print(f"| {count} EPUBs by the bench ({accepted} accepted) | measured | wanted | met |\n|---|---|---|---|")
    print(Row("read, hash, covers, duplicates: CPU-ms a book", f"{1000 * read_seconds / count:.1f}"))
    print(Row("onto the shelves, words inside findable: CPU-ms a book", f"{1000 * shelve_seconds / count:.1f}"))
    print(Row("taken: CPU-ms a book", f"{taken:.1f}", f"<= {WANTED_MS:.0f}", taken <= WANTED_MS))
    print(
        Row("hash, text and a WebP cover alone: CPU-ms a book; taken, ratio to it", f"{floor:.1f}; {taken / floor:.2f}")
    )
    print(Row("largest memory of the worker", f"{max(read_mb, shelve_mb):.0f} MB"))
    for row in rivals:
        print(row)
    print(f"\nLoad {os.getloadavg()[0]:.1f} at the end.")


if __name__ == "__main__":
    main()
