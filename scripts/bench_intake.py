"""Measures how the bench takes many EPUBs: CPU-seconds and memory of the worker, from files dropped to shelves.

    python scripts/bench_intake.py FOLDER_OF_EPUBS

Makes nothing up: it runs `valise sort` as the kit does, on a data folder that is thrown away, and prints one table.
Fetching the files onto the bench is not counted; reading, covers, accepting, and reading the words inside are.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit.app import build_node
from kit.library.bench import acceptance, arrival, queries
from kit.people.node import Node
from kit.settings import read_settings

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


def main() -> None:
    """Drop, read, accept all; print what it took beside what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as place:
        node = build_node(read_settings({}, data=Path(place) / "kit"))
        count = drop(node, folder)
        read_seconds, read_mb = run_worker(node.data)
        proposed = queries.entry_ids(node.store, "proposed")
        accepted = acceptance.choose(node, proposed)
        shelve_seconds, shelve_mb = run_worker(node.data)
        node.store.close()
    print(f"| {count} EPUBs by the bench ({accepted} accepted) | measured | wanted |\n|---|---|---|")
    print(f"| read, hash, covers, duplicates: CPU-ms a book | {1000 * read_seconds / count:.1f} | |")
    print(f"| onto the shelves, words inside findable: CPU-ms a book | {1000 * shelve_seconds / count:.1f} | |")
    print(f"| taken: CPU-ms a book | {1000 * (read_seconds + shelve_seconds) / count:.1f} | <= {WANTED_MS} |")
    print(f"| largest memory of the worker | {max(read_mb, shelve_mb):.0f} MB | flat |")


if __name__ == "__main__":
    main()
